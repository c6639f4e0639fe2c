import { describe, expect, it } from "vitest";
import { hostNetwork, shownInterfaces } from "#camera/host-network";
import type { InterfaceAddress } from "#host/net";
import { fakeHost } from "../../support/fake-host.js";

const MAC = "02:00:00:00:00:99";

const address = (name: string, text: string, more: Partial<InterfaceAddress> = {}): InterfaceAddress => ({
  name,
  address: text,
  family: text.includes(":") ? "IPv6" : "IPv4",
  prefixLength: text.includes(":") ? 64 : 24,
  mac: `aa:00:00:00:00:0${name.at(-1) ?? "0"}`,
  internal: name === "lo",
  ...more,
});
const loopback = address("lo", "127.0.0.1", { prefixLength: 8 });

describe("the interfaces that the camera shows", () => {
  it("are the host's but for loopback; the first has the camera's MAC address (client rule 33)", () => {
    const shown = shownInterfaces(
      [loopback, address("eth0", "192.0.2.10"), address("eth1", "198.51.100.10"), address("eth0", "192.0.2.11")],
      MAC,
    );
    expect(shown.map(({ token, enabled, macAddress, ipv4 }) => [token, enabled, macAddress, ipv4?.manual])).toEqual([
      [
        "eth0",
        true,
        MAC,
        [
          { address: "192.0.2.10", prefixLength: 24 },
          { address: "192.0.2.11", prefixLength: 24 },
        ],
      ],
      ["eth1", true, "aa:00:00:00:00:01", [{ address: "198.51.100.10", prefixLength: 24 }]],
    ]);
  });

  it("are loopback where there is no other", () => {
    expect(shownInterfaces([loopback], MAC)).toMatchObject([
      { token: "lo", macAddress: MAC, ipv4: { manual: [{ address: "127.0.0.1", prefixLength: 8 }] } },
    ]);
  });

  it("are none on a host without any", () => {
    expect(shownInterfaces([], MAC)).toEqual([]);
  });

  it("tell link-local addresses apart, without the zone", () => {
    const [shown] = shownInterfaces(
      [
        address("eth0", "169.254.7.7", { prefixLength: 16 }),
        address("eth0", "fe80::1%eth0"),
        address("eth0", "2001:db8::1"),
      ],
      MAC,
    );
    expect(shown?.ipv4).toEqual({
      enabled: true,
      dhcp: false,
      manual: [],
      linkLocal: { address: "169.254.7.7", prefixLength: 16 },
    });
    expect(shown?.ipv6).toMatchObject({
      manual: [{ address: "2001:db8::1", prefixLength: 64 }],
      linkLocal: [{ address: "fe80::1", prefixLength: 64 }],
    });
  });

  it("have no IPv6 where the interface has none", () => {
    expect(shownInterfaces([address("eth0", "192.0.2.10")], MAC)[0]).not.toHaveProperty("ipv6");
  });
});

describe("what the host knows of its network", () => {
  const networkOf = async (files: Readonly<Record<string, string>>): ReturnType<typeof hostNetwork> => {
    const host = fakeHost();
    for (const [path, text] of Object.entries(files)) host.files.set(path, text);
    return hostNetwork(host.files, host.net, MAC);
  };

  it("is nothing where the files are missing", async () => {
    expect(await networkOf({})).toMatchObject({
      dns: { fromDhcp: false, searchDomains: [], manual: [] },
      ntp: { fromDhcp: false, manual: [] },
      defaultGateway: { ipv4: [], ipv6: [] },
    });
  });

  it.each([
    ["servers of both families", "nameserver 192.0.2.53\nnameserver 2001:db8::53\n", ["192.0.2.53", "2001:db8::53"]],
    ["a zone, which is left out", "nameserver fe80::1%eth0\n", ["fe80::1"]],
    ["comments", "# nameserver 1.1.1.1\n; nameserver 1.1.1.2\nnameserver 192.0.2.53 # home\n", ["192.0.2.53"]],
    ["blanks, tabs and CRLF", "  nameserver\t192.0.2.53\t\r\n", ["192.0.2.53"]],
    ["what is no address", "nameserver dns.example\nnameserver\nnameserver 300.1.1.1\n", []],
    ["other keywords", "options edns0\nnameserverx 192.0.2.53\n", []],
    ["no line end", "nameserver 192.0.2.53", ["192.0.2.53"]],
  ])("has from resolv.conf: %s", async (_name, text, addresses) => {
    const { dns } = await networkOf({ "/etc/resolv.conf": text });
    expect(dns.manual.map((server) => server.address)).toEqual(addresses);
    for (const { family, address: one } of dns.manual) expect(family).toBe(one.includes(":") ? "ipv6" : "ipv4");
  });

  it.each([
    ["several", "search a.example b.example\n", ["a.example", "b.example"]],
    ["the last line", "search a.example\nsearch b.example\n", ["b.example"]],
    ["not the root", "search .\n", []],
    ["none that is too long", `search ${"a".repeat(254)} b.example\n`, ["b.example"]],
  ])("has search domains: %s", async (_name, text, domains) => {
    expect((await networkOf({ "/etc/resolv.conf": text })).dns.searchDomains).toEqual(domains);
  });

  const ROUTES = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  it.each([
    ["the default route", `${ROUTES}eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`, ["192.0.2.1"]],
    ["none of a network", `${ROUTES}eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n`, []],
    ["none of a link without gateway", `${ROUTES}ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n`, []],
    [
      "two by different interfaces, each once",
      `${ROUTES}eth0\t00000000\t010200C0\t3\neth1\t00000000\t010200C0\t3\nwlan0\t00000000\tFE0200C0\t3\n`,
      ["192.0.2.1", "192.0.2.254"],
    ],
    ["nothing of a garbled table", "eth0\t00000000\tzz\n\n\t\t\n", []],
  ])("has IPv4 gateways: %s", async (_name, text, gateways) => {
    expect((await networkOf({ "/proc/net/route": text })).defaultGateway.ipv4).toEqual(gateways);
  });

  const zeros = "0".repeat(32);
  const hop = "fe800000000000000000000000000001";
  it.each([
    ["the default route", `${zeros} 00 ${zeros} 00 ${hop} 00000400 00000001 00000000 00000003 eth0\n`, ["fe80::1"]],
    ["none of a network", `fe80${zeros.slice(4)} 40 ${zeros} 00 ${zeros} 00000100 1 0 1 eth0\n`, []],
    ["none of the unreachable default", `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 1 0 00200200 lo\n`, []],
    ["nothing of a garbled table", "0 0 0\n\n", []],
  ])("has IPv6 gateways: %s", async (_name, text, gateways) => {
    expect((await networkOf({ "/proc/net/ipv6_route": text })).defaultGateway.ipv6).toEqual(gateways);
  });
});
