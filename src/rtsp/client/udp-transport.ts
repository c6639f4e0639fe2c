import { isIP, isIPv6 } from "node:net";
import type { Net, UdpSocket } from "#host/net";
import { CodedError } from "#util/errors";
import { RTP_HEADER_BYTES, writeRtpHeader } from "#wire/rtp/packet";
import { UNORDERED } from "#wire/rtp/reorder";
import { writeRtcp } from "#wire/rtp/rtcp";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import { type ClientTransport, type PacketHandler, RECEIVE_BYTES, wrongTransport } from "./transport.js";

const MAX_ATTEMPTS = 32;

/** RTP and RTCP as datagrams to two ports of our own. */
export class UdpTransport implements ClientTransport {
  readonly order = UNORDERED;
  readonly wanted: TransportSpec;
  readonly #rtp: UdpSocket;
  readonly #rtcp: UdpSocket;
  readonly #server: string;
  #sources: readonly string[];
  /** Where the server sends from; 0 as long as that is not known. */
  #rtpPort = 0;
  #rtcpPort = 0;

  private constructor(rtp: UdpSocket, rtcp: UdpSocket, server: string) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#server = server;
    this.#sources = [plain(server)];
    this.wanted = { profile: "RTP/AVP", lower: "UDP", delivery: "unicast", clientPort: [rtp.port, rtcp.port] };
    for (const socket of [rtp, rtcp]) socket.onError(() => {});
  }

  /** Opens an even port and the next one, at the address by which the server is spoken to. */
  static async open(net: Net, localAddress: string, server: string): Promise<UdpTransport> {
    const [rtp, rtcp] = await openPair(net, localAddress);
    return new UdpTransport(rtp, rtcp, server);
  }

  async agree(answer: TransportSpec | undefined): Promise<void> {
    if (answer && (answer.lower !== "UDP" || answer.interleaved || answer.delivery === "multicast"))
      throw wrongTransport("the server has answered RTP over UDP with something else");
    // Without server_port packets of any port are taken.
    [this.#rtpPort, this.#rtcpPort] = answer?.serverPort ?? [0, 0];
    const source = answer?.source ?? "";
    if (isIP(source) > 0) this.#sources = [...new Set([...this.#sources, plain(source)])];
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    this.#rtp.expectBursts();
    this.#rtp.onMessage((data, { address }) => {
      if (this.#sources.includes(plain(address))) rtp(data);
    });
    this.#rtcp.onMessage((data, { address, port }) => {
      if (!this.#sources.includes(plain(address))) return;
      if (this.#rtcpPort === 0) this.#rtcpPort = port;
      rtcp(data);
    });
  }

  /** One empty packet to each of the server's ports: firewalls let in from where something went out to. */
  openFirewall(payloadType: number): void {
    const packet = new Uint8Array(RTP_HEADER_BYTES);
    writeRtpHeader(packet, 0, false, payloadType, 0, 0, 0);
    this.#rtp.send(packet, this.#rtpPort, this.#server);
    this.sendRtcp(writeRtcp([{ type: "RR", ssrc: 0, reports: [] }]));
  }

  /** Sends RTP on the track, which the server takes by its back channel. */
  sendRtp(packet: Uint8Array): void {
    this.#rtp.send(packet, this.#rtpPort, this.#server);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#rtcp.send(packet, this.#rtcpPort, this.#server);
  }

  close(): void {
    void this.#rtp.close();
    void this.#rtcp.close();
  }
}

async function openPair(net: Net, address: string): Promise<readonly [rtp: UdpSocket, rtcp: UdpSocket]> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const rtp = await net.udp({ address, port: 0, receiveBytes: RECEIVE_BYTES });
    const rtcp = rtp.port % 2 === 0 ? await portOf(net, address, rtp.port + 1) : undefined;
    if (rtcp) return [rtp, rtcp];
    await rtp.close();
  }
  throw new CodedError("udp-ports-exhausted", "no two UDP ports in a row are free", { address });
}

async function portOf(net: Net, address: string, port: number): Promise<UdpSocket | undefined> {
  try {
    return await net.udp({ address, port });
  } catch (error) {
    if (error instanceof CodedError && error.code === "EADDRINUSE") return undefined;
    throw error;
  }
}

/** Addresses of a link may name the interface behind `%`. */
const plain = (address: string): string => (isIPv6(address) ? address.replace(/%.*$/, "").toLowerCase() : address);
