import { isIP, isIPv6 } from "node:net";
import type { Net, UdpSocket } from "#host/net";
import { CodedError } from "#util/errors";
import { UNORDERED } from "#wire/rtp/reorder";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";
import { type ClientTransport, type PacketHandler, RECEIVE_BYTES, wrongTransport } from "./transport.js";

/** Where a track goes by multicast, as a description says it. */
export interface DescribedGroup {
  /** Without TTL; empty where it does not say. */
  readonly address: string;
  /** 0 where it does not say. */
  readonly port: number;
  /** The only sender, where the description names one (RFC 4570). */
  readonly source: string | undefined;
}

/** RTP and RTCP as datagrams to a group that the server names. */
export class GroupTransport implements ClientTransport {
  readonly order = UNORDERED;
  readonly wanted: TransportSpec = { profile: "RTP/AVP", lower: "UDP", delivery: "multicast" };
  readonly #net: Net;
  readonly #localAddress: string;
  readonly #described: DescribedGroup;
  #group = "";
  #ports: PortPair = [0, 0];
  #source: string | undefined;
  #rtp: UdpSocket | undefined;
  #rtcp: UdpSocket | undefined;
  #isClosed = false;

  /** `localAddress` is the one by which the server is spoken to; its interface joins the group. */
  constructor(net: Net, localAddress: string, described: DescribedGroup) {
    this.#net = net;
    this.#localAddress = localAddress;
    this.#described = described;
  }

  async agree(answer: TransportSpec | undefined): Promise<void> {
    const { address, port, source } = this.#described;
    this.#group = answer?.destination ?? address;
    this.#ports = answer?.port ?? [port, port + 1];
    const named = answer?.source ?? source ?? "";
    this.#source = isIP(named) > 0 ? named : undefined;
    if (!isGroup(this.#group) || this.#ports[0] === 0)
      throw wrongTransport("the server has answered multicast without a group and a port");
    this.#rtp = await this.#join(this.#ports[0], answer?.ttl);
    this.#rtcp = await this.#join(this.#ports[1], answer?.ttl);
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    const source = this.#source;
    const isHeard = (address: string): boolean => source === undefined || address === source;
    this.#rtp?.expectBursts();
    this.#rtp?.onMessage((data, { address }) => {
      if (isHeard(address)) rtp(data);
    });
    this.#rtcp?.onMessage((data, { address }) => {
      // Receivers report to the group too, and what we have sent ourselves comes back.
      if (isHeard(address) && data[1] !== RECEIVER_REPORT) rtcp(data);
    });
  }

  openFirewall(): void {
    // Joining the group is what opens the way.
  }

  sendRtcp(packet: Uint8Array): void {
    this.#rtcp?.send(packet, this.#ports[1], this.#group);
  }

  close(): void {
    this.#isClosed = true;
    void this.#rtp?.close();
    void this.#rtcp?.close();
  }

  async #join(port: number, ttl: number | undefined): Promise<UdpSocket> {
    const family = isIPv6(this.#group) ? "udp6" : "udp4";
    const socket = await this.#bind(family, port);
    socket.onError(() => {});
    try {
      const through = this.#interface(family);
      socket.addMembership(this.#group, through, this.#source);
      if (through !== undefined) socket.setMulticastInterface(through);
      if (ttl !== undefined && ttl > 0) socket.setMulticastTtl(ttl);
    } catch (error) {
      await socket.close();
      throw error;
    }
    if (this.#isClosed) await socket.close();
    return socket;
  }

  /** At the group's address, so that nothing of another group on the same port is heard, where the system can do that. */
  async #bind(family: "udp4" | "udp6", port: number): Promise<UdpSocket> {
    try {
      return await this.#net.udp({ family, address: this.#group, port, reuse: true, receiveBytes: RECEIVE_BYTES });
    } catch (error) {
      if (!(error instanceof CodedError) || !["EADDRNOTAVAIL", "EINVAL"].includes(error.code)) throw error;
      return this.#net.udp({ family, port, reuse: true, receiveBytes: RECEIVE_BYTES });
    }
  }

  #interface(family: "udp4" | "udp6"): string | undefined {
    const local = this.#localAddress.replace(/%.*$/, "");
    if (family === "udp4") return isIPv6(local) ? undefined : local;
    const name = this.#net.interfaces().find(({ address }) => address.replace(/%.*$/, "") === local)?.name;
    return name === undefined ? undefined : `::%${name}`;
  }
}

const RECEIVER_REPORT = 201;

const isGroup = (address: string): boolean =>
  isIPv6(address) ? /^ff/i.test(address) : isIP(address) === 4 && /^(22[4-9]|23\d)\./.test(address);
