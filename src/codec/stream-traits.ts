import { parseFmtp } from "#wire/sdp/attributes";
import type { MediaFormat } from "./format.js";
import { findCodec } from "./payloads.js";

/** What somebody must know of a codec who passes a stream on without making or decoding it. */
export interface StreamTraits {
  /** Whether the payload format here can read the stream as `fmtp` (names in lower case) has it. */
  isReadable(fmtp: ReadonlyMap<string, string>): boolean;
  /** Whether a unit can be decoded without what came before. */
  isRandomAccess(unit: readonly Uint8Array[]): boolean;
  /** Whether no other unit is decoded by means of this one. Without it, all may be. */
  isDispensable?(unit: readonly Uint8Array[]): boolean;
  /** Whether the first part of a unit is the first of its picture; asked when packets in front of it are missing. */
  hasStart(unit: readonly Uint8Array[]): boolean;
  /** The parameter sets in a unit, in the order in which a decoder needs them; empty unless all kinds are there. */
  setsOf(unit: readonly Uint8Array[]): readonly Uint8Array[];
  /** The parameter sets that `fmtp` states, or the decoder's configuration; empty unless all are there. */
  setsIn(fmtp: ReadonlyMap<string, string>): readonly Uint8Array[];
  /**
   * `format` with the picture size and rate that the sets tell, and with the sets in its `fmtp` if they are not there.
   *
   * @throws DecodeError when they cannot be read.
   */
  withSets(format: MediaFormat, sets: readonly Uint8Array[]): MediaFormat;
  /** Whether units at random access points bring the sets: decoders come in that have not read `fmtp`. */
  readonly setsAreSent: boolean;
  /** Ticks of the track's clock from one unit to the next in packets that hold several. */
  unitTicks?(format: MediaFormat): number;
}

/** The traits of a format; undefined for an encoding that is only known by its packets, and for a stream not readable. */
export function findStreamTraits(format: MediaFormat): StreamTraits | undefined {
  const found = findCodec(format)?.traits;
  return found?.isReadable(parseFmtp(format.fmtp ?? "")) === true ? found : undefined;
}
