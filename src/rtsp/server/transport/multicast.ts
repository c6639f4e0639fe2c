import { isIPv6 } from "node:net";
import type { Net, UdpSocket } from "#host/net";
import type { AccessUnit } from "#media/access-unit";
import { CodedError } from "#util/errors";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import type { MulticastTarget } from "../../multicast-groups.js";
import type { RtcpHandler, TrackTransport } from "./track-transport.js";
import type { PacedSender, UdpPacing } from "./udp-pacing.js";

/** The interface by which a sender's packets leave. */
export interface OutgoingInterface {
  readonly name: string;
  /** Its IPv4 address: the source of what goes to IPv4 groups. */
  readonly address: string;
}

/** RTP and RTCP of one track as datagrams to a group, whoever listens there. */
export class GroupTransport implements TrackTransport {
  readonly spec: TransportSpec;
  readonly #rtp: UdpSocket;
  readonly #media: PacedSender;
  readonly #rtcp: UdpSocket;
  readonly #readers = new Map<string, Set<RtcpHandler>>();

  private constructor(
    readonly target: MulticastTarget,
    ssrc: number,
    rtp: UdpSocket,
    rtcp: UdpSocket,
    pacing: UdpPacing,
  ) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    const { address, port, ttl } = target;
    this.#media = pacing.before(rtp.towards({ address, port }));
    this.spec = {
      profile: "RTP/AVP",
      lower: "UDP",
      delivery: "multicast",
      destination: address,
      port: [port, port + 1],
      ttl,
    };
    rtcp.onMessage((data, from) => {
      // What we have sent ourselves comes back, and players on this host have our address.
      if (data.length >= 8 && data.readUInt32BE(4) === ssrc) return;
      for (const handler of this.#readers.get(from.address) ?? []) handler(data);
    });
    rtp.onMessage(() => {});
    for (const socket of [rtp, rtcp]) socket.onError(() => {});
  }

  /** Opens the sockets; CodedError when the system has none, or no way to the group. */
  static async open(
    net: Net,
    target: MulticastTarget,
    ssrc: number,
    through: OutgoingInterface,
    pacing: UdpPacing,
  ): Promise<GroupTransport> {
    const family = isIPv6(target.address) ? "udp6" : "udp4";
    const outgoing = family === "udp6" ? `::%${through.name}` : through.address;
    const rtp = await net.udp({ family, ...(family === "udp4" && { address: through.address }) });
    try {
      rtp.setMulticastInterface(outgoing);
      rtp.setMulticastTtl(target.ttl);
      const rtcp = await openRtcp(net, family, target.port + 1);
      try {
        rtcp.setMulticastInterface(outgoing);
        rtcp.setMulticastTtl(target.ttl);
        // Readers report to the group (RFC 3550 §6.2).
        rtcp.addMembership(target.address, outgoing);
        return new GroupTransport(target, ssrc, rtp, rtcp, pacing);
      } catch (error) {
        await rtcp.close();
        throw error;
      }
    } catch (error) {
      await rtp.close();
      throw error;
    }
  }

  send({ rtp }: AccessUnit): boolean {
    return this.#media.send(rtp) === 0;
  }

  onRtcp(): void {
    // Told apart by reader: see `listen`.
  }

  /** Hands RTCP from that host to `handler` until the result is called. */
  listen(address: string, handler: RtcpHandler): () => void {
    const handlers = this.#readers.get(address) ?? new Set();
    this.#readers.set(address, handlers.add(handler));
    return () => {
      handlers.delete(handler);
      if (handlers.size === 0 && this.#readers.get(address) === handlers) this.#readers.delete(address);
    };
  }

  sendRtcp(packet: Uint8Array): void {
    this.#rtcp.send(packet, this.target.port + 1, this.target.address);
  }

  close(): void {
    this.#media.forget?.();
    void this.#rtp.close();
    void this.#rtcp.close();
  }
}

/** Bound to no address, since a socket that is bound to one of its own host hears no group. */
async function openRtcp(net: Net, family: "udp4" | "udp6", port: number): Promise<UdpSocket> {
  try {
    return await net.udp({ family, port, reuse: true });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    // Somebody has the port for himself: reports go out all the same.
    return net.udp({ family });
  }
}

/** A track of one session that takes part in a group: what is sent there is not the session's business. */
export class MulticastTransport implements TrackTransport {
  readonly spec: TransportSpec;
  #stopListening: () => void = () => {};

  constructor(
    private readonly group: GroupTransport,
    /** The reader's host. */
    private readonly address: string,
    /** Where packets come from, if that is not where the client has connected to. */
    source?: string,
  ) {
    this.spec = source === undefined ? group.spec : { ...group.spec, source };
  }

  send(): boolean {
    return false;
  }

  onRtcp(handler: RtcpHandler): void {
    this.#stopListening = this.group.listen(this.address, handler);
  }

  sendRtcp(): void {
    // One reader's goodbye would end the stream for all.
  }

  close(): void {
    this.#stopListening();
  }
}
