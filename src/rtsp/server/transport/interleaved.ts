import type { AccessUnit } from "#media/access-unit";
import type { SendQueue } from "#media/send-queue";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import { writeFrame } from "#wire/rtsp/message";
import type { TrackTransport } from "./track-transport.js";

/** RTP and RTCP between the messages of the RTSP connection (RFC 2326 §10.12): one write for each access unit. */
export class InterleavedTransport implements TrackTransport {
  readonly spec: TransportSpec;
  readonly #queue: SendQueue;
  readonly #channel: number;

  constructor(queue: SendQueue, channels: PortPair) {
    this.#queue = queue;
    this.#channel = channels[0];
    this.spec = { profile: "RTP/AVP", lower: "TCP", delivery: "unicast", interleaved: channels };
  }

  send(unit: AccessUnit): boolean {
    const { rtp } = unit;
    const isSent = this.#queue.send(unit, rtp.interleaved(this.#channel));
    if (this.#queue.pendingBytes === 0) rtp.release();
    return isSent;
  }

  onRtcp(): void {
    // The connection knows the channels.
  }

  sendRtcp(packet: Uint8Array): void {
    this.#queue.append(writeFrame(this.#channel + 1, packet));
  }

  close(): void {
    // The channels go with the connection.
  }
}
