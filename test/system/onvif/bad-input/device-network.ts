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

const settings = (content: string, token = "eth0"): string =>
  `<tds:InterfaceToken>${token}</tds:InterfaceToken><tds:NetworkInterface>${content}</tds:NetworkInterface>`;
const manual = (family: 4 | 6, address: string, prefix: string): string =>
  `<tt:IPv${family}><tt:Manual><tt:Address>${address}</tt:Address><tt:PrefixLength>${prefix}</tt:PrefixLength></tt:Manual></tt:IPv${family}>`;

const interfaceToken = (token: string): string => `<tds:InterfaceToken>${token}</tds:InterfaceToken>`;
const psk = (inside: string): string => `<tt:Mode>PSK</tt:Mode><tt:PSK>${inside}</tt:PSK>`;
/** Open networks, each with what is different in it. */
const wireless = (...networks: readonly Readonly<Record<string, string>>[]): string => {
  const open = { SSID: "61", Mode: "Infrastructure", Alias: "a", Priority: "1", Security: "<tt:Mode>None</tt:Mode>" };
  const members = (over: Readonly<Record<string, string>>): string =>
    Object.entries({ ...open, ...over })
      .map(([name, content]) => `<tt:${name}>${content}</tt:${name}>`)
      .join("");
  return `<tt:Extension>${networks.map((over) => `<tt:Dot11>${members(over)}</tt:Dot11>`).join("")}</tt:Extension>`;
};

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

  ...incomplete("SetNetworkInterfaces"),
  row("SetNetworkInterfaces", "no settings", "<tds:InterfaceToken>eth0</tds:InterfaceToken>", "Sender InvalidArgs"),
  row("SetNetworkInterfaces", "another interface", settings("", "wlan9"), `${VALUE} InvalidNetworkInterface`),
  row("SetNetworkInterfaces", "a long token", settings("", "a".repeat(65)), VALUE),
  row("SetNetworkInterfaces", "a small MTU", settings("<tt:MTU>575</tt:MTU>"), `${VALUE} InvalidMtuValue`),
  row("SetNetworkInterfaces", "an MTU in words", settings("<tt:MTU>wide</tt:MTU>"), VALUE),
  row(
    "SetNetworkInterfaces",
    "a speed that is none",
    settings(
      "<tt:Link><tt:AutoNegotiation>true</tt:AutoNegotiation><tt:Speed>54</tt:Speed><tt:Duplex>Full</tt:Duplex></tt:Link>",
    ),
    `${VALUE} InvalidInterfaceSpeed`,
  ),
  row(
    "SetNetworkInterfaces",
    "a short IPv4 address",
    settings(manual(4, "10.1.1", "24")),
    `${VALUE} InvalidIPv4Address`,
  ),
  row(
    "SetNetworkInterfaces",
    "an IPv4 prefix of 33",
    settings(manual(4, "10.1.1.1", "33")),
    `${VALUE} InvalidIPv4Address`,
  ),
  row("SetNetworkInterfaces", "a bad IPv6 address", settings(manual(6, "FF02:1", "64")), `${VALUE} InvalidIPv6Address`),
  row(
    "SetNetworkInterfaces",
    "a good MTU and a bad address",
    settings(`<tt:MTU>1400</tt:MTU>${manual(4, "10.1.1", "24")}`),
    `${VALUE} InvalidIPv4Address`,
  ),
  row("SetNetworkInterfaces", "no way back", settings("<tt:Enabled>false</tt:Enabled>"), VALUE),
  row(
    "SetNetworkInterfaces",
    "IPv6 where there is none",
    settings("<tt:IPv6><tt:Enabled>true</tt:Enabled></tt:IPv6>"),
    NOT_SUPPORTED,
  ),
  row(
    "SetNetworkInterfaces",
    "DHCPv6 where there is none",
    settings("<tt:IPv6><tt:Enabled>true</tt:Enabled><tt:DHCP>Stateful</tt:DHCP></tt:IPv6>"),
    `${NOT_SUPPORTED} InvalidDHCPv6`,
  ),
  row(
    "SetNetworkInterfaces",
    "a wireless network on an interface that is none",
    settings(wireless({}), "eth0"),
    `${NOT_SUPPORTED} InvalidDot11`,
  ),
  ...(
    [
      ["ad-hoc mode", { Mode: "Ad-hoc" }, `${VALUE} InvalidStationMode`],
      ["a station mode that is none", { Mode: "Mesh" }, VALUE],
      ["a security that it has not", { Security: "<tt:Mode>Extended</tt:Mode>" }, `${VALUE} InvalidSecurityMode`],
      ["a security that is none", { Security: "<tt:Mode>Magic</tt:Mode>" }, VALUE],
      ["no security", { Security: "" }, "Sender InvalidArgs"],
      [
        "an algorithm that it has not",
        { Security: "<tt:Mode>PSK</tt:Mode><tt:Algorithm>Extended</tt:Algorithm>" },
        `${VALUE} InvalidSecurityMode`,
      ],
      ["PSK without a key", { Security: "<tt:Mode>PSK</tt:Mode>" }, `${VALUE} MissingPSK`],
      ["PSK with nothing in it", { Security: "<tt:Mode>PSK</tt:Mode><tt:PSK/>" }, `${VALUE} MissingPSK`],
      ["a short passphrase", { Security: psk("<tt:Passphrase>1234567</tt:Passphrase>") }, VALUE],
      ["a long passphrase", { Security: psk(`<tt:Passphrase>${"x".repeat(64)}</tt:Passphrase>`) }, VALUE],
      ["a passphrase beyond ASCII", { Security: psk("<tt:Passphrase>Schlüssel1</tt:Passphrase>") }, VALUE],
      ["a short key", { Security: psk("<tt:Key>00FF</tt:Key>") }, VALUE],
      ["a key in words", { Security: psk("<tt:Key>secret</tt:Key>") }, VALUE],
      ["Dot1X without a configuration", { Security: "<tt:Mode>Dot1X</tt:Mode>" }, `${VALUE} MissingDot1X`],
      [
        "a Dot1X configuration that is not there",
        { Security: "<tt:Mode>Dot1X</tt:Mode><tt:Dot1X>nobody</tt:Dot1X>" },
        `${VALUE} MissingDot1X`,
      ],
      ["an empty SSID", { SSID: "" }, VALUE],
      ["an SSID of 33 octets", { SSID: "61".repeat(33) }, VALUE],
      ["an SSID in words", { SSID: "home" }, VALUE],
      ["an empty alias", { Alias: "" }, VALUE],
      ["a long alias", { Alias: "a".repeat(65) }, VALUE],
      ["a priority of 32", { Priority: "32" }, VALUE],
      ["a negative priority", { Priority: "-1" }, VALUE],
    ] as const
  ).map(([what, over, fault]) => row("SetNetworkInterfaces", what, settings(wireless(over), "wlan0"), fault)),
  row(
    "SetNetworkInterfaces",
    "a Dot1X configuration that makes no keys",
    settings(wireless({ Security: "<tt:Mode>Dot1X</tt:Mode><tt:Dot1X>md5</tt:Dot1X>" }), "wlan0"),
    `${VALUE} IncompatibleDot1X`,
    [
      {
        operation: "CreateDot1XConfiguration",
        content:
          "<tds:Dot1XConfiguration><tt:Dot1XConfigurationToken>md5</tt:Dot1XConfigurationToken><tt:Identity>camera</tt:Identity><tt:EAPMethod>4</tt:EAPMethod></tds:Dot1XConfiguration>",
      },
    ],
  ),
  row("SetNetworkInterfaces", "two networks of one alias", settings(wireless({}, {}), "wlan0"), VALUE),
  row(
    "SetNetworkInterfaces",
    "nine networks",
    settings(wireless(...Array.from({ length: 9 }, (_, n) => ({ Alias: `${n}` }))), "wlan0"),
    VALUE,
  ),
  row(
    "SetNetworkInterfaces",
    "a good network and a bad one",
    settings(wireless({}, { Alias: "b", Mode: "Ad-hoc" }), "wlan0"),
    `${VALUE} InvalidStationMode`,
  ),

  ...(["GetDot11Status", "ScanAvailableDot11Networks"] as const).flatMap((operation) => [
    ...incomplete(operation),
    row(operation, "an interface that is none", interfaceToken("eth9"), `${VALUE} InvalidNetworkInterface`),
    row(operation, "an interface with a cable", interfaceToken("eth0"), `${VALUE} NotDot11`),
    row(operation, "a long token", interfaceToken("x".repeat(65)), VALUE),
  ]),
  row("GetDot11Status", "nothing set", interfaceToken("wlan0"), "Receiver Action NotConnectedDot11"),

  ...incomplete("SetZeroConfiguration"),
  row(
    "SetZeroConfiguration",
    "another interface",
    "<tds:InterfaceToken>wlan9</tds:InterfaceToken><tds:Enabled>true</tds:Enabled>",
    `${VALUE} InvalidNetworkInterface`,
  ),
  row(
    "SetZeroConfiguration",
    "neither on nor off",
    "<tds:InterfaceToken>eth0</tds:InterfaceToken><tds:Enabled>perhaps</tds:Enabled>",
    VALUE,
  ),

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
