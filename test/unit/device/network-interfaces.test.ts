import { describe, expect, it } from "vitest";
import type { InterfaceSettings } from "#device/interface-settings";
import { type NetworkInterface, NetworkInterfaces } from "#device/network-interfaces";
import { codeOf } from "../../support/a-device.js";

const at = (address: string, prefixLength = 24): { readonly address: string; readonly prefixLength: number } => ({
  address,
  prefixLength,
});

const eth0: NetworkInterface = {
  token: "eth0",
  enabled: true,
  name: "eth0",
  macAddress: "02:00:00:00:00:01",
  mtu: 1500,
  ipv4: { enabled: true, dhcp: false, manual: [at("192.0.2.10"), at("192.0.2.11")] },
  ipv6: {
    enabled: true,
    dhcp: "Off",
    manual: [at("2001:db8::10", 64)],
    linkLocal: [at("fe80::10", 64)],
    fromDhcp: [],
    fromRouter: [],
  },
};
const eth1: NetworkInterface = {
  token: "eth1",
  enabled: true,
  name: "eth1",
  macAddress: "02:00:00:00:00:02",
  ipv4: { enabled: true, dhcp: false, manual: [at("198.51.100.10")] },
};

const aNetwork = (): NetworkInterfaces => new NetworkInterfaces([eth0, eth1], "02:00:00:00:00:01", () => "missing");
const first = (network: NetworkInterfaces): NetworkInterface | undefined => network.list()[0];
const manual = (...addresses: readonly string[]): InterfaceSettings => ({
  token: "eth0",
  ipv4: { dhcp: false, manual: addresses.map((address) => at(address)) },
});

