import { describe, expect, it } from "vitest";
import type { FilterEntries } from "#device/ip-filter";
import { IpFilter, MAXIMUM_FILTERS } from "#device/ip-filter";
import { codeOf } from "../../support/a-device.js";

/** `192.0.2.0/24`, of either family. */
const entries = (...networks: readonly string[]): FilterEntries => {
  const read = networks.map((text) => {
    const [address = "", prefix] = text.split("/");
    return { address, prefixLength: Number(prefix) };
  });
  return {
    ipv4: read.filter(({ address }) => !address.includes(":")),
    ipv6: read.filter(({ address }) => address.includes(":")),
  };
};

const aFilter = (type: "Allow" | "Deny", ...networks: readonly string[]): IpFilter => {
  const filter = new IpFilter(false, () => {});
  filter.set({ type, ...entries(...networks) });
  return filter;
};

describe("the filter of addresses", () => {
  it.each<["Allow" | "Deny", readonly string[], string, boolean]>([
    ["Deny", [], "192.0.2.77", true],
    ["Allow", [], "192.0.2.77", true],
    ["Deny", ["192.0.2.77/32"], "192.0.2.77", false],
    ["Deny", ["192.0.2.77/32"], "192.0.2.78", true],
    ["Deny", ["192.0.2.5/24"], "192.0.2.250", false],
    ["Deny", ["192.0.2.0/31"], "192.0.2.2", true],
    ["Deny", ["10.0.0.0/0"], "192.0.2.2", false],
    ["Deny", ["10.0.0.0/0"], "2001:db8::1", true],
    ["Allow", ["192.0.2.0/24"], "192.0.2.9", true],
    ["Allow", ["192.0.2.0/24"], "192.0.3.9", false],
    ["Allow", ["192.0.2.0/24"], "2001:db8::1", false],
    ["Allow", ["192.0.2.0/24"], "127.0.0.1", false],
    ["Allow", ["192.0.2.0/24", "2001:DB8::/32"], "2001:db8:1::9", true],
    ["Deny", ["fe80::/10"], "fe80::1%eth0", false],
    ["Allow", ["192.0.2.0/24"], "nonsense", false],
  ])("%s %j: whether %s gets in: %s", (type, networks, address, isIn) => {
    expect(aFilter(type, ...networks).admits(address)).toBe(isIn);
  });

  it("lets this computer in where it is to be spared", () => {
    const filter = new IpFilter(true, () => {});
    filter.set({ type: "Allow", ...entries("192.0.2.0/24") });
    expect(["127.0.0.1", "127.1.2.3", "::1", "198.51.100.1"].map((one) => filter.admits(one))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it("holds an entry once, however an IPv6 address is written, and keeps its type", () => {
    const filter = aFilter("Allow", "2001:db8::/32", "192.0.2.0/24");
    filter.add(entries("2001:0DB8:0:0:0:0:0:0/32", "192.0.2.0/24", "192.0.2.0/25"));
    expect(filter.state).toEqual({ type: "Allow", ...entries("2001:db8::/32", "192.0.2.0/24", "192.0.2.0/25") });
    filter.remove(entries("2001:0db8::0/32", "192.0.2.0/24"));
    expect(filter.state).toEqual({ type: "Allow", ...entries("192.0.2.0/25") });
  });

  it.each<[string, (filter: IpFilter) => void]>([
    ["invalid-ipv4-address", (filter) => filter.add(entries("10.1.1/24"))],
    ["invalid-ipv4-address", (filter) => filter.add(entries("10.1.1.1/33"))],
    ["invalid-ipv4-address", (filter) => filter.set({ type: "Allow", ...entries("10.1.1.1/-1") })],
    ["invalid-ipv6-address", (filter) => filter.add(entries("2001:db8:/24"))],
    ["invalid-ipv6-address", (filter) => filter.remove(entries("2001:db8::/129"))],
    ["no-ipv4-address", (filter) => filter.remove(entries("192.0.2.0/24", "192.0.3.0/24"))],
    ["no-ipv4-address", (filter) => filter.remove(entries("192.0.2.0/25"))],
    ["no-ipv6-address", (filter) => filter.remove(entries("192.0.2.0/24", "2001:db8::/64"))],
    [
      "ip-filter-list-is-full",
      (filter) => filter.add(entries(...Array.from({ length: MAXIMUM_FILTERS }, (_, n) => `10.0.0.${n}/32`))),
    ],
    [
      "invalid-argument",
      (filter) =>
        filter.set({
          type: "Deny",
          ...entries(...Array.from({ length: MAXIMUM_FILTERS + 1 }, (_, n) => `10.0.0.${n}/32`)),
        }),
    ],
  ])("refuses with %s, and stays as it was (case %#)", (code, act) => {
    const filter = aFilter("Deny", "192.0.2.0/24");
    expect(codeOf(() => act(filter))).toBe(code);
    expect(filter.state).toEqual({ type: "Deny", ...entries("192.0.2.0/24") });
  });
});
