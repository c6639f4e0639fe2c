import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Facts } from "#util/errors";
import type { Clock } from "./clock.js";
import type { Libc } from "./libc.js";
import { LinuxSockets, type NativeSockets } from "./native-sockets.js";
import { NativeUdp } from "./native-udp.js";
import type { Datagrams, DatagramSender, Net, Peer, UdpOptions, UdpSocket } from "./net.js";
import { plainAddress } from "./plain-address.js";
import { SegmentedSender } from "./segmented-sender.js";
import { coded } from "./system-error.js";

/** A datagram is dropped while this many bytes wait in the socket's queue. */
const MAX_SEND_QUEUE_BYTES = 4 * 1024 * 1024;

const ignore = (): void => {};

/** Opens UDP sockets; what segmented ones need is loaded when the first one is wanted. */
export function udpOpener(clock: Clock, loadLibc: () => Promise<Libc | undefined>): Pick<Net, "udp" | "sendingUdp"> {
  let loading: Promise<Native | undefined> | undefined;
  const load = async (): Promise<Native | undefined> => {
    const libc = await loadLibc();
    if (!libc) return undefined;
    const system = new LinuxSockets(libc, process.arch === "x64");
    return { system, sockets: new NativeUdp(system, clock) };
  };
  const native = ({ segmented, address }: UdpOptions): Promise<Native | undefined> | undefined =>
    segmented === true && address !== undefined ? (loading ??= load()) : undefined;
  return {
    udp: async (options) => {
      const { address = "", port = 0 } = options;
      const family = familyOf(options);
      const system = (await native(options))?.system;
      const descriptor = system?.open(family, address, port);
      return system && descriptor !== undefined ? adopt(system, descriptor, family) : openUdp(options, family);
    },
    sendingUdp: async (options) => {
      const { address = "", port = 0 } = options;
      const family = familyOf(options);
      return (await native(options))?.sockets.open(family, address, port, options.deaf) ?? openUdp(options, family);
    },
  };
}

interface Native {
  readonly system: NativeSockets;
  readonly sockets: NativeUdp;
}

const familyOf = ({ family, address }: UdpOptions): "udp4" | "udp6" =>
  family ?? (address !== undefined && isIPv6(address) ? "udp6" : "udp4");

/** Asked of the system for what comes in bursts: several key frames of a stream with a high rate. */
const BURST_BYTES = 4 * 1024 * 1024;

function openUdp(
  { address, port = 0, reuse = false, receiveBytes }: UdpOptions,
  family: "udp4" | "udp6",
): Promise<UdpSocket> {
  return new Promise((done, failed) => {
    const socket = createSocket({
      type: family,
      reuseAddr: reuse,
      lookup: literal[family],
      ...(receiveBytes !== undefined && { recvBufferSize: receiveBytes }),
    });
    socket.once("error", (error) => {
      socket.close();
      failed(coded(error, "cannot open the UDP socket", { address, port }));
    });
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      socket.removeAllListeners("error");
      done(new NodeUdpSocket(socket));
    });
  });
}

/** Gives a socket of the system's to dgram, which receives, queues and closes as with its own. */
function adopt(system: NativeSockets, descriptor: number, family: "udp4" | "udp6"): Promise<UdpSocket> {
  return new Promise((done, failed) => {
    const socket = createSocket({ type: family, lookup: literal[family] });
    socket.once("error", (error) => {
      socket.close();
      failed(coded(error, "cannot open the UDP socket", {}));
    });
    try {
      socket.bind({ fd: descriptor, exclusive: true }, () => {
        socket.removeAllListeners("error");
        system.keepPort(descriptor);
        done(new NodeUdpSocket(socket, { system, descriptor }));
      });
    } catch (error) {
      system.close(descriptor);
      socket.close();
      failed(coded(error, "cannot open the UDP socket", {}));
    }
  });
}

type Lookup = (
  address: string,
  options: unknown,
  answer: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
) => void;

/** Datagrams go to literal addresses: answering at once saves a tick for each and keeps names from being resolved. */
const literal: Readonly<Record<"udp4" | "udp6", Lookup>> = {
  udp4: (address, _options, answer) => answer(null, address, 4),
  udp6: (address, _options, answer) => answer(null, address, 6),
};

class NodeUdpSocket implements UdpSocket {
  readonly address: string;
  readonly port: number;
  #open = true;
  #connected = false;
  #failed: (error: Error) => void = ignore;

