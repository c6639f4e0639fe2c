import { describe, expect, it } from "vitest";
import { type InterfaceSettings } from "#device/interface-settings";
import { type NetworkInterface, NetworkInterfaces } from "#device/network-interfaces";
import {
  type AccessPoint,
  associationOf,
  type AskedWireless,
  type Dot1xFit,
  preSharedKey,
  type WirelessConfiguration,
  wirelessConfigurations,
} from "#device/wireless";
import { codeOf } from "../../support/a-device.js";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const PASSPHRASE = "a long passphrase";

const accessPoint = (ssid: string, over: Partial<AccessPoint> = {}): AccessPoint => ({
  ssid: hex(ssid),
  bssid: "02:00:00:00:00:aa",
  signal: "Good",
  security: ["PSK"],
  ciphers: ["CCMP"],
  ...over,
});

const psk = (ssid: string, over: Partial<AskedWireless> = {}): AskedWireless => ({
  alias: ssid,
  ssid: hex(ssid),
  priority: 1,
  security: { mode: "PSK", passphrase: PASSPHRASE },
  ...over,
});

const fitOf: Dot1xFit = (token) => (token === "peap" ? "fits" : token === "md5" ? "incompatible" : "missing");

const taken = (...asked: readonly AskedWireless[]): readonly WirelessConfiguration[] =>
  wirelessConfigurations(asked, [], fitOf);

describe("wireless networks that a client sets", () => {
  it("keep the key of the same alias where none is given", () => {
    const [before] = taken(psk("a"));
    const { passphrase: _, ...security } = before?.security ?? { mode: "PSK" };
    const again = psk("other", { alias: "a", priority: 9, security });
    expect(wirelessConfigurations([again], before ? [before] : [], fitOf)).toEqual([
      {
        alias: "a",
        ssid: hex("other"),
        priority: 9,
        security: { mode: "PSK", algorithm: "Any", passphrase: PASSPHRASE },
      },
    ]);
  });

  it("keep nothing that their mode has no use for", () => {
    const all = { key: "00".repeat(32), passphrase: PASSPHRASE, dot1x: "peap", algorithm: "CCMP" } as const;
    const of = (mode: "None" | "WEP" | "PSK" | "Dot1X") => taken(psk("a", { security: { ...all, mode } }))[0]?.security;
    expect(of("None")).toEqual({ mode: "None" });
    expect(of("WEP")).toEqual({ mode: "WEP" });
    expect(of("PSK")).toEqual({ mode: "PSK", algorithm: "CCMP", key: all.key, passphrase: PASSPHRASE });
    expect(of("Dot1X")).toEqual({ mode: "Dot1X", algorithm: "CCMP", dot1x: "peap" });
  });

  it.each([
    ["missing-psk", "PSK without a key", [psk("a", { security: { mode: "PSK" } })]],
    ["missing-dot1x", "Dot1X without a configuration", [psk("a", { security: { mode: "Dot1X" } })]],
    ["missing-dot1x", "Dot1X with one that is not there", [psk("a", { security: { mode: "Dot1X", dot1x: "none" } })]],
    ["incompatible-dot1x", "Dot1X without keys", [psk("a", { security: { mode: "Dot1X", dot1x: "md5" } })]],
    ["invalid-security-mode", "another security", [psk("a", { security: { mode: "Extended" } })]],
    [
      "invalid-security-mode",
      "another algorithm",
      [psk("a", { security: { mode: "PSK", algorithm: "Extended", passphrase: PASSPHRASE } })],
    ],
    ["invalid-station-mode", "ad-hoc mode", [psk("a", { mode: "Ad-hoc" })]],
    ["invalid-argument", "an alias twice", [psk("a"), psk("b", { alias: "a" })]],
    ["invalid-argument", "an empty alias", [psk("a", { alias: "" })]],
    ["invalid-argument", "a priority of 32", [psk("a", { priority: 32 })]],
    ["invalid-argument", "nine of them", Array.from({ length: 9 }, (_, n) => psk(`${n}`))],
  ] as const)("are refused with %s for %s", (code, _, asked) => {
    expect(codeOf(() => taken(...asked))).toBe(code);
  });
});

