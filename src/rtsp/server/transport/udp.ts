import type { AccessUnit } from "#media/access-unit";
import type { DatagramSender } from "#host/net";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import type { RtcpHandler, TrackTransport } from "./track-transport.js";
import type { UdpPair } from "./udp-ports.js";

/** RTP and RTCP as datagrams to the client's two ports. */
export class UdpTransport implements TrackTransport {
  readonly spec: TransportSpec;
  readonly #media: DatagramSender;
  readonly #pair: UdpPair;
  readonly #address: string;
  readonly #rtcpPort: number;
  readonly #release: () => void;
  #stopListening: () => void = () => {};

  /** `release` gives back the client's ports. */
  constructor(pair: UdpPair, address: string, ports: PortPair, release: () => void) {
    this.#pair = pair;
    this.#address = address;
    this.#rtcpPort = ports[1];
    this.#media = pair.rtp.towards({ address, port: ports[0] }, pair.exclusive);
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
    return this.#media.send(rtp) === 0;
  }

  onRtcp(handler: RtcpHandler): void {
    this.#stopListening = this.#pair.listen(this.#address, this.#rtcpPort, handler);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#pair.rtcp.send(packet, this.#rtcpPort, this.#address);
  }

  close(): void {
    this.#stopListening();
    this.#release();
  }
}
