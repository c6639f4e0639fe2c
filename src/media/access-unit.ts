import type { SharedCut } from "./shared-cut.js";

/** One decodable unit of one track: a coded picture, an audio frame, a metadata document. */
export interface AccessUnit {
  /** Index into `MediaDescription.tracks`. */
  readonly track: number;
  /** Ticks of the track's clock rate since the path's epoch; grows without wrapping. */
  readonly pts: number;
  /** Capture time, ms since the Unix epoch, UTC. */
  readonly wallMs: number;
  /** Decodable without earlier units. */
  readonly randomAccess: boolean;
  /** NAL units without start codes, or one frame; may be empty on pass-through. Shared: never write into it. */
  readonly payload: readonly Uint8Array[];
  /** The same unit as RTP packets, made once by the path and shared by all readers. */
  readonly rtp: PacketRun;
}

/**
 * The RTP packets of one access unit, back to back in one buffer with the 4-byte interleaved header
 * (RFC 2326 §10.12) in front of each, so that a TCP reader needs one write and a UDP reader takes sub-arrays.
 */
export interface PacketRun {
  readonly count: number;
  /** Sum of the packets' lengths, without the interleaved headers. */
  readonly bytes: number;
  /** RTP sequence number of the first packet, 0…65535. */
  readonly sequence: number;
  /** RTP timestamp, 0…2^32−1. */
  readonly rtpTime: number;
  /**
   * The packets framed for interleaved channel `channel` (0…255); made once for each channel in use. The bytes stay as they
   * are for as long as somebody has them, unless it gives them back with `release`.
   */
  interleaved(channel: number): Uint8Array;
  /**
   * For who has asked for `interleaved` or `packet` while the unit was delivered, and by the end of that has passed the bytes
   * on so that neither it nor anybody behind it will look at them again: they are written over by the next unit. Once for
   * each call.
   */
  release(): void;
  /** Packet `index` without the interleaved header; stays as it is for as long as somebody has it, as with `interleaved`. */
  packet(index: number): Uint8Array;
}

/** What a source hands over: payload, or finished packets (pass-through), or both. */
export interface SourceUnit {
  readonly track: number;
  readonly pts: number;
  readonly wallMs: number;
  readonly randomAccess: boolean;
  /** Stays as it is: the path comes back to it for readers that join. */
  readonly payload: readonly Uint8Array[];
  /** Where other paths publish the same payload too: what they have in common. */
  readonly cut?: SharedCut | undefined;
  /** RTP packets as they came, when the source relays them: in order, without problems (`rtpProblem`). */
  readonly packets?: readonly Uint8Array[];
  /** Packets that the source has missed in front of this unit; none unless given. */
  readonly lostBefore?: number;
}
