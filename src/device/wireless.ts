import { pbkdf2Sync } from "node:crypto";
import { given } from "#util/given";
import { refusal } from "./refusal.js";

/** How well an access point is received (tt:Dot11SignalStrength). */
export const SIGNAL_STRENGTHS = ["None", "Very Bad", "Bad", "Good", "Very Good"] as const;
export type SignalStrength = (typeof SIGNAL_STRENGTHS)[number];

export type WirelessSecurityMode = "None" | "WEP" | "PSK" | "Dot1X";
export type WirelessCipher = "CCMP" | "TKIP";

/** An emulated access point. */
export interface AccessPoint {
  /** In hexadecimal digits, lower case: an SSID is 1 to 32 octets of any kind. */
  readonly ssid: string;
  /** Lower case, with colons. */
  readonly bssid: string;
  readonly signal: SignalStrength;
  /** Which of them a station may use. */
  readonly security: readonly WirelessSecurityMode[];
  /** None where nothing is encrypted. */
  readonly ciphers: readonly WirelessCipher[];
  /** Without it any key of a station will do. */
  readonly psk?: PreSharedKey | undefined;
}

export interface PreSharedKey {
  readonly passphrase: string;
  /** What it stands for, 64 hexadecimal digits in lower case. */
  readonly key: string;
}

/** The key of a passphrase (IEEE 802.11-2007 H.4.1). Takes some milliseconds. */
export const preSharedKey = (passphrase: string, ssid: string): PreSharedKey => ({
  passphrase,
  key: pbkdf2Sync(passphrase, Buffer.from(ssid, "hex"), 4096, 32, "sha1").toString("hex"),
});

/** A wireless network that a client has set (tt:Dot11Configuration), in infrastructure mode. Holds its key. */
export interface WirelessConfiguration {
  /** Unique on its interface. */
  readonly alias: string;
  /** As that of access points. */
  readonly ssid: string;
  /** From 0 to 31, the highest first. */
  readonly priority: number;
  readonly security: WirelessSecurity;
}

export interface WirelessSecurity {
  readonly mode: WirelessSecurityMode;
  /** There for PSK and Dot1X. */
  readonly algorithm?: WirelessCipher | "Any";
  /** 64 hexadecimal digits, lower case. Counts before the passphrase. */
  readonly key?: string;
  readonly passphrase?: string;
  /** Token of a configuration of IEEE 802.1X. */
  readonly dot1x?: string;
}

/** The same as a client asks for it. */
export interface AskedWireless extends Omit<WirelessConfiguration, "security"> {
  /** Default Infrastructure. */
  readonly mode?: "Infrastructure" | "Ad-hoc" | "Extended";
  readonly security: Omit<WirelessSecurity, "mode" | "algorithm"> & {
    readonly mode: WirelessSecurityMode | "Extended";
    /** Default Any. */
    readonly algorithm?: WirelessCipher | "Any" | "Extended";
  };
}

/** What makes an interface a wireless one. */
export interface Wireless {
  /** The access points in range. */
  readonly accessPoints: readonly AccessPoint[];
  readonly configurations: readonly WirelessConfiguration[];
}

/** What an interface is connected to. */
export interface Association {
  readonly configuration: WirelessConfiguration;
  readonly accessPoint: AccessPoint;
  /** Undefined where nothing is encrypted by one of these. */
  readonly pairCipher?: WirelessCipher | undefined;
  readonly groupCipher?: WirelessCipher | undefined;
}

/** Whether there is a configuration of IEEE 802.1X of that token, and whether it will do for a wireless network. */
export type Dot1xFit = (token: string) => "missing" | "incompatible" | "fits";

/** Most configurations of an interface. */
const MAXIMUM_CONFIGURATIONS = 8;

/**
 * The configurations as SetNetworkInterfaces would leave them (Core §8.2.11, §8.2.22.4): all that it names, with the key
 * that was set before under the same alias where it names none. Refuses what it would refuse.
 */
export function wirelessConfigurations(
  asked: readonly AskedWireless[],
  earlier: readonly WirelessConfiguration[],
  fitOf: Dot1xFit,
): readonly WirelessConfiguration[] {
  if (asked.length > MAXIMUM_CONFIGURATIONS)
    throw refusal("invalid-argument", `at most ${MAXIMUM_CONFIGURATIONS} wireless networks`, { given: asked.length });
  if (new Set(asked.map(({ alias }) => alias)).size < asked.length)
    throw refusal("invalid-argument", "each wireless network has an alias of its own");
  return asked.map((one) => {
    const before = earlier.find(({ alias }) => alias === one.alias);
    return accepted(one, before?.security, fitOf);
  });
}

