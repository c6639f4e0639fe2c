import { describe, expect, it } from "vitest";
import { NonceKeeper } from "#wire/digest/nonce";

const T0 = Date.UTC(2026, 0, 1);
const keeper = (options = {}): NonceKeeper => new NonceKeeper(Buffer.alloc(32, 7), options);

describe("nonces", () => {
  it("recognises its own until their lifetime is over, then calls them stale", () => {
    const nonces = keeper({ lifetimeMs: 1000 });
    const nonce = nonces.issue(T0);
    expect(nonces.state(nonce, T0)).toBe("fresh");
    expect(nonces.state(nonce, T0 + 1000)).toBe("fresh");
    expect(nonces.state(nonce, T0 + 1001)).toBe("stale");
  });

  it("never issues the same twice", () => {
    const nonces = keeper();
    expect(new Set(Array.from({ length: 100 }, () => nonces.issue(T0))).size).toBe(100);
  });

  it("does not know altered ones, other keepers' and those of another scope", () => {
    const nonces = keeper();
    const nonce = nonces.issue(T0, "192.0.2.1");
    const altered = (nonce.startsWith("0") ? "1" : "0") + nonce.slice(1);
    expect(nonces.state(altered, T0, "192.0.2.1")).toBe("unknown");
    expect(nonces.state(nonce, T0, "192.0.2.2")).toBe("unknown");
    expect(nonces.state("", T0)).toBe("unknown");
    expect(new NonceKeeper(Buffer.alloc(32, 8)).state(nonce, T0, "192.0.2.1")).toBe("unknown");
  });

  it("takes each count once, also out of order", () => {
    const nonces = keeper();
    const nonce = nonces.issue(T0);
    const uses = [1, 3, 2, 2, 3, 1, 40, 10, 10, 9, 8, 41].map((count) => nonces.use(nonce, count));
    expect(uses).toEqual([true, true, true, false, false, false, true, true, false, true, false, true]);
  });

  it("may be told to accept repeated counts", () => {
    const nonces = keeper({ onRepeatedCount: "accept" });
    const nonce = nonces.issue(T0);
    expect([1, 1, 1].map((count) => nonces.use(nonce, count))).toEqual([true, true, true]);
  });

  it("forgets the oldest counts when there are too many and calls those nonces stale", () => {
    const nonces = keeper({ remembered: 2 });
    const [first = "", second = "", third = ""] = [0, 1, 2].map((i) => nonces.issue(T0 + i));
    for (const nonce of [first, second, third]) nonces.use(nonce, 1);
    expect(nonces.state(first, T0 + 10)).toBe("stale");
    expect(nonces.state(second, T0 + 10)).toBe("fresh");
    expect(nonces.state(third, T0 + 10)).toBe("fresh");
  });
});
