import type { ReceivedInfo } from "#media/received-track";
import type { Reception } from "./session-track.js";

/** A session as it is shown to operators. */
export interface SessionInfo {
  readonly id: string;
  readonly path: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly username: string | undefined;
  readonly transport: "TCP" | "UDP" | "UDP-multicast";
  readonly state: "ready" | "playing" | "recording";
  /** Sent to a reader, received from a publisher. */
  readonly packets: number;
  readonly octets: number;
  readonly droppedUnits: number;
  readonly droppedBytes: number;
  readonly tracks: readonly TrackInfo[];
}

export interface TrackInfo {
  readonly index: number;
  /** What a reader has reported. */
  readonly reception?: Reception | undefined;
  /** RTCP packets of the client that could not be read. */
  readonly brokenRtcp: number;
  /** How often a reader has asked for something that can be decoded by itself (RTCP PLI and FIR). */
  readonly randomAccessRequests?: number;
  /** Of a publisher's track, and of the back channel. */
  readonly received?: ReceivedInfo;
}
