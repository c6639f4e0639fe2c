import type { Path } from "#media/path";
import { ReplayPath } from "#media/replay-path";
import type { TransportOffer } from "../../negotiate.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import type { StreamLease, StreamRequest } from "../directory.js";
import type { ResolvedOptions } from "../options.js";
import type { CarrierName } from "../transport/carrier.js";
import type { KeySet } from "./stream-keys.js";

/**
 * What may be negotiated on a carrier. Keys are told under TLS only (RFC 4567 §9, Streaming §5.1.1.1). Media leave TLS
 * and tunnels only when they are protected themselves, and tunnels not even then: who uses one cannot be reached.
 */
export function offerOn(carrier: CarrierName, offer: TransportOffer, srtp: ResolvedOptions["srtp"]): TransportOffer {
  const isRequired = srtp === "require";
  if (carrier === "rtsp") return isRequired ? NOTHING : offer;
  const tcp = { udp: false, tcp: offer.tcp };
  if (carrier === "http" || carrier === "ws") return isRequired ? NOTHING : tcp;
  if (srtp === "off") return tcp;
  return { ...(isRequired ? NOTHING : tcp), secure: carrier === "rtsps" ? offer : tcp };
}

const NOTHING: TransportOffer = { udp: false, tcp: false };

/** Parameter of a URL that asks for keys in the description. */
const PARAMETER = "srtp";

/**
 * Has the client asked for a protected stream, or can it have no other? Then the description tells keys, and whatever
 * profile a SETUP names, media are protected: ffmpeg decrypts what came with `a=crypto` and yet asks for RTP/AVP.
 */
export function wantsSrtp(
  { parameters }: StreamRequest,
  { transports }: RtspConnection,
  { options }: ServerContext,
): boolean {
  if (!transports.secure) return false;
  const value = parameters.get(PARAMETER);
  return options.srtp === "require" || (value !== undefined && value !== "0");
}

/** The keys that the connection was told of this path; those of now where it was told none. */
export function keysFor(
  { path, description }: StreamLease,
  { described }: RtspConnection,
  { keys }: ServerContext,
): KeySet {
  const told = described?.secret;
  return told && isSame(told.path, path) ? told.keys : keys.current(path, description.tracks.length);
}

/** Recordings are opened anew for each who plays them, with other SSRCs; so the keys are still of one stream only. */
const isSame = (told: Path, path: Path): boolean =>
  told === path || (told instanceof ReplayPath && path instanceof ReplayPath && told.name === path.name);