  /** `native` where it has been made for segmentation; `descriptor` is its own. */
  constructor(
    private readonly socket: DatagramSocket,
    private readonly native?: { readonly system: NativeSockets; readonly descriptor: number },
  ) {
    const bound = socket.address();
    this.address = bound.address;
    this.port = bound.port;
    socket.on("error", (error) => {
      const failure = coded(error, "the UDP socket failed", { port: this.port });
      // A connected socket hears that nobody listens there; that is no failure of the socket.
      if (failure.code !== "ECONNREFUSED") this.#failed(failure);
    });
  }

  get segmented(): boolean {
    return this.native !== undefined;
  }

  onMessage(handler: (data: Buffer, from: Peer) => void): void {
    this.socket.on("message", (data: Buffer, from: RemoteInfo) => {
      handler(data, { address: plainAddress(from.address), port: from.port });
    });
  }

  expectBursts(): void {
    try {
      if (this.#open) this.socket.setRecvBufferSize(BURST_BYTES);
    } catch {
      // Systems that refuse a size instead of granting less keep their own.
    }
  }

  onError(handler: (error: Error) => void): void {
    this.#failed = handler;
  }

  send(data: Uint8Array, port: number, address: string): void {
    if (!this.#open || this.#connected || !(port > 0 && port < 65536) || address === "") return;
    if (this.socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) return;
    // Without a callback the outcome is not asked for, which saves a tick for each datagram.
    this.socket.send(data, port, address);
  }

  towards(peer: Peer, only = false): DatagramSender {
    // The system looks up the way to a connected peer once.
    if (only) this.#connect(peer);
    const name = this.#connected ? new Uint8Array() : this.native?.system.nameOf(peer);
    if (!this.native || !name) return new QueueingSender(this, peer);
    const sendFrom = (datagrams: Datagrams, from: number): number => this.sendFrom(datagrams, from, peer);
    const { udp } = this.native.system;
    const { descriptor } = this.native;
    return new SegmentedSender(
      { isIdle: () => this.socket.getSendQueueSize() === 0, sendFrom },
      // The descriptor of a closed socket may be somebody else's.
      {
        send: (datagrams, from) => (this.#open ? udp.send(descriptor, name, datagrams, from) : from),
        isRefused: () => !this.#open || udp.isRefused,
      },
    );
  }

  #connect({ address, port }: Peer): void {
    try {
      this.socket.connect(port, address);
      this.socket.remoteAddress();
      this.#connected = true;
    } catch {
      // No port or no address of a peer, or no way there: what is sent gets lost.
    }
  }

  /** Sends the datagrams from index `from` on, or queues them; returns how many were given up instead. */
  sendFrom(datagrams: Datagrams, from: number, { address, port }: Peer): number {
    const { socket } = this;
    const { count } = datagrams;
    if (!this.#open || socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) return count - from;
    if (this.#connected) for (let index = from; index < count; index++) socket.send(datagrams.packet(index));
    else for (let index = from; index < count; index++) socket.send(datagrams.packet(index), port, address);
    return 0;
  }

  addMembership(group: string, interfaceAddress?: string, source?: string): void {
    this.#configure("cannot join", { group, interfaceAddress, source }, () =>
      source === undefined
        ? this.socket.addMembership(group, interfaceAddress)
        : this.socket.addSourceSpecificMembership(source, group, interfaceAddress),
    );
  }

  dropMembership(group: string, interfaceAddress?: string): void {
    this.#configure("cannot leave", { group, interfaceAddress }, () =>
      this.socket.dropMembership(group, interfaceAddress),
    );
  }

  setMulticastInterface(interfaceAddress: string): void {
    this.#configure("cannot send by", { interfaceAddress }, () => this.socket.setMulticastInterface(interfaceAddress));
  }

  setMulticastTtl(ttl: number): void {
    this.#configure("cannot set the TTL", { ttl }, () => this.socket.setMulticastTTL(ttl));
  }

  setMulticastLoopback(on: boolean): void {
    this.#configure("cannot set the loopback", { on }, () => this.socket.setMulticastLoopback(on));
  }

  close(): Promise<void> {
    if (!this.#open) return Promise.resolve();
    this.#open = false;
    return new Promise((closed) => void this.socket.close(closed));
  }

  #configure(what: string, context: Facts, change: () => void): void {
    try {
      change();
    } catch (error) {
      throw coded(error, what, context);
    }
  }
}

/** Sends by dgram, one datagram after the other. */
class QueueingSender implements DatagramSender {
  constructor(
    private readonly socket: NodeUdpSocket,
    private readonly peer: Peer,
  ) {}

  send(datagrams: Datagrams): number {
    return this.socket.sendFrom(datagrams, 0, this.peer);
  }
}