function accepted(
  { alias, ssid, mode = "Infrastructure", priority, security }: AskedWireless,
  before: WirelessSecurity | undefined,
  fitOf: Dot1xFit,
): WirelessConfiguration {
  if (alias === "") throw refusal("invalid-argument", "a wireless network has an alias");
  if (priority < 0 || priority > 31) throw refusal("invalid-argument", "a priority is a number from 0 to 31");
  if (mode !== "Infrastructure") throw refusal("invalid-station-mode", "the station mode is Infrastructure", { mode });
  return { alias, ssid, priority, security: acceptedSecurity(security, before, fitOf) };
}

function acceptedSecurity(
  { mode, algorithm = "Any", key, passphrase, dot1x }: AskedWireless["security"],
  before: WirelessSecurity | undefined,
  fitOf: Dot1xFit,
): WirelessSecurity {
  if (mode === "Extended" || algorithm === "Extended")
    throw refusal("invalid-security-mode", "the modes are None, WEP, PSK and Dot1X, the algorithms CCMP, TKIP and Any");
  switch (mode) {
    case "None":
    case "WEP":
      return { mode };
    case "PSK": {
      const isNew = key !== undefined || passphrase !== undefined;
      const secret = isNew ? { key, passphrase } : { key: before?.key, passphrase: before?.passphrase };
      if (secret.key === undefined && secret.passphrase === undefined)
        throw refusal("missing-psk", "a new network with PSK takes a key or a passphrase");
      return given({ mode, algorithm, ...secret });
    }
    case "Dot1X": {
      const fit = dot1x === undefined ? "missing" : fitOf(dot1x);
      if (dot1x === undefined || fit === "missing")
        throw refusal("missing-dot1x", "there is no such configuration of IEEE 802.1X");
      if (fit === "incompatible")
        throw refusal("incompatible-dot1x", "that method of IEEE 802.1X makes no keys for a wireless network");
      return { mode, algorithm, dot1x };
    }
  }
}

/**
 * What the interface is connected to: of its configurations the one with the highest priority that an access point in
 * range takes, and of these access points the one that is received best. Undefined for none.
 */
export function associationOf({ accessPoints, configurations }: Wireless, fitOf: Dot1xFit): Association | undefined {
  const strength = ({ signal }: AccessPoint): number => SIGNAL_STRENGTHS.indexOf(signal);
  const nearest = accessPoints.filter(({ signal }) => signal !== "None").toSorted((a, b) => strength(b) - strength(a));
  for (const configuration of configurations.toSorted((a, b) => b.priority - a.priority))
    for (const accessPoint of nearest) {
      const ciphers = ciphersBetween(configuration.security, accessPoint);
      if (configuration.ssid === accessPoint.ssid && ciphers && isLetIn(configuration, accessPoint, fitOf))
        return { configuration, accessPoint, ...ciphers };
    }
  return undefined;
}

/** What an access point encrypts for all stations with: what the weakest of them knows. */
export const groupCipherOf = ({ ciphers }: AccessPoint): WirelessCipher | undefined =>
  ciphers.includes("TKIP") ? "TKIP" : ciphers[0];

/** An algorithm that was chosen holds for both ciphers (Core §8.2.22.4). Undefined where the two have none in common. */
function ciphersBetween(
  { mode, algorithm = "Any" }: WirelessSecurity,
  accessPoint: AccessPoint,
): Pick<Association, "pairCipher" | "groupCipher"> | undefined {
  if (mode === "None" || mode === "WEP") return {};
  const { ciphers } = accessPoint;
  const groupCipher = groupCipherOf(accessPoint);
  if (algorithm === "Any") return { pairCipher: ciphers.includes("CCMP") ? "CCMP" : groupCipher, groupCipher };
  const pairCipher = ciphers.find((one) => one === algorithm);
  return pairCipher !== undefined && groupCipher === algorithm ? { pairCipher, groupCipher } : undefined;
}

function isLetIn({ security: own }: WirelessConfiguration, { security, psk }: AccessPoint, fitOf: Dot1xFit): boolean {
  if (!security.some((mode) => mode === own.mode)) return false;
  if (own.mode === "Dot1X") return own.dot1x !== undefined && fitOf(own.dot1x) === "fits";
  if (own.mode !== "PSK" || !psk) return true;
  return own.key === undefined ? own.passphrase === psk.passphrase : own.key === psk.key;
}
