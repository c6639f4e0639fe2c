import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";

/** Lower transports that a server or one of its paths allows. */
export interface TransportOffer {
  readonly udp: boolean;
  readonly tcp: boolean;
  /** Off unless given. */
  readonly multicast?: boolean;
  /** The same for media that are protected (RTP/SAVP); none unless given. */
  readonly secure?: Omit<TransportOffer, "secure"> | undefined;
}

export type Negotiated =
  | (Agreement & { readonly lower: "TCP"; readonly channels: PortPair })
  | (Agreement & { readonly lower: "UDP"; readonly clientPorts: PortPair })
  | (Agreement & { readonly lower: "UDP-multicast" })
  | { readonly lower: undefined; readonly status: 400 | 461; readonly reason: string };

interface Agreement {
  /** Media are protected; absent where they are not. */
  readonly isSecure?: true;
}

const unsupported: Negotiated = { lower: undefined, status: 461, reason: "no transport of the list is supported" };

/**
 * Chooses the first entry of a Transport header that can be served (RFC 2326 §12.39). What cannot be is 461 alike for
 * unicast, multicast and secure profiles: GStreamer and ffmpeg try their next transport only then.
 *
 * `taken` are the channel pairs in use on the connection. A client that names no channels, or a pair that is in use,
 * gets the next even pair; one that cuts across a pair in use is told so with 400. A multicast group or port that a
 * client asks for is passed over: it could be any, and the stream has one.
 */
export function negotiate(
  specs: readonly TransportSpec[],
  offer: TransportOffer,
  taken: readonly PortPair[] = [],
): Negotiated {
  for (const spec of specs) {
    const wantsPlay = spec.mode === undefined || spec.mode.includes("play");
    const isSecure = /^RTP\/SAVPF?$/.test(spec.profile);
    if (!(isSecure || spec.profile === "RTP/AVP") || !wantsPlay) continue;
    const chosen = choose(spec, isSecure ? offer.secure : offer, taken);
    if (chosen) return isSecure && chosen.lower !== undefined ? { ...chosen, isSecure } : chosen;
  }
  return unsupported;
}

function choose(
  spec: TransportSpec,
  offer: TransportOffer | undefined,
  taken: readonly PortPair[],
): Negotiated | undefined {
  if (spec.delivery === "multicast")
    return spec.lower === "UDP" && offer?.multicast ? { lower: "UDP-multicast" } : undefined;
  if (spec.lower === "TCP") return offer?.tcp ? chooseChannels(spec.interleaved, taken) : undefined;
  const [rtp = 0, rtcp = 0] = spec.clientPort ?? [];
  // Without ports there is nowhere to send to (GStreamer asks for 0-0 in some set-ups).
  const hasPorts = rtp > 0 && rtcp > 0;
  return spec.lower === "UDP" && offer?.udp && hasPorts ? { lower: "UDP", clientPorts: [rtp, rtcp] } : undefined;
}

function chooseChannels(wanted: PortPair | undefined, taken: readonly PortPair[]): Negotiated {
  if (wanted && wanted[1] !== wanted[0] + 1)
    return { lower: undefined, status: 400, reason: "interleaved channels are not two in a row" };
  const overlapping = wanted && taken.find(([first, second]) => first <= wanted[1] && wanted[0] <= second);
  if (wanted && !overlapping) return { lower: "TCP", channels: wanted };
  if (wanted && overlapping && overlapping[0] !== wanted[0])
    return { lower: undefined, status: 400, reason: "interleaved channels cut across a pair in use" };
  for (let first = 0; first < 256; first += 2)
    if (!taken.some((pair) => pair[0] <= first + 1 && first <= pair[1]))
      return { lower: "TCP", channels: [first, first + 1] };
  return unsupported;
}
