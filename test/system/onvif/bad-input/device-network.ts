import { MAXIMUM_FILTERS } from "#device/ip-filter";
import { type BadInput, incomplete, row } from "./row.js";

const VALUE = "Sender InvalidArgVal";
const NOT_SUPPORTED = "Receiver ActionNotSupported";

const protocol = (name: string, enabled: string, ...ports: readonly string[]): string =>
  `<tds:NetworkProtocols><tt:Name>${name}</tt:Name><tt:Enabled>${enabled}</tt:Enabled>${ports
    .map((port) => `<tt:Port>${port}</tt:Port>`)
    .join("")}</tds:NetworkProtocols>`;
const many = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join("");

const network = (family: 4 | 6, address: string, prefix: string): string =>
  `<tt:IPv${family}Address><tt:Address>${address}</tt:Address><tt:PrefixLength>${prefix}</tt:PrefixLength></tt:IPv${family}Address>`;
const filter = (...networks: readonly string[]): string =>
  `<tds:IPAddressFilter><tt:Type>Deny</tt:Type>${networks.join("")}</tds:IPAddressFilter>`;
const filtered = [{ operation: "SetIPAddressFilter", content: filter(network(4, "192.0.2.0", "24")) }];
const dns = (type: string, more = ""): string => `<tds:Type>${type}</tds:Type>${more}`;

const filterOperations = ["SetIPAddressFilter", "AddIPAddressFilter", "RemoveIPAddressFilter"] as const;

/** Ports, filter of addresses, dynamic DNS and remote discovery (Core §8.2, §8.3). */
export const deviceNetworkRows: readonly BadInput[] = [
  ...incomplete("SetNetworkProtocols"),
  row("SetNetworkProtocols", "one that is none", protocol("SSH", "true", "22"), VALUE),
  row("SetNetworkProtocols", "neither on nor off", protocol("RTSP", "maybe", "554"), VALUE),
  row("SetNetworkProtocols", "no port", protocol("RTSP", "true"), "Sender InvalidArgs"),
  row("SetNetworkProtocols", "port 0", protocol("RTSP", "true", "0"), VALUE),
  row("SetNetworkProtocols", "port 65536", protocol("RTSP", "true", "65536"), VALUE),
  row("SetNetworkProtocols", "a port in words", protocol("RTSP", "true", "high"), VALUE),
  row(
    "SetNetworkProtocols",
    "17 ports",
    protocol("RTSP", "true", ...Array.from({ length: 17 }, (_, n) => `${n + 1}`)),
    VALUE,
  ),
  row("SetNetworkProtocols", "the port of another one", protocol("RTSP", "true", "8000"), `${VALUE} PortAlreadyInUse`),
  row(
    "SetNetworkProtocols",
    "a good one and one that takes its port",
    protocol("HTTP", "true", "81") + protocol("RTSP", "true", "81"),
    `${VALUE} PortAlreadyInUse`,
  ),
  row("SetNetworkProtocols", "no way back", protocol("HTTP", "false", "80") + protocol("HTTPS", "false", "443"), VALUE),

  ...incomplete("SetDynamicDNS"),
  row("SetDynamicDNS", "a type that is none", dns("Sometimes"), VALUE),
  row("SetDynamicDNS", "a name that is none", dns("ClientUpdates", "<tds:Name>a_b</tds:Name>"), VALUE),
  row("SetDynamicDNS", "a long name", dns("ClientUpdates", `<tds:Name>${"a.".repeat(130)}a</tds:Name>`), VALUE),
  row("SetDynamicDNS", "a time that is none", dns("ClientUpdates", "<tds:TTL>soon</tds:TTL>"), VALUE),
  row("SetDynamicDNS", "a time of the past", dns("ClientUpdates", "<tds:TTL>-PT1S</tds:TTL>"), VALUE),
  row("SetDynamicDNS", "a time of a hundred years", dns("ClientUpdates", "<tds:TTL>P100Y</tds:TTL>"), VALUE),

  ...filterOperations.flatMap((operation) => [
    ...incomplete(operation),
    row(operation, "no type", "<tds:IPAddressFilter/>", "Sender InvalidArgs"),
    row(operation, "a short IPv4 address", filter(network(4, "10.1.1", "24")), `${VALUE} InvalidIPv4Address`),
    row(operation, "a prefix of 33 bits", filter(network(4, "10.1.1.1", "33")), `${VALUE} InvalidIPv4Address`),
    row(operation, "a bad IPv6 address", filter(network(6, "FF02:1", "24")), `${VALUE} InvalidIPv6Address`),
    row(operation, "a prefix of 129 bits", filter(network(6, "FF02::1", "129")), `${VALUE} InvalidIPv6Address`),
    row(
      operation,
      "a good network and a bad one",
      filter(network(4, "192.0.2.0", "24"), network(6, "::g", "1")),
      `${VALUE} InvalidIPv6Address`,
      filtered,
    ),
  ]),
  row(
    "SetIPAddressFilter",
    "too many networks",
    filter(many(MAXIMUM_FILTERS + 1, (n) => network(4, `10.0.0.${n}`, "32"))),
    VALUE,
  ),
  row(
    "AddIPAddressFilter",
    "more than there is room for",
    filter(many(MAXIMUM_FILTERS, (n) => network(4, `10.0.0.${n}`, "32"))),
    `${VALUE} IPFilterListIsFull`,
    filtered,
  ),
  row(
    "RemoveIPAddressFilter",
    "a network that is not there, beside one that is",
    filter(network(4, "192.0.2.0", "24"), network(4, "192.0.2.0", "25")),
    `${VALUE} NoIPv4Address`,
    filtered,
  ),
  row(
    "RemoveIPAddressFilter",
    "an IPv6 network that is not there",
    filter(network(6, "::", "0")),
    `${VALUE} NoIPv6Address`,
  ),

  ...incomplete("SetRemoteDiscoveryMode"),
  row(
    "SetRemoteDiscoveryMode",
    "a mode that is none",
    "<tds:RemoteDiscoveryMode>Seen</tds:RemoteDiscoveryMode>",
    VALUE,
  ),
  row(
    "SetRemoteDiscoveryMode",
    "what this camera cannot do",
    "<tds:RemoteDiscoveryMode>Discoverable</tds:RemoteDiscoveryMode>",
    NOT_SUPPORTED,
  ),
  row(
    "SetDPAddresses",
    "a proxy",
    "<tds:DPAddress><tt:Type>IPv4</tt:Type><tt:IPv4Address>192.0.2.5</tt:IPv4Address></tds:DPAddress>",
    NOT_SUPPORTED,
  ),
];