describe("an interface", () => {
  it("is as the host has it until a client sets it", () => {
    expect(aNetwork().list()).toEqual([eth0, eth1]);
    expect(aNetwork().snapshot()).toEqual([]);
  });

  it("takes an address that the host has at once, and is reached there alone", () => {
    const network = aNetwork();
    expect(network.set(manual("192.0.2.11"))).toBe(false);
    expect(first(network)?.ipv4).toEqual({ enabled: true, dhcp: false, manual: [at("192.0.2.11")] });
    expect(first(network)?.ipv6).toEqual(eth0.ipv6);
    const served = ["192.0.2.10", "192.0.2.11", "198.51.100.10", "127.0.0.1", "2001:db8:0::10", "fe80::10%eth0"];
    expect(served.map((address) => network.serves(address))).toEqual([false, true, true, true, true, true]);
  });

  it("waits for a restart with an address that the host does not have, and is reached where it was", () => {
    const network = aNetwork();
    expect(network.set(manual("192.0.2.99"))).toBe(true);
    expect(first(network)).toEqual(eth0);
    expect(network.snapshot()).toEqual([manual("192.0.2.99")]);
    const restarted = aNetwork();
    restarted.prepare(network.snapshot())();
    expect(first(restarted)?.ipv4?.manual).toEqual([at("192.0.2.99")]);
    const served = ["192.0.2.10", "192.0.2.11", "198.51.100.10", "2001:db8::10"];
    expect(served.map((address) => restarted.serves(address))).toEqual([true, true, true, true]);
    expect(restarted.set({ token: "eth0", mtu: 1400 })).toBe(false);
  });

  it("has the host's address from DHCP while that is on, and by hand again when it is off", () => {
    const network = aNetwork();
    expect(network.set({ token: "eth0", ipv4: { dhcp: true, manual: [] } })).toBe(false);
    expect(first(network)?.ipv4).toEqual({ enabled: true, dhcp: true, fromDhcp: at("192.0.2.10"), manual: [] });
    expect(network.set({ token: "eth0", ipv4: { dhcp: false, manual: [] } })).toBe(false);
    expect(first(network)?.ipv4).toEqual(eth0.ipv4);
  });

  it.each<[string, Partial<NonNullable<InterfaceSettings["ipv6"]>>, Partial<NonNullable<NetworkInterface["ipv6"]>>]>([
    ["DHCPv6", { dhcp: "Stateful" }, { dhcp: "Stateful", manual: [], fromDhcp: [at("2001:db8::10", 64)] }],
    [
      "routers",
      { dhcp: "Off", acceptRouterAdvert: true },
      { acceptRouterAdvert: true, manual: [], fromRouter: [at("2001:db8::10", 64)] },
    ],
    ["hand", { dhcp: "Off", manual: [at("2001:db8::10", 60)] }, { manual: [at("2001:db8::10", 60)] }],
    ["nothing any more", { enabled: false }, { enabled: false }],
  ])("has its IPv6 addresses from %s", (_name, settings, expected) => {
    const network = aNetwork();
    expect(network.set({ token: "eth0", ipv6: { manual: [], ...settings } })).toBe(false);
    expect(first(network)?.ipv6).toEqual({ ...eth0.ipv6, ...expected });
    expect(network.serves("2001:db8::10")).toBe(expected.enabled !== false);
  });

  it("keeps what later settings do not name", () => {
    const network = aNetwork();
    const link = { autoNegotiation: false, speed: 100, duplex: "Half" } as const;
    network.set({ token: "eth0", mtu: 1400, link });
    network.set(manual("192.0.2.11"));
    network.set({ token: "eth0", ipv4: { enabled: true, manual: [] } });
    network.set({ token: "eth1", enabled: false });
    expect(network.list()).toEqual([
      { ...eth0, mtu: 1400, link, ipv4: { enabled: true, dhcp: false, manual: [at("192.0.2.11")] } },
      { ...eth1, enabled: false },
    ]);
    expect(network.serves("198.51.100.10")).toBe(false);
  });

  it("that the host has no more is kept for when it has it again", () => {
    const network = aNetwork();
    network.set({ token: "eth1", mtu: 1400 });
    network.update([eth0]);
    expect(network.list()).toEqual([eth0]);
    network.update([eth0, eth1]);
    expect(network.list()[1]).toEqual({ ...eth1, mtu: 1400 });
  });

  it.each<[string, string, InterfaceSettings]>([
    ["invalid-network-interface", "another interface", { token: "wlan9" }],
    ["invalid-mtu-value", "a small MTU", { token: "eth0", mtu: 575 }],
    ["invalid-mtu-value", "a large MTU", { token: "eth0", mtu: 1501 }],
    [
      "invalid-interface-speed",
      "a speed that is none",
      { token: "eth0", link: { autoNegotiation: true, speed: 54, duplex: "Full" } },
    ],
    ["invalid-ipv4-address", "a short address", manual("10.1.1")],
    ["invalid-ipv4-address", "an address of nobody", manual("0.0.0.0")],
    ["invalid-ipv4-address", "a group", manual("239.1.1.1")],
    ["invalid-ipv4-address", "no prefix", { token: "eth0", ipv4: { manual: [at("192.0.2.9", 0)] } }],
    ["invalid-ipv6-address", "a bad address", { token: "eth0", ipv6: { manual: [at("FF02:1", 64)] } }],
    ["invalid-ipv6-address", "a long prefix", { token: "eth0", ipv6: { manual: [at("2001:db8::1", 129)] } }],
    ["invalid-argument", "17 addresses", manual(...Array.from({ length: 17 }, (_, n) => `192.0.2.${n + 1}`))],
    ["invalid-dhcpv6", "DHCPv6 without IPv6", { token: "eth1", ipv6: { dhcp: "Stateful", manual: [] } }],
    ["action-not-supported", "IPv6 where there is none", { token: "eth1", ipv6: { enabled: true, manual: [] } }],
  ])("refuses with %s %s, and stays as it was", (code, _name, settings) => {
    const network = aNetwork();
    expect(codeOf(() => network.set(settings))).toBe(code);
    expect(network.list()).toEqual([eth0, eth1]);
    expect(network.snapshot()).toEqual([]);
  });

  it("cannot be turned off when it is the last way to the camera", () => {
    const network = aNetwork();
    expect(network.set({ token: "eth1", enabled: false })).toBe(false);
    expect(codeOf(() => network.set({ token: "eth0", enabled: false }))).toBe("invalid-argument");
    expect(network.set({ token: "eth0", ipv4: { enabled: false, manual: [] } })).toBe(false);
    expect(codeOf(() => network.set({ token: "eth0", ipv6: { enabled: false, manual: [] } }))).toBe("invalid-argument");
  });

  it("may be told that it has no IPv6 where it has none", () => {
    const network = aNetwork();
    expect(network.set({ token: "eth1", ipv6: { enabled: false, manual: [] } })).toBe(false);
    expect(network.list()).toEqual([eth0, eth1]);
  });
});

