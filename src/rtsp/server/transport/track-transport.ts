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
  sendRtcp(packet: Uint8Array): void;
  close(): void;
}

/** Takes RTCP packets of the client. */
export type RtcpHandler = (packet: Buffer) => void;
