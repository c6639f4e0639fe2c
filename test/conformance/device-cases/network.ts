import { expect } from "vitest";
import { aDeviceSetup } from "../../support/a-device.js";
import { aCamera, soap, type TestCamera } from "../../support/soap.js";
import { textsOf } from "../../support/camera-client.js";

/** Base, chapters Network and IP Filtering: what needs no network to be shown. */

const NAME = "Onvif-Test0-oNvif-Onv12";
const INVALID_IPV4 = "Sender InvalidArgVal InvalidIPv4Address";
const INVALID_IPV6 = "Sender InvalidArgVal InvalidIPv6Address";

const element = (name: string, ...content: readonly string[]): string => `<${name}>${content.join("")}</${name}>`;

/** Calls an operation that succeeds; gives the texts of these elements of its answer. */
async function told(camera: TestCamera, operation: string, content: string, ...names: readonly string[]) {
  const { status, fault, body } = await soap(camera, { operation, content });
  expect([status, fault, body.name]).toEqual([200, undefined, `${operation}Response`]);
  return names.map((name) => textsOf(body, name).join(" "));
}

/** Sets, reads back, and sets what was before. */
async function keeps(
  set: string,
  content: string,
  [get, ...names]: readonly [string, ...string[]],
  values: readonly string[],
): Promise<void> {
  const camera = aCamera();
  await told(camera, set, content);
  expect(await told(camera, get, "", ...names)).toEqual(values);
}

/** Is refused with that fault, and what is read back is as before. */
async function refuses(set: string, content: string, fault: string, get: string): Promise<void> {
  const camera = aCamera();
  const before = (await soap(camera, { operation: get })).text;
  expect(await soap(camera, { operation: set, content })).toMatchObject({ status: 400, fault });
  expect((await soap(camera, { operation: get })).text).toBe(before);
}

const fromDhcp = (yes: boolean): string => element("tds:FromDHCP", String(yes));
const server = (list: string, type: string, member: string, value: string): string =>
  fromDhcp(false) + element(`tds:${list}`, element("tt:Type", type), element(`tt:${member}`, value));
const interfaceWith = (content: string): string =>
  element("tds:InterfaceToken", "eth0") + element("tds:NetworkInterface", content);
const manual = (family: string, address: string): string =>
  element(
    `tt:${family}`,
    element("tt:Enabled", "true"),
    element("tt:Manual", element("tt:Address", address), element("tt:PrefixLength", "24")),
  );
const protocol = (name: string, isOn: boolean, port: number): string =>
  element(
    "tds:NetworkProtocols",
    element("tt:Name", name),
    element("tt:Enabled", String(isOn)),
    element("tt:Port", String(port)),
  );
const dynamicDns = (type: string, ttl: string, name = ""): string =>
  element("tds:Type", type) + (name === "" ? "" : element("tds:Name", name)) + element("tds:TTL", ttl);
const filter = (type: string, ...addresses: readonly string[]): string =>
  element(
    "tds:IPAddressFilter",
    element("tt:Type", type),
    ...addresses.map((one) => element("tt:IPv4Address", element("tt:Address", one), element("tt:PrefixLength", "32"))),
  );

const FILTER = ["GetIPAddressFilter", "Type", "Address", "PrefixLength"] as const;
const protocolNames = ["Name", "Enabled", "Port"] as const;

