import type { AskedSettings } from "#device/interface-settings";
import {
  type AccessPoint,
  type Association,
  groupCipherOf,
  type WirelessConfiguration,
  type WirelessSecurityMode,
} from "#device/wireless";
import { given } from "#util/given";
import type {
  Dot11AuthAndMangementSuite,
  Dot11AvailableNetworks,
  Dot11Cipher,
  Dot11Configuration,
  Dot11Status,
} from "../schema/tt/dot11.js";

/** Keys and passphrases are not told (Core §8.2.22.4). */
export const dot11ToWire = ({ alias, ssid, priority, security }: WirelessConfiguration): Dot11Configuration => ({
  SSID: Buffer.from(ssid, "hex"),
  Mode: "Infrastructure",
  Alias: alias,
  Priority: priority,
  Security: { Mode: security.mode, Algorithm: security.algorithm, Dot1X: security.dot1x },
});

type AskedWireless = NonNullable<AskedSettings["wireless"]>[number];

export const dot11FromWire = ({ SSID, Mode, Alias, Priority, Security }: Dot11Configuration): AskedWireless => ({
  alias: Alias,
  ssid: hex(SSID),
  mode: Mode,
  priority: Priority,
  security: given({
    mode: Security.Mode,
    algorithm: Security.Algorithm,
    key: Security.PSK?.Key && hex(Security.PSK.Key),
    passphrase: Security.PSK?.Passphrase,
    dot1x: Security.Dot1X,
  }),
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export const associationToWire = ({
  configuration,
  accessPoint,
  pairCipher,
  groupCipher,
}: Association): Dot11Status => ({
  SSID: Buffer.from(accessPoint.ssid, "hex"),
  BSSID: accessPoint.bssid,
  PairCipher: pairCipher,
  GroupCipher: groupCipher,
  SignalStrength: accessPoint.signal,
  ActiveConfigAlias: configuration.alias,
});

export const accessPointToWire = (accessPoint: AccessPoint): Dot11AvailableNetworks => {
  const { ssid, bssid, security, ciphers, signal } = accessPoint;
  const group = groupCipherOf(accessPoint);
  const wep: readonly Dot11Cipher[] = security.includes("WEP") ? ["Extended"] : [];
  return {
    SSID: Buffer.from(ssid, "hex"),
    BSSID: bssid,
    AuthAndMangementSuite: security.map((mode) => SUITES[mode]),
    PairCipher: [...ciphers, ...wep],
    GroupCipher: [...(group ? [group] : []), ...wep],
    SignalStrength: signal,
  };
};

/** WEP has no name of its own among the suites. */
const SUITES: Readonly<Record<WirelessSecurityMode, Dot11AuthAndMangementSuite>> = {
  None: "None",
  WEP: "Extended",
  PSK: "PSK",
  Dot1X: "Dot1X",
};
