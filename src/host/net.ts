import type { Duplex } from "node:stream";
import type { Closable } from "#util/scope";

/**
 * One TCP connection. A `Duplex`, so that node:http and node:tls can be run on top of it; an error nobody hears is silent.
 * Its addresses stay known when it has closed if they were asked for before; else they are empty then, and the ports 0.
 */
export interface Connection extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Under TLS that wants certificates of clients: the name by which this one is known. */
  readonly clientName?: string;
  setNoDelay(on: boolean): void;
  /**
   * Gives the system as much of `bytes` as it takes at once, past the stream, which costs half of what `write` does; how
   * many bytes that was. To be called while nothing waits in the stream (`writableLength` 0); what is left is for `write`.
   * Absent where the system's own call is not to be had.
   */
  writeNow?(bytes: Uint8Array): number;
}

export interface ListenOptions {
  /** Address to listen on; all interfaces, IPv4 and IPv6, when absent. */
  readonly address?: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Streams go out here: its connections have `writeNow` where that can be had (Linux, with the package koffi). */
  readonly direct?: boolean;
}

export interface Listener extends Closable {
  readonly address: string;
  readonly port: number;
}

export interface UdpOptions {
  readonly family?: "udp4" | "udp6";
  readonly address?: string;
  /** 0 or absent picks a free port. */
  readonly port?: number;
  /** Lets several sockets share the port (multicast listeners). */
  readonly reuse?: boolean;
  /**
   * What is sent by `towards` leaves in large pieces that the system cuts into datagrams, where it can (Linux, with the
   * package koffi). Takes an `address`.
   */
  readonly segmented?: boolean;
  /** Room for datagrams that have come and are not taken yet; what the system has by itself, unless given. Its limit counts. */
  readonly receiveBytes?: number;
}

export interface SendingUdpOptions extends Pick<UdpOptions, "address" | "port" | "segmented"> {
  /** Nothing that comes matters: it may be thrown away, which makes sending cheaper. */
  readonly deaf?: boolean;
}

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Datagrams that go to one peer one after the other, each as it is. They must not change unless given back. */
export interface Datagrams {
  readonly count: number;
  packet(index: number): Uint8Array;
  /** Gives back what one call of `packet` has given: nobody will look at it again. Whoever keeps it does not call this. */
  release?(): void;
}

/** The way from a socket to one peer, made once so that nothing is looked up for each datagram. */
export interface DatagramSender {
  /** Sends all; returns how many of them were given up because too much waits to be sent. */
  send(datagrams: Datagrams): number;
}

/** A socket by which streams go out. */
export interface SendingSocket extends Closable {
  readonly address: string;
  readonly port: number;
  /** What is sent by `towards` leaves in large pieces that the system cuts. */
  readonly segmented: boolean;
  /** Called for each datagram; must not throw. */
  onMessage(handler: (data: Buffer, from: Peer) => void): void;
  /** Called when the socket fails for good. */
  onError(handler: (error: Error) => void): void;
  /** Sends one datagram; losses and unreachable peers are silent, as UDP is. `data` must not change afterwards. */
  send(data: Uint8Array, port: number, address: string): void;
  /**
   * The way to `peer`, for streams. With `only` the socket is for this peer from now on: others are no longer heard, and
   * `send` does nothing.
   */
  towards(peer: Peer, only?: boolean): DatagramSender;
}

export interface UdpSocket extends SendingSocket {
  /**
   * What comes is a stream, whose pictures come in bursts: asks the system to hold more of them until they are read. It
   * may grant less.
   */
  expectBursts(): void;
  /** With `source`, only what that sender sends to the group (RFC 4607). */
  addMembership(group: string, interfaceAddress?: string, source?: string): void;
  dropMembership(group: string, interfaceAddress?: string): void;
  setMulticastInterface(interfaceAddress: string): void;
  setMulticastTtl(ttl: number): void;
  setMulticastLoopback(on: boolean): void;
}

/** One address of one network interface of the host. */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly prefixLength: number;
  /** `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string;
  readonly internal: boolean;
}

/** The network. Failures to open are `CodedError`s with the system's code: `EADDRINUSE`, `EACCES`, … */
export interface Net {
  listen(options: ListenOptions, onConnection: (connection: Connection) => void): Promise<Listener>;
  connect(address: string, port: number): Promise<Connection>;
  udp(options: UdpOptions): Promise<UdpSocket>;
  /**
   * A socket by which a stream goes to one reader. Little is to come in, which may be handed over up to 100 ms late, or 40
   * while a stream goes out: it takes much less memory where it is `segmented`.
   */
  sendingUdp(options: SendingUdpOptions): Promise<SendingSocket>;
  interfaces(): readonly InterfaceAddress[];
}
