import { describe, expect, it } from "vitest";
import { bearingOf, type Bearing, type Change } from "#device/change";

describe("a change", () => {
  it.each<[Bearing, Change]>([
    ["setting", { slice: "hostname", what: "set" }],
    ["setting", { slice: "network", what: "interface-settings" }],
    ["present", { slice: "network", what: "interfaces" }],
    ["setting", { slice: "relays", what: "commanded", relayToken: "r" }],
    ["present", { slice: "relays", what: "state", relayToken: "r" }],
    ["setting", { slice: "digital-inputs", what: "configured" }],
    ["present", { slice: "digital-inputs", what: "state", inputToken: "i" }],
    ["present", { slice: "security", what: "keystore" }],
    ["present", { slice: "security", what: "key-status", keyId: "k", oldStatus: undefined, newStatus: "ok" }],
    ["setting", { slice: "security", what: "tls-server" }],
    ["present", { slice: "history", what: "backup" }],
    ["present", { slice: "logins", what: "failed", address: "192.0.2.1", failures: 1 }],
    ["event", { slice: "active-sessions", what: "video-encoder", configurationToken: "v" }],
  ])("is of %s: %o", (bearing, change) => {
    expect(bearingOf(change)).toBe(bearing);
  });
});
