import type { Media } from "#device/media/media";
import type { MulticastConfiguration } from "#device/media/types";
import type { MulticastConfiguration as WireMulticast } from "../schema/tt/multicast.js";
import { ipAddressFromWire, ipAddressToWire } from "./ip-address.js";

/** The configurations that have a multicast address. */
interface Streamed {
  readonly token: string;
  readonly multicast: MulticastConfiguration;
}

/** `AutoStart` tells whether StartMulticastStreaming is in force for a profile with the configuration. */
export const multicastToWire = (
  kind: "video-encoder" | "audio-encoder" | "metadata",
  { token, multicast: { address, port, ttl } }: Streamed,
  media: Media,
): WireMulticast => ({
  Address: ipAddressToWire(address),
  Port: port,
  TTL: ttl,
  AutoStart: media.streams.autoStart(kind, token),
});

/** An address that is left out stands for none. `AutoStart` is read-only (Media2 §5.6.1) and ignored. */
export function multicastFromWire({ Address, Port, TTL }: WireMulticast): MulticastConfiguration {
  const { family, address } = ipAddressFromWire(Address);
  const none = family === "ipv4" ? "0.0.0.0" : "::";
  return { address: { family, address: address === "" ? none : address }, port: Port, ttl: TTL };
}
