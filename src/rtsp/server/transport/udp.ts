import type { AccessUnit } from "#media/access-unit";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import type { RtcpHandler, TrackTransport } from "./track-transport.js";
import type { UdpPair } from "./udp-ports.js";

/** RTP and RTCP as datagrams to the client's two ports. */
export class UdpTransport implements TrackTransport {
  readonly spec: TransportSpec;
  readonly #pair: UdpPair;
  readonly #address: string;
  readonly #ports: PortPair;
  readonly #release: () => void;
  #stopListening: () => void = () => {};

  /** `release` gives back the client's ports. */
  constructor(pair: UdpPair, address: string, ports: PortPair, release: () => void) {
    this.#pair = pair;
    this.#address = address;
    this.#ports = ports;
    this.#release = release;
    this.spec = {
      profile: "RTP/AVP",
      lower: "UDP",
      delivery: "unicast",
      clientPort: ports,
      serverPort: [pair.rtp.port, pair.rtcp.port],
    };
  }

  send({ rtp }: AccessUnit): boolean {
    for (let index = 0; index < rtp.count; index++)
      this.#pair.rtp.send(rtp.packet(index), this.#ports[0], this.#address);
    return true;
  }

  onRtcp(handler: RtcpHandler): void {
    this.#stopListening = this.#pair.listen(this.#address, this.#ports[1], handler);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#pair.rtcp.send(packet, this.#ports[1], this.#address);
  }

  close(): void {
    this.#stopListening();
    this.#release();
  }
}
