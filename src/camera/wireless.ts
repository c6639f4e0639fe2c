import type { OnvifConfig } from "#config/onvif-cfg";
import { macAddressOf } from "#device/identity";
import type { NetworkInterface } from "#device/network-interfaces";
import { type AccessPoint, preSharedKey, type Wireless, type WirelessSecurityMode } from "#device/wireless";

type WirelessConfig = NonNullable<OnvifConfig["wireless"]>;
type AccessPointConfig = WirelessConfig["accessPoints"][number];

/** The emulated wireless interface of a camera. */
export interface WirelessInterface {
  readonly token: string;
  readonly wireless: Wireless;
}

/** What the configuration has of a wireless network. */
export const wirelessInterface = ({ wireless }: OnvifConfig): WirelessInterface | undefined =>
  wireless && {
    token: wireless.interface,
    wireless: { accessPoints: wireless.accessPoints.map(accessPoint), configurations: [] },
  };

/** The interfaces with the wireless one: one of the host that has its name, or one more. */
export function withWireless(
  interfaces: readonly NetworkInterface[],
  macAddress: string,
  own: WirelessInterface | undefined,
): readonly NetworkInterface[] {
  if (!own) return interfaces;
  const { token, wireless } = own;
  if (interfaces.some((one) => one.token === token))
    return interfaces.map((one) => (one.token === token ? { ...one, wireless } : one));
  const madeUp: NetworkInterface = {
    token,
    enabled: true,
    name: token,
    macAddress: macAddressOf(`${macAddress} ${token}`),
    mtu: 1500,
    wireless,
    isMadeUp: true,
    ipv4: { enabled: true, dhcp: true, manual: [] },
  };
  return [...interfaces, madeUp];
}

function accessPoint({ bssid, signal, passphrase, ...point }: AccessPointConfig, index: number): AccessPoint {
  const ssid = Buffer.from(point.ssid).toString("hex");
  const security: readonly WirelessSecurityMode[] = point.security.length > 0 ? point.security : ["PSK"];
  const encrypts = security.includes("PSK") || security.includes("Dot1X");
  const ciphers = point.ciphers.length > 0 ? [...new Set(point.ciphers)] : (["CCMP"] as const);
  return {
    ssid,
    bssid: bssid || macAddressOf(`${ssid} ${index}`),
    signal,
    security: [...new Set(security)],
    ciphers: encrypts ? ciphers : [],
    psk: passphrase === "" ? undefined : preSharedKey(passphrase, ssid),
  };
}