describe("what a wireless interface is connected to", () => {
  const connected = (accessPoints: readonly AccessPoint[], ...asked: readonly AskedWireless[]): string | undefined => {
    const found = associationOf({ accessPoints, configurations: taken(...asked) }, fitOf);
    return found && `${found.configuration.alias} by ${found.accessPoint.bssid.slice(-2)}`;
  };
  const best = { bssid: "02:00:00:00:00:bb", signal: "Very Good" } as const;

  it.each([
    ["nothing without a configuration", [accessPoint("a")], [], undefined],
    ["the network of the SSID", [accessPoint("b"), accessPoint("a")], [psk("a")], "a by aa"],
    ["nothing out of range", [accessPoint("b")], [psk("a")], undefined],
    ["nothing where nothing is received", [accessPoint("a", { signal: "None" })], [psk("a")], undefined],
    ["what is received best", [accessPoint("a"), accessPoint("a", best)], [psk("a")], "a by bb"],
    [
      "what has the highest priority",
      [accessPoint("a", best), accessPoint("b")],
      [psk("a"), psk("b", { priority: 2 })],
      "b by aa",
    ],
    [
      "the next one where the first takes another security",
      [accessPoint("a", { security: ["None"], ciphers: [] }), accessPoint("b")],
      [psk("a", { priority: 9 }), psk("b")],
      "b by aa",
    ],
    [
      "an open one",
      [accessPoint("a", { security: ["None"], ciphers: [] })],
      [psk("a", { security: { mode: "None" } })],
      "a by aa",
    ],
    ["no open one as one with a key", [accessPoint("a")], [psk("a", { security: { mode: "None" } })], undefined],
    [
      "one with IEEE 802.1X",
      [accessPoint("a", { security: ["PSK", "Dot1X"] })],
      [psk("a", { security: { mode: "Dot1X", dot1x: "peap" } })],
      "a by aa",
    ],
    ["one with its passphrase", [accessPoint("a", { psk: preSharedKey(PASSPHRASE, hex("a")) })], [psk("a")], "a by aa"],
    [
      "nothing with another passphrase",
      [accessPoint("a", { psk: preSharedKey("another passphrase", hex("a")) })],
      [psk("a")],
      undefined,
    ],
    [
      "nothing with a key in the place of which the passphrase is right",
      [accessPoint("a", { psk: preSharedKey(PASSPHRASE, hex("a")) })],
      [psk("a", { security: { mode: "PSK", key: "00".repeat(32), passphrase: PASSPHRASE } })],
      undefined,
    ],
  ] as const)("is %s", (_, accessPoints, asked, found) => {
    expect(connected(accessPoints, ...asked)).toBe(found);
  });

  it("takes the key that IEEE 802.11 makes of a passphrase", () => {
    // The second test vector of IEEE 802.11-2007 H.4.3.
    const { key } = preSharedKey("ThisIsAPassword", hex("ThisIsASSID"));
    expect(key).toBe("0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af");
    const point = accessPoint("ThisIsASSID", { psk: preSharedKey("ThisIsAPassword", hex("ThisIsASSID")) });
    expect(connected([point], psk("ThisIsASSID", { security: { mode: "PSK", key } }))).toBe("ThisIsASSID by aa");
  });

  it.each([
    ["Any", ["CCMP"], "CCMP", "CCMP"],
    ["Any", ["TKIP"], "TKIP", "TKIP"],
    ["Any", ["CCMP", "TKIP"], "CCMP", "TKIP"],
    ["CCMP", ["CCMP"], "CCMP", "CCMP"],
    ["TKIP", ["CCMP", "TKIP"], "TKIP", "TKIP"],
    ["CCMP", ["CCMP", "TKIP"], undefined, undefined],
    ["TKIP", ["CCMP"], undefined, undefined],
  ] as const)("has ciphers by the algorithm %s and the access point's %s", (algorithm, ciphers, pair, group) => {
    const configurations = taken(psk("a", { security: { mode: "PSK", algorithm, passphrase: PASSPHRASE } }));
    const found = associationOf({ accessPoints: [accessPoint("a", { ciphers })], configurations }, fitOf);
    expect([found?.pairCipher, found?.groupCipher]).toEqual([pair, group]);
  });
});

