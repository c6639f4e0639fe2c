import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkLocalAddress } from "#device/zero-configuration";

describe("a link-local address", () => {
  it("is in the range of RFC 3927, whatever it is made from", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (identity, token) => {
        const { address, prefixLength } = linkLocalAddress(identity, token);
        const [first, second, third, fourth] = address.split(".").map(Number);
        expect([first, second, prefixLength]).toEqual([169, 254, 16]);
        expect(third).toBeGreaterThanOrEqual(1);
        expect(third).toBeLessThanOrEqual(254);
        expect(fourth).toBeGreaterThanOrEqual(0);
        expect(fourth).toBeLessThanOrEqual(255);
      }),
    );
  });

  it("is always the same for a camera and an interface, and another one for others", () => {
    const of = (identity: string, token: string): string => linkLocalAddress(identity, token).address;
    expect(of("02:00:00:00:00:01", "eth0")).toBe(of("02:00:00:00:00:01", "eth0"));
    const four = ["02:00:00:00:00:01", "02:00:00:00:00:02"].flatMap((mac) => [of(mac, "eth0"), of(mac, "eth1")]);
    expect(new Set(four).size).toBe(4);
  });
});