describe("link-local addresses", () => {
  const linkLocal = (network: NetworkInterfaces): readonly unknown[] =>
    network.list().map(({ ipv4 }) => ipv4?.linkLocal?.address);

  it("are the host's own where it has them", () => {
    const own = at("169.254.7.7", 16);
    const network = new NetworkInterfaces(
      [{ ...eth1, ipv4: { enabled: true, dhcp: false, manual: [], linkLocal: own } }],
      "a",
      () => "missing",
    );
    network.setZeroConfiguration("eth1", true);
    expect(linkLocal(network)).toEqual([own.address]);
    network.setZeroConfiguration("eth1", false);
    expect(linkLocal(network)).toEqual([undefined]);
  });

  it("differ between interfaces and stay through other settings", () => {
    const network = aNetwork();
    network.setZeroConfiguration("eth0", true);
    network.setZeroConfiguration("eth1", true);
    const both = linkLocal(network);
    expect(new Set(both).size).toBe(2);
    expect(network.set(manual("192.0.2.11"))).toBe(false);
    expect(linkLocal(network)).toEqual(both);
  });

  it("are in force at once while an address waits for a restart", () => {
    const network = aNetwork();
    network.set(manual("192.0.2.99"));
    network.setZeroConfiguration("eth0", true);
    expect(first(network)?.ipv4).toMatchObject({ manual: eth0.ipv4?.manual, linkLocal: { prefixLength: 16 } });
    expect(network.snapshot()).toEqual([{ ...manual("192.0.2.99"), zeroConfiguration: true }]);
  });

  it("keep the camera reached where the host has no other", () => {
    const own = at("169.254.7.7", 16);
    const network = new NetworkInterfaces(
      [{ ...eth1, ipv4: { enabled: true, dhcp: false, manual: [], linkLocal: own } }],
      "a",
      () => "missing",
    );
    network.setZeroConfiguration("eth1", false);
    expect(network.serves(own.address)).toBe(true);
  });
});

describe("the interface by which a client comes", () => {
  it.each([
    ["that of its network", "198.51.100.7", "eth1"],
    ["that of its network, by IPv6", "2001:db8::7", "eth0"],
    ["that of its zone", "fe80::7%eth1", "eth1"],
    ["that of its network where the zone is another computer's", "fe80::7%7", "eth0"],
    ["the first one for a client behind a router", "203.0.113.7", "eth0"],
    ["the first one for this computer", "127.0.0.1", "eth0"],
    ["the first one for what is no address", "nowhere", "eth0"],
  ])("is %s: %s", (_, address, token) => {
    expect(aNetwork().towards(address)).toBe(token);
  });

  it("is that of the narrowest network, also of one that a client has set", () => {
    const network = aNetwork();
    network.set({ token: "eth1", ipv4: { dhcp: false, manual: [at("198.51.100.10", 8)] } });
    expect(network.towards("198.9.9.9")).toBe("eth1");
    network.set({ token: "eth1", ipv4: { dhcp: false, manual: [at("192.0.2.12", 8)] } });
    expect(network.towards("192.0.2.7")).toBe("eth0");
  });

  it("is none where there is none", () => {
    expect(new NetworkInterfaces([], "a", () => "missing").towards("192.0.2.7")).toBeUndefined();
  });
});