describe("a wireless interface", () => {
  const wlan0: NetworkInterface = {
    token: "wlan0",
    enabled: true,
    name: "wlan0",
    macAddress: "02:00:00:00:00:03",
    wireless: { accessPoints: [accessPoint("a")], configurations: [] },
    isMadeUp: true,
    ipv4: { enabled: true, dhcp: true, manual: [] },
  };
  const eth0: NetworkInterface = {
    token: "eth0",
    enabled: true,
    name: "eth0",
    macAddress: "02:00:00:00:00:01",
    ipv4: { enabled: true, dhcp: false, manual: [{ address: "192.0.2.10", prefixLength: 24 }] },
  };
  const aNetwork = (): NetworkInterfaces => new NetworkInterfaces([eth0, wlan0], "a", fitOf);
  const link = { autoNegotiation: true, speed: 54, duplex: "Half" } as const;

  it("keeps its networks where none is given, and has no link", () => {
    const network = aNetwork();
    expect(network.set({ token: "wlan0", wireless: [psk("a")], link })).toBe(false);
    expect(network.set({ token: "wlan0", mtu: 1400 })).toBe(false);
    const [, wlan] = network.list();
    expect(wlan).toMatchObject({ mtu: 1400, wireless: { configurations: [{ alias: "a" }] } });
    expect(wlan).not.toHaveProperty("link");
    expect(network.association("wlan0").accessPoint.bssid).toBe("02:00:00:00:00:aa");
  });

  it("drops the networks that are not named any more", () => {
    const network = aNetwork();
    network.set({ token: "wlan0", wireless: [psk("a"), psk("b")] });
    network.set({ token: "wlan0", wireless: [psk("b", { security: { mode: "PSK" } })] });
    expect(network.wireless("wlan0").configurations.map(({ alias }) => alias)).toEqual(["b"]);
    expect(codeOf(() => network.set({ token: "wlan0", wireless: [psk("a", { security: { mode: "PSK" } })] }))).toBe(
      "missing-psk",
    );
  });

  it("is connected to nothing while it is off", () => {
    const network = aNetwork();
    network.set({ token: "wlan0", wireless: [psk("a")], enabled: false });
    expect(codeOf(() => network.association("wlan0"))).toBe("not-connected-dot11");
    network.set({ token: "wlan0", enabled: true });
    expect(network.association("wlan0").configuration.alias).toBe("a");
  });

  it("is no way to the camera", () => {
    expect(codeOf(() => aNetwork().set({ token: "eth0", enabled: false }))).toBe("invalid-argument");
  });

  it("comes back with its networks, and without them while the camera has no wireless network", () => {
    const network = aNetwork();
    network.set({ token: "wlan0", wireless: [psk("a")] });
    const settings: readonly InterfaceSettings[] = network.snapshot();
    const again = aNetwork();
    again.prepare(settings)();
    expect(again.association("wlan0").configuration.alias).toBe("a");
    const { wireless: _, ...wired } = wlan0;
    const without = new NetworkInterfaces([eth0, wired], "a", fitOf);
    without.prepare(settings)();
    expect(without.list()[1]).not.toHaveProperty("wireless");
    expect(codeOf(() => without.wireless("wlan0"))).toBe("invalid-dot11");
  });

  it.each([
    ["not-dot11", "one that is not wireless", "eth0"],
    ["invalid-network-interface", "one that is not there", "wlan1"],
  ])("is refused with %s for %s", (code, _, token) => {
    const network = aNetwork();
    expect(codeOf(() => network.wireless(token))).toBe(code);
    expect(codeOf(() => network.association(token))).toBe(code);
  });

  it("alone takes wireless networks", () => {
    expect(codeOf(() => aNetwork().set({ token: "eth0", wireless: [psk("a")] }))).toBe("invalid-dot11");
  });
});
