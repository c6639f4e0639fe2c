import type { MediaFormat } from "./format.js";

/** The payload of one RTP packet: `head` bytes of the payload format, then `body`, a view into the unit. */
export interface RtpPayload {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  /** An extension of the packet's RTP header, whole: profile, length and words (RFC 3550 §5.3.1). Few payloads have one. */
  readonly extension?: Uint8Array;
}

/**
 * What a depacketizer has to say to one packet. `units` are finished units, in order (an audio packet may hold several);
 * `dropped` says why the packet, and with it the unit in hand, was thrown away. Undefined: more packets are needed.
 */
export interface Depacketized {
  readonly units?: readonly (readonly Uint8Array[])[];
  readonly dropped?: string;
}

/** Puts access units together again. Takes the packets of one stream in sequence; never throws. */
export interface Depacketizer {
  /**
   * The finished units are views into the payloads where they can be; do not reuse `payload`. `extension` is that of the
   * packet's RTP header, as in `RtpPayload`; only some formats look at it.
   */
  push(payload: Uint8Array, marker: boolean, extension?: Uint8Array): Depacketized | undefined;
  /** The unit in hand, when the timestamp changes without a marker; undefined if there is none. */
  flush(): readonly Uint8Array[] | undefined;
  /** Forgets the unit in hand: a packet is missing. */
  reset(): void;
}

/**
 * What `push` answers where the marker ends a unit: a packet that cannot be taken, for `problem`, costs the unit in hand.
 */
export function afterPacket(
  depacketizer: Pick<Depacketizer, "flush" | "reset">,
  problem: string | undefined,
  marker: boolean,
): Depacketized | undefined {
  if (problem !== undefined) {
    depacketizer.reset();
    return { dropped: problem };
  }
  if (!marker) return undefined;
  const unit = depacketizer.flush();
  return unit && { units: [unit] };
}

/** How units of one encoding become RTP payloads and back. */
export interface PayloadFormat {
  /** Which packets carry the RTP marker bit (RFC 3550 §5.1): the last of each unit, or none. */
  readonly marker: "last" | "never";
  /** Whether header extensions belong to the format; those of other formats mean nothing to whom packets are passed on. */
  readonly hasExtensions?: boolean;
  /**
   * Splits one unit into payloads of at most `maxBytes` (at least 200), extension included; empty for a unit with nothing
   * to send.
   * `randomAccess` units get the parameter sets of `format` in front when they lack them.
   */
  packetize(
    unit: readonly Uint8Array[],
    format: MediaFormat,
    randomAccess: boolean,
    maxBytes: number,
  ): readonly RtpPayload[];
  depacketizer(format: MediaFormat): Depacketizer;
}

/** Largest unit a depacketizer puts together; what is larger is dropped. */
export const maxUnitBytes = 8 * 1024 * 1024;
/** Most NAL units, or fragments of one, that a depacketizer keeps for a unit. */
export const maxUnitParts = 16_384;

/** `head` of payloads that have none. */
export const noHead: Uint8Array = new Uint8Array(0);

/**
 * Cuts `bytes` into the fewest pieces of at most `maxBytes`, all of one size, only the last may be shorter: what
 * segmentation offload asks for, and no tiny last packet.
 */
export function evenPieces(bytes: Uint8Array, maxBytes: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / maxBytes);
  const size = Math.ceil(bytes.length / count);
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += size) pieces.push(bytes.subarray(offset, offset + size));
  return pieces;
}

/** One block of memory from several; the block itself when there is only one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
