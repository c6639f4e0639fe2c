import { given } from "#util/given";
import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { actionNotSupported, missingArgument } from "../../faults.js";
import {
  ipAddressFromWire,
  ipAddressToWire,
  networkHostFromWire,
  networkHostToWire,
} from "../../mapping/ip-address.js";
import { ipFilterFromWire, ipFilterToWire } from "../../mapping/ip-filter.js";
import {
  interfaceSettingsFromWire,
  networkInterfaceToWire,
  zeroConfigurationToWire,
} from "../../mapping/network-interface.js";
import { accepting, type Handlers } from "../../registry.js";
import type { network as operations } from "../../schema/device/network.js";
import { tds, tt } from "../../schema/namespaces.js";
import { IPAddress, ReferenceToken } from "../../schema/tt/common.js";
import {
  IPv6NetworkInterfaceSetConfiguration,
  NetworkInterfaceConnectionSetting,
  NetworkInterfaceSetConfigurationExtension,
  PrefixedIPv4Address,
} from "../../schema/tt/network-interface.js";

/** libonvif (onvif-util 1.4) has DHCP before the addresses. */
const AnyOrderSettings = tt
  .sequence({
    Enabled: optional(xs.boolean),
    Link: optional(NetworkInterfaceConnectionSetting),
    MTU: optional(xs.int),
    IPv4: optional(
      tt.choice({ Enabled: optional(xs.boolean), Manual: many(PrefixedIPv4Address), DHCP: optional(xs.boolean) }),
    ),
    IPv6: optional(IPv6NetworkInterfaceSetConfiguration),
    Extension: optional(NetworkInterfaceSetConfigurationExtension),
  })
  .open({ elements: false });

export const network = {
  GetHostname: (_, { camera }) => {
    const { fromDhcp, name } = camera.device.hostname.get();
    return { HostnameInformation: { FromDHCP: fromDhcp, Name: name } };
  },

  SetHostname: ({ Name }, { camera }) => {
    camera.device.hostname.set(Name);
    return {};
  },

  SetHostnameFromDHCP: ({ FromDHCP }, { camera }) => {
    camera.device.hostname.setFromDhcp(FromDHCP);
    return { RebootNeeded: false };
  },

  GetDNS: (_, { camera }) => {
    const { fromDhcp, searchDomains, manual, fromDhcpServers } = camera.device.network.dns;
    return {
      DNSInformation: {
        FromDHCP: fromDhcp,
        SearchDomain: searchDomains,
        DNSFromDHCP: fromDhcpServers.map(ipAddressToWire),
        DNSManual: manual.map(ipAddressToWire),
      },
    };
  },

  // libonvif (onvif-util 1.4) leaves FromDHCP out when it names a server.
  SetDNS: accepting(
    tds.sequence({ FromDHCP: optional(xs.boolean), SearchDomain: many(xs.token), DNSManual: many(IPAddress) }),
    ({ FromDHCP, SearchDomain = [], DNSManual = [] }, { camera }) => {
      if (FromDHCP === undefined && DNSManual.length === 0)
        throw missingArgument("SetDNS: element FromDHCP is missing");
      camera.device.network.setDns({
        fromDhcp: FromDHCP ?? false,
        searchDomains: SearchDomain,
        manual: DNSManual.map(ipAddressFromWire),
      });
      return {};
    },
  ),

  GetNTP: (_, { camera }) => {
    const { fromDhcp, manual, fromDhcpServers } = camera.device.network.ntp;
    return {
      NTPInformation: {
        FromDHCP: fromDhcp,
        NTPFromDHCP: fromDhcpServers.map(networkHostToWire),
        NTPManual: manual.map(networkHostToWire),
      },
    };
  },

  SetNTP: ({ FromDHCP, NTPManual = [] }, { camera }) => {
    camera.device.network.setNtp({ fromDhcp: FromDHCP, manual: NTPManual.map(networkHostFromWire) });
    return {};
  },

  GetDynamicDNS: (_, { camera }) => {
    const { type, name, ttlMs } = camera.device.network.dynamicDns;
    return { DynamicDNSInformation: { Type: type, Name: name, TTL: ttlMs } };
  },

  SetDynamicDNS: ({ Type, Name, TTL }, { camera }) => {
    camera.device.network.setDynamicDns(given({ type: Type, name: Name, ttlMs: TTL }));
    return {};
  },

  GetNetworkInterfaces: (_, { camera }) => ({
    NetworkInterfaces: camera.device.network.interfaces.map(networkInterfaceToWire),
  }),

  SetNetworkInterfaces: accepting(
    tds.sequence({ InterfaceToken: element(ReferenceToken), NetworkInterface: element(AnyOrderSettings) }),
    ({ InterfaceToken, NetworkInterface }, { camera }) => {
      const settings = interfaceSettingsFromWire(InterfaceToken, NetworkInterface);
      return { RebootNeeded: camera.device.network.setInterface(settings) };
    },
  ),

  GetNetworkProtocols: (_, { camera }) => ({
    NetworkProtocols: camera.device.network.protocols.map(({ name, enabled, ports }) => ({
      Name: name,
      Enabled: enabled,
      Port: ports,
    })),
  }),

  SetNetworkProtocols: async ({ NetworkProtocols }, { camera }) => {
    await camera.listeners.setProtocols(
      NetworkProtocols.map(({ Name, Enabled, Port }) => ({ name: Name, enabled: Enabled, ports: Port })),
    );
    return {};
  },

  GetNetworkDefaultGateway: (_, { camera }) => {
    const { ipv4, ipv6 } = camera.device.network.defaultGateway;
    return { NetworkGateway: { IPv4Address: ipv4, IPv6Address: ipv6 } };
  },

  SetNetworkDefaultGateway: ({ IPv4Address = [], IPv6Address = [] }, { camera }) => {
    camera.device.network.setDefaultGateway({ ipv4: IPv4Address, ipv6: IPv6Address });
    return {};
  },

  GetZeroConfiguration: (_, { camera }) => {
    const [first, ...others] = camera.device.network.zeroConfigurations.map(zeroConfigurationToWire);
    if (!first) throw actionNotSupported("no interface of this camera has IPv4");
    return { ZeroConfiguration: { ...first, Extension: others.length > 0 ? { Additional: others } : undefined } };
  },

  SetZeroConfiguration: ({ InterfaceToken, Enabled }, { camera }) => {
    camera.device.network.setZeroConfiguration(InterfaceToken, Enabled);
    return {};
  },

  GetIPAddressFilter: (_, { camera }) => ({ IPAddressFilter: ipFilterToWire(camera.device.network.ipFilter.state) }),

  SetIPAddressFilter: ({ IPAddressFilter }, { camera }) => {
    camera.device.network.ipFilter.set(ipFilterFromWire(IPAddressFilter));
    return {};
  },

  AddIPAddressFilter: ({ IPAddressFilter }, { camera }) => {
    camera.device.network.ipFilter.add(ipFilterFromWire(IPAddressFilter));
    return {};
  },

  RemoveIPAddressFilter: ({ IPAddressFilter }, { camera }) => {
    camera.device.network.ipFilter.remove(ipFilterFromWire(IPAddressFilter));
    return {};
  },
} satisfies Handlers<typeof operations>;