export const networkCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICE-2-1-1 hostname": async () => {
    expect(await told(aCamera(), "GetHostname", "", "FromDHCP", "Name")).toEqual(["false", "camera"]);
  },
  "DEVICE-2-1-32 set hostname": () =>
    keeps("SetHostname", element("tds:Name", NAME), ["GetHostname", "FromDHCP", "Name"], ["false", NAME]),
  "DEVICE-2-1-3 set hostname, error case": () =>
    refuses("SetHostname", element("tds:Name", "Onvif_test1"), "Sender InvalidArgVal InvalidHostname", "GetHostname"),

  "DEVICE-2-1-4 DNS": async () => {
    expect(await told(aCamera(), "GetDNS", "", "FromDHCP", "DNSFromDHCP")).toHaveLength(2);
  },
  "DEVICE-2-1-5 set DNS: search domain": () =>
    keeps(
      "SetDNS",
      fromDhcp(false) + element("tds:SearchDomain", "domain.name"),
      ["GetDNS", "FromDHCP", "SearchDomain"],
      ["false", "domain.name"],
    ),
  "DEVICE-2-1-6 set DNS: IPv4": () =>
    keeps(
      "SetDNS",
      server("DNSManual", "IPv4", "IPv4Address", "10.1.1.1"),
      ["GetDNS", "FromDHCP", "Type", "IPv4Address"],
      ["false", "IPv4", "10.1.1.1"],
    ),
  "DEVICE-2-1-7 set DNS: IPv6": () =>
    keeps(
      "SetDNS",
      server("DNSManual", "IPv6", "IPv6Address", "2001:1:1:1:1:1:1:1"),
      ["GetDNS", "FromDHCP", "Type", "IPv6Address"],
      ["false", "IPv6", "2001:1:1:1:1:1:1:1"],
    ),
  "DEVICE-2-1-8 set DNS: from DHCP": () =>
    keeps("SetDNS", fromDhcp(true), ["GetDNS", "FromDHCP", "IPv4Address"], ["true", "192.0.2.53"]),
  "DEVICE-2-1-9 set DNS: invalid IPv4": () =>
    refuses("SetDNS", server("DNSManual", "IPv4", "IPv4Address", "10.1.1"), INVALID_IPV4, "GetDNS"),
  "DEVICE-2-1-10 set DNS: invalid IPv6": () =>
    refuses("SetDNS", server("DNSManual", "IPv6", "IPv6Address", "FF02:1"), INVALID_IPV6, "GetDNS"),

  "DEVICE-2-1-11 NTP": async () => {
    expect(await told(aCamera(), "GetNTP", "", "FromDHCP")).toEqual(["false"]);
  },
  "DEVICE-2-1-12 set NTP: IPv4": () =>
    keeps(
      "SetNTP",
      server("NTPManual", "IPv4", "IPv4Address", "10.1.1.1"),
      ["GetNTP", "FromDHCP", "Type", "IPv4Address"],
      ["false", "IPv4", "10.1.1.1"],
    ),
  "DEVICE-2-1-13 set NTP: IPv6": () =>
    keeps(
      "SetNTP",
      server("NTPManual", "IPv6", "IPv6Address", "2001:1:1:1:1:1:1:1"),
      ["GetNTP", "FromDHCP", "Type", "IPv6Address"],
      ["false", "IPv6", "2001:1:1:1:1:1:1:1"],
    ),
  "DEVICE-2-1-14 set NTP: from DHCP": () => keeps("SetNTP", fromDhcp(true), ["GetNTP", "FromDHCP"], ["true"]),
  "DEVICE-2-1-15 set NTP: invalid IPv4": () =>
    refuses("SetNTP", server("NTPManual", "IPv4", "IPv4Address", "10.1.1"), INVALID_IPV4, "GetNTP"),
  "DEVICE-2-1-16 set NTP: invalid IPv6": () =>
    refuses("SetNTP", server("NTPManual", "IPv6", "IPv6Address", "FF02:1"), INVALID_IPV6, "GetNTP"),

  "DEVICE-2-1-17 interfaces": async () => {
    const names = ["Enabled", "HwAddress", "MTU"] as const;
    const camera = aCamera();
    expect(await told(camera, "GetNetworkInterfaces", "", ...names)).toEqual([
      "true true",
      "02:00:00:00:00:01",
      "1500",
    ]);
  },
  "DEVICE-2-1-20 set interfaces: invalid IPv4": () =>
    refuses("SetNetworkInterfaces", interfaceWith(manual("IPv4", "10.1.1")), INVALID_IPV4, "GetNetworkInterfaces"),
  "DEVICE-2-1-21 set interfaces: invalid IPv6": () =>
    refuses("SetNetworkInterfaces", interfaceWith(manual("IPv6", "FF02:1")), INVALID_IPV6, "GetNetworkInterfaces"),

  "DEVICE-2-1-33 protocols": async () => {
    expect(await told(aCamera(), "GetNetworkProtocols", "", ...protocolNames)).toEqual([
      "HTTP HTTPS RTSP",
      "true true true",
      "8000 8443 8554",
    ]);
  },
  "DEVICE-2-1-34 set protocols": async () => {
    const camera = aCamera();
    for (const isOn of [true, false]) {
      await told(camera, "SetNetworkProtocols", protocol("RTSP", isOn, 10_554));
      const [, enabled, ports] = await told(camera, "GetNetworkProtocols", "", ...protocolNames);
      expect([enabled, ports]).toEqual([`true true ${isOn}`, "8000 8443 10554"]);
    }
  },
  "DEVICE-2-1-35 set protocols: unsupported ones": async () => {
    const { network } = aDeviceSetup();
    const protocols = network.protocols.filter(({ name }) => name !== "HTTPS");
    const camera = aCamera({ setup: { network: { ...network, protocols } } });
    const reply = await soap(camera, { operation: "SetNetworkProtocols", content: protocol("HTTPS", true, 10_554) });
    expect(reply.fault).toBe("Sender InvalidArgVal ServiceNotSupported");
    expect(await told(camera, "GetNetworkProtocols", "", "Name")).toEqual(["HTTP RTSP"]);
  },

  "DEVICE-2-1-25 default gateway": async () => {
    expect(await told(aCamera(), "GetNetworkDefaultGateway", "", "IPv4Address")).toEqual(["192.0.2.1"]);
  },
  "DEVICE-2-1-28 set default gateway: invalid IPv4": () =>
    refuses(
      "SetNetworkDefaultGateway",
      element("tds:IPv4Address", "10.1.1"),
      "Sender InvalidArgVal InvalidGatewayAddress",
      "GetNetworkDefaultGateway",
    ),
  "DEVICE-2-1-29 set default gateway: invalid IPv6": () =>
    refuses(
      "SetNetworkDefaultGateway",
      element("tds:IPv6Address", "FF02:1"),
      "Sender InvalidArgVal InvalidGatewayAddress",
      "GetNetworkDefaultGateway",
    ),
  "DEVICE-2-1-30 set default gateway: IPv4": () =>
    keeps(
      "SetNetworkDefaultGateway",
      element("tds:IPv4Address", "10.1.1.1"),
      ["GetNetworkDefaultGateway", "IPv4Address"],
      ["10.1.1.1"],
    ),
  "DEVICE-2-1-31 set default gateway: IPv6": () =>
    keeps(
      "SetNetworkDefaultGateway",
      element("tds:IPv6Address", "2001:1:1:1:1:1:1:1"),
      ["GetNetworkDefaultGateway", "IPv6Address"],
      ["2001:1:1:1:1:1:1:1"],
    ),

  "DEVICE-2-1-36 dynamic DNS": async () => {
    expect(await told(aCamera(), "GetDynamicDNS", "", "Type")).toEqual(["NoUpdate"]);
  },
  "DEVICE-2-1-37 set dynamic DNS": async () => {
    const camera = aCamera();
    for (const [type, ttl, name] of [
      ["NoUpdate", "PT20S", ""],
      ["ServerUpdates", "PT25S", ""],
      ["ClientUpdates", "PT30S", NAME],
    ] as const) {
      await told(camera, "SetDynamicDNS", dynamicDns(type, ttl, name));
      expect(await told(camera, "GetDynamicDNS", "", "Type", "TTL", "Name")).toEqual([type, ttl, name]);
    }
  },

  "DEVICE-7-1-1 IP address filter": async () => {
    expect(await told(aCamera(), ...withoutContent(FILTER))).toEqual(["Deny", "", ""]);
  },
  "DEVICE-7-1-2 set IP address filter": async () => {
    const camera = aCamera();
    for (const [type, address] of [
      ["Deny", "192.0.2.1"],
      ["Allow", "192.0.2.99"],
    ] as const) {
      await told(camera, "SetIPAddressFilter", filter(type, address));
      expect(await told(camera, ...withoutContent(FILTER))).toEqual([type, address, "32"]);
    }
  },
  "DEVICE-7-1-3 add IP address filter": async () => {
    const camera = aCamera();
    await told(camera, "SetIPAddressFilter", filter("Deny"));
    await told(camera, "AddIPAddressFilter", filter("Deny", "192.0.2.1"));
    expect(await told(camera, ...withoutContent(FILTER))).toEqual(["Deny", "192.0.2.1", "32"]);
  },
  "DEVICE-7-1-4 remove IP address filter": async () => {
    const camera = aCamera();
    await told(camera, "SetIPAddressFilter", filter("Deny", "192.0.2.1"));
    await told(camera, "RemoveIPAddressFilter", filter("Allow", "192.0.2.1"));
    expect(await told(camera, ...withoutContent(FILTER))).toEqual(["Deny", "", ""]);
  },
};

const withoutContent = ([operation, ...names]: readonly [string, ...string[]]): [string, string, ...string[]] => [
  operation,
  "",
  ...names,
];
