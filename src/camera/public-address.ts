import type { Device } from "#device/device";

/** `<public_address>` and what its port belongs to. */
export interface PublicAddress {
  /** Host or host:port; empty where the camera is reached by its own addresses. */
  readonly publicAddress: string;
  readonly httpEnable: boolean;
}

/**
 * The address that clients are told for `own`, one of ours. The port of a public address is that of HTTP, or of HTTPS
 * where there is no HTTP; for anything else, and where it names no port, it stays our own port.
 */
export function toldAddress(own: URL, { publicAddress, httpEnable }: PublicAddress): URL {
  if (publicAddress === "") return own;
  const outer = new URL(`${own.protocol}//${publicAddress}${own.pathname}`);
  const hasPort = /[^:\]]:\d+$|\]:\d+$/.test(publicAddress);
  const isOfPort = own.protocol === (httpEnable ? "http:" : "https:");
  if (!hasPort || !isOfPort) outer.port = own.port;
  return outer;
}

/** The addresses of the device service for those who reach the camera at `host`, which stands in URLs as it is. */
export const serviceAddresses = (device: Device, host: string, outer: PublicAddress): readonly string[] =>
  (["http", "https"] as const).flatMap((scheme) => {
    const protocol = device.network.protocols.find(({ name }) => name === scheme.toUpperCase());
    if (!protocol?.enabled) return [];
    const own = new URL(`${scheme}://${host}:${protocol.ports[0] ?? ""}/onvif/device_service`);
    return [toldAddress(own, outer).href];
  });
