import type { AccessUnit } from "#media/access-unit";
import type { TransportSpec } from "#wire/rtsp/headers/transport";

/** The way of one track to one client. Chosen once, in SETUP. */
export interface TrackTransport {
  /** For the answer to SETUP; ssrc and mode are added there. */
  readonly spec: TransportSpec;
  /** Sends the packets of a unit; false when the unit was given up. */
  send(unit: AccessUnit): boolean;
  /** Says where RTCP of the client goes. Interleaved packets come through the connection instead. */
  onRtcp(handler: RtcpHandler): void;
  /** What is inside an interleaved packet of RTCP; an empty packet for one that is not authentic. Absent: itself. */
  open?(packet: Uint8Array): Uint8Array;
  /** The number with which the path's packet of that sequence number is sent. Absent: the same. */
  sequenceOf?(sequence: number): number;
  sendRtcp(packet: Uint8Array): void;
  close(): void;
}

/** Takes RTCP packets of the client. */
export type RtcpHandler = (packet: Buffer) => void;
