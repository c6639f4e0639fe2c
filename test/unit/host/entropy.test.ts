import { describe, expect, it } from "vitest";
import { randomUuid } from "#host/entropy";
import { nodeHost } from "#host/node";
import { seededEntropy } from "../../support/fake-host.js";

describe.each([
  { name: "node", entropy: nodeHost().entropy },
  { name: "seeded", entropy: seededEntropy(7) },
])("$name entropy", ({ entropy }) => {
  it.each([0, 1, 16, 511, 512, 513, 4096, 100_000])("gives %i bytes", (length) => {
    expect(entropy.bytes(length)).toHaveLength(length);
  });

  it("does not repeat itself, and what was given stays as it is", () => {
    const given = Array.from({ length: 2000 }, () => entropy.bytes(16));
    expect(new Set(given.map((bytes) => bytes.toString("hex"))).size).toBe(2000);
  });

  it("covers all byte values", () => {
    expect(new Set(entropy.bytes(20_000)).size).toBe(256);
  });

  it("makes UUIDs of version 4", () => {
    expect(randomUuid(entropy)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

it("gives the same bytes for the same seed and others for another", () => {
  expect(seededEntropy(3).bytes(32)).toEqual(seededEntropy(3).bytes(32));
  expect(seededEntropy(3).bytes(32)).not.toEqual(seededEntropy(4).bytes(32));
});
