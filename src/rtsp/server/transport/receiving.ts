import type { SendQueue } from "#media/send-queue";
import { writeRtcp } from "#wire/rtp/rtcp";
import { RTP_HEADER_BYTES, writeRtpHeader } from "#wire/rtp/packet";
import { ORDERED, UNORDERED, type ReorderOptions } from "#wire/rtp/reorder";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import { writeFrame } from "#wire/rtsp/message";
import type { PacketHandler } from "./peer-table.js";
import type { UdpPair } from "./udp-ports.js";

/** The way of one track from a client that publishes. Chosen once, in SETUP. */
export interface ReceivingTransport {
  /** For the answer to SETUP; the mode is added there. */
  readonly spec: TransportSpec;
  readonly order: ReorderOptions;
  /** Says where RTP and RTCP of the client go. Interleaved packets come through the connection instead. */
  receive(rtp: PacketHandler, rtcp: PacketHandler): void;
  /** What is inside of interleaved packets; empty packets for those that are not authentic. Absent: themselves. */
  readonly packets?: { rtp(packet: Uint8Array): Uint8Array; rtcp(packet: Uint8Array): Uint8Array };
  /** Opens firewalls between the client and us, where there may be any. */
  openFirewall(payloadType: number): void;
  sendRtcp(packet: Uint8Array): void;
  close(): void;
}

/** RTP and RTCP between the messages of the RTSP connection (RFC 2326 §10.12). */
export class InterleavedReceiver implements ReceivingTransport {
  readonly spec: TransportSpec;
  readonly order = ORDERED;
  readonly #queue: SendQueue;
  readonly #channel: number;

  constructor(queue: SendQueue, channels: PortPair) {
    this.#queue = queue;
    this.#channel = channels[1];
    this.spec = { profile: "RTP/AVP", lower: "TCP", delivery: "unicast", interleaved: channels };
  }

  receive(): void {
    // The connection knows the channels.
  }

  openFirewall(): void {
    // There is none within a connection.
  }

  sendRtcp(packet: Uint8Array): void {
    this.#queue.append(writeFrame(this.#channel, packet));
  }

  close(): void {
    // The channels go with the connection.
  }
}

/** RTP and RTCP as datagrams from the client's two ports. */
export class UdpReceiver implements ReceivingTransport {
  readonly spec: TransportSpec;
  readonly order = UNORDERED;
  readonly #pair: UdpPair;
  readonly #address: string;
  readonly #ports: PortPair;
  #undo: readonly (() => void)[];

  /** `release` gives back the client's ports. */
  constructor(pair: UdpPair, address: string, ports: PortPair, release: () => void) {
    this.#pair = pair;
    this.#address = address;
    this.#ports = ports;
    this.#undo = [release];
    this.spec = {
      profile: "RTP/AVP",
      lower: "UDP",
      delivery: "unicast",
      clientPort: ports,
      serverPort: [pair.rtp.port, pair.rtcp.port],
    };
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    const [rtpPort, rtcpPort] = this.#ports;
    this.#pair.rtp.expectBursts();
    this.#undo = [
      ...this.#undo,
      this.#pair.listenMedia(this.#address, rtpPort, rtp),
      this.#pair.listen(this.#address, rtcpPort, rtcp),
    ];
  }

  /** One empty packet to each of the client's ports: firewalls let in from where something went out to. */
  openFirewall(payloadType: number): void {
    const packet = new Uint8Array(RTP_HEADER_BYTES);
    writeRtpHeader(packet, 0, false, payloadType, 0, 0, 0);
    this.#pair.rtp.send(packet, this.#ports[0], this.#address);
    this.sendRtcp(writeRtcp([{ type: "RR", ssrc: 0, reports: [] }]));
  }

  sendRtcp(packet: Uint8Array): void {
    this.#pair.rtcp.send(packet, this.#ports[1], this.#address);
  }

  close(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}
