import type { AccessUnit } from "#media/access-unit";
import type { Peer, SendingSocket } from "#host/net";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import type { RtcpHandler, TrackTransport } from "./track-transport.js";
import type { PacedSender, UdpPacing } from "./udp-pacing.js";
import type { UdpPair } from "./udp-ports.js";

/** RTP and RTCP as datagrams to the client's two ports. */
export class UdpTransport implements TrackTransport {
  readonly spec: TransportSpec;
  #media: PacedSender;
  readonly #pair: UdpPair<SendingSocket>;
  readonly #address: string;
  #rtcpPort: number;
  readonly #release: () => void;
  #stopListening = ignore;
  #stopLatching = ignore;

  /**
   * `release` gives back the client's ports. With `latching` media go where the client's first packet to the RTP port
   * comes from, and reports where its last one has come from.
   */
  constructor(
    pair: UdpPair<SendingSocket>,
    address: string,
    ports: PortPair,
    release: () => void,
    private readonly pacing: UdpPacing,
    private readonly latching = false,
  ) {
    this.#pair = pair;
    this.#address = address;
    this.#rtcpPort = ports[1];
    // A socket that is for one peer alone would not hear it from another port.
    this.#media = pacing.before(pair.rtp.towards({ address, port: ports[0] }, pair.exclusive && !latching));
    if (latching) this.#stopLatching = pair.listenMedia(address, ports[0], (_packet, from) => this.#latch(from));
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
    this.#stopListening = this.#pair.listen(this.#address, this.#rtcpPort, (packet, { port }) => {
      if (this.latching) this.#rtcpPort = port;
      handler(packet);
    });
  }

  sendRtcp(packet: Uint8Array): void {
    this.#pair.rtcp.send(packet, this.#rtcpPort, this.#address);
  }

  close(): void {
    this.#stopListening();
    this.#stopLatching();
    this.#media.forget?.();
    this.#release();
  }

  #latch(from: Peer): void {
    this.#stopLatching();
    this.#stopLatching = ignore;
    this.#media.forget?.();
    this.#media = this.pacing.before(this.#pair.rtp.towards(from));
  }
}

const ignore = (): void => {};
