import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { IPAddress, IPv4Address, IPv6Address, ReferenceToken } from "../tt/common.js";
import { Dot11AvailableNetworks, Dot11Capabilities, Dot11Status } from "../tt/dot11.js";
import {
  DNSInformation,
  DNSName,
  DynamicDNSInformation,
  DynamicDNSType,
  HostnameInformation,
  IPAddressFilter,
  NetworkGateway,
  NetworkHost,
  NetworkProtocol,
  NetworkZeroConfiguration,
  NTPInformation,
} from "../tt/network.js";
import { NetworkInterface, NetworkInterfaceSetConfiguration } from "../tt/network-interface.js";

/** Network settings (Core §8.2). */
export const network = {
  GetHostname: operation({
    access: "PRE_AUTH",
    spec: "Core 8.2.1",
    request: tds.sequence({}),
    response: tds.sequence({ HostnameInformation: element(HostnameInformation) }),
  }),
  SetHostname: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.2",
    request: tds.sequence({ Name: element(xs.token) }),
    response: tds.sequence({}),
  }),
  SetHostnameFromDHCP: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.3",
    request: tds.sequence({ FromDHCP: element(xs.boolean) }),
    response: tds.sequence({ RebootNeeded: element(xs.boolean) }),
  }),
  GetDNS: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.4",
    request: tds.sequence({}),
    response: tds.sequence({ DNSInformation: element(DNSInformation) }),
  }),
  SetDNS: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.5",
    request: tds.sequence({
      FromDHCP: element(xs.boolean),
      SearchDomain: many(xs.token),
      DNSManual: many(IPAddress),
    }),
    response: tds.sequence({}),
  }),
  GetNTP: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.6",
    request: tds.sequence({}),
    response: tds.sequence({ NTPInformation: element(NTPInformation) }),
  }),
  SetNTP: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.7",
    request: tds.sequence({ FromDHCP: element(xs.boolean), NTPManual: many(NetworkHost) }),
    response: tds.sequence({}),
  }),
  GetDynamicDNS: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.8",
    request: tds.sequence({}),
    response: tds.sequence({ DynamicDNSInformation: element(DynamicDNSInformation) }),
  }),
  SetDynamicDNS: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.9",
    request: tds.sequence({
      Type: element(DynamicDNSType),
      Name: optional(DNSName),
      TTL: optional(xs.duration),
    }),
    response: tds.sequence({}),
  }),
  GetNetworkInterfaces: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.10",
    request: tds.sequence({}),
    response: tds.sequence({ NetworkInterfaces: some(NetworkInterface) }),
  }),
  SetNetworkInterfaces: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.11",
    request: tds.sequence({
      InterfaceToken: element(ReferenceToken),
      NetworkInterface: element(NetworkInterfaceSetConfiguration),
    }),
    response: tds.sequence({ RebootNeeded: element(xs.boolean) }),
  }),
  GetNetworkProtocols: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.12",
    request: tds.sequence({}),
    response: tds.sequence({ NetworkProtocols: many(NetworkProtocol) }),
  }),
  SetNetworkProtocols: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.13",
    request: tds.sequence({ NetworkProtocols: some(NetworkProtocol) }),
    response: tds.sequence({}),
  }),
  GetNetworkDefaultGateway: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.14",
    request: tds.sequence({}),
    response: tds.sequence({ NetworkGateway: element(NetworkGateway) }),
  }),
  SetNetworkDefaultGateway: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.15",
    request: tds.sequence({ IPv4Address: many(IPv4Address), IPv6Address: many(IPv6Address) }),
    response: tds.sequence({}),
  }),
  GetZeroConfiguration: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.16",
    request: tds.sequence({}),
    response: tds.sequence({ ZeroConfiguration: element(NetworkZeroConfiguration) }),
  }),
  SetZeroConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.17",
    request: tds.sequence({ InterfaceToken: element(ReferenceToken), Enabled: element(xs.boolean) }),
    response: tds.sequence({}),
  }),
  GetIPAddressFilter: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.18",
    request: tds.sequence({}),
    response: tds.sequence({ IPAddressFilter: element(IPAddressFilter) }),
  }),
  SetIPAddressFilter: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.19",
    request: tds.sequence({ IPAddressFilter: element(IPAddressFilter) }),
    response: tds.sequence({}),
  }),
  AddIPAddressFilter: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.20",
    request: tds.sequence({ IPAddressFilter: element(IPAddressFilter) }),
    response: tds.sequence({}),
  }),
  RemoveIPAddressFilter: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.2.21",
    request: tds.sequence({ IPAddressFilter: element(IPAddressFilter) }),
    response: tds.sequence({}),
  }),
};

/** Wireless networks (Core §8.2.22). */
export const dot11 = {
  GetDot11Capabilities: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.22.5",
    request: tds.sequence({}).open({ attributes: false }),
    response: tds.sequence({ Capabilities: element(Dot11Capabilities) }),
  }),
  GetDot11Status: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.22.6",
    request: tds.sequence({ InterfaceToken: element(ReferenceToken) }),
    response: tds.sequence({ Status: element(Dot11Status) }),
  }),
  ScanAvailableDot11Networks: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.2.22.7",
    request: tds.sequence({ InterfaceToken: element(ReferenceToken) }),
    response: tds.sequence({ Networks: many(Dot11AvailableNetworks) }),
  }),
};
