import { CodedError } from "#util/errors";
import type { Libc } from "./libc.js";
import type { Peer } from "./net.js";
import { plainAddress } from "./plain-address.js";
import { SegmentedUdp, TABLE_BYTES } from "./segmented-udp.js";

/** A datagram that has come, and the socket address that it has come from. */
export interface Received {
  readonly data: Buffer;
  readonly from: Uint8Array;
}

/** UDP sockets as file descriptors of the system, whose packets the kernel cuts. Nothing here waits. */
export interface NativeSockets {
  readonly udp: Pick<SegmentedUdp, "send" | "isFull" | "isRefused">;
  /**
   * A socket that is bound there, as a file descriptor that the caller closes, by `close` or as its new owner's. CodedError
   * with the system's code; undefined when there is no such socket on this system.
   */
  open(family: "udp4" | "udp6", address: string, port: number): number | undefined;
  close(descriptor: number): void;
  /** Keeps others from the port again: libuv opens a descriptor that it is given for all who want to share the port. */
  keepPort(descriptor: number): void;
  /** The socket address of `peer`; undefined when it is none. */
  nameOf(peer: Peer): Uint8Array | undefined;
  /** The peer of a socket address. */
  peerOf(name: Uint8Array): Peer;
  /** The port that a socket is bound to; 0 where that cannot be told. */
  portOf(descriptor: number): number;
  /** Makes a socket one for this peer alone. False when there is no way there. */
  connect(descriptor: number, name: Uint8Array): boolean;
  /** Sends one datagram, or loses it. */
  sendTo(descriptor: number, data: Uint8Array, name: Uint8Array): void;
  /** Keeps next to nothing of what comes for a socket that is not watched. */
  deafen(descriptor: number): void;
  /** Has `readable` tell of a socket, until that is closed. False when the system does not. */
  watch(descriptor: number): boolean;
  /** Watched sockets for which something has come, a bounded number of them. */
  readable(): readonly number[];
  /** The oldest datagram that has come; undefined when there is none. */
  receive(descriptor: number): Received | undefined;
}

const AF_INET = 2;
const AF_INET6 = 10;
/** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC. */
const DATAGRAM = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const MSG_DONTWAIT = 0x40;
const EINTR = 4;
const ECONNREFUSED = 111;

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
const MAX_EVENTS = 256;

/** A key frame that leaves at once should fit; the system may allow less. */
const SEND_BUFFER_BYTES = 1024 * 1024;
const MAX_NAME_BYTES = 28;
const MAX_DATAGRAM_BYTES = 65_536;
const MAX_TEXT_BYTES = 64;
/** Errors of a socket that are passed over to find a datagram behind them. */
const MAX_ATTEMPTS = 4;

/** The sockets of the system, for Linux of 64 bit with the low byte first. */
export class LinuxSockets implements NativeSockets {
  readonly udp: SegmentedUdp;
  readonly #libc: Libc;
  /** The set of watched sockets. */
  readonly #watched: number;
  /** struct epoll_event: 32 bits of events, then 64 bits of data, with a gap between them or not. */
  readonly #eventData: number;
  readonly #eventBytes: number;
  readonly #event: Buffer;
  readonly #events: Buffer;
  readonly #name = Buffer.alloc(MAX_NAME_BYTES);
  readonly #nameLength = Buffer.alloc(4);
  readonly #datagram = Buffer.alloc(MAX_DATAGRAM_BYTES);
  readonly #text = Buffer.alloc(MAX_TEXT_BYTES);

  /** `packsEvents` on x86, whose struct epoll_event has no gap. */
  constructor(libc: Libc, packsEvents: boolean) {
    this.#libc = libc;
    this.#eventData = packsEvents ? 4 : 8;
    this.#eventBytes = this.#eventData + 8;
    this.#event = Buffer.alloc(this.#eventBytes);
    this.#events = Buffer.alloc(this.#eventBytes * MAX_EVENTS);
    this.udp = new SegmentedUdp(
      {
        sendmmsg: (descriptor, messages, count) => libc.sendmmsg(descriptor, messages, count, MSG_DONTWAIT),
        errno: () => libc.errno(),
      },
      libc.allocate(TABLE_BYTES),
    );
    this.#watched = libc.epollCreate(EPOLL_CLOEXEC);
  }

  open(family: "udp4" | "udp6", address: string, port: number): number | undefined {
    const name = this.nameOf({ address, port });
    const descriptor = this.#libc.socket(family === "udp6" ? AF_INET6 : AF_INET, DATAGRAM, 0);
    if (descriptor < 0) return undefined;
    // No piece size for the socket as a whole; a kernel that cannot cut packets does not know the option.
    if (name === undefined || !this.#set(descriptor, SOL_UDP, UDP_SEGMENT, 0)) {
      this.close(descriptor);
      return undefined;
    }
    this.#set(descriptor, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
    if (this.#libc.bind(descriptor, name, name.length) === 0) return descriptor;
    const code = this.#libc.errorName(this.#libc.errno());
    this.close(descriptor);
    throw new CodedError(code, `cannot open the UDP socket: ${code}`, { address, port });
  }

  close(descriptor: number): void {
    this.#libc.close(descriptor);
  }

  keepPort(descriptor: number): void {
    this.#set(descriptor, SOL_SOCKET, SO_REUSEADDR, 0);
  }

  nameOf({ address, port }: Peer): Uint8Array | undefined {
    if (!(port >= 0 && port < 65_536)) return undefined;
    return address.includes(":") ? this.#name6(address, port) : this.#name4(address, port);
  }

  peerOf(from: Uint8Array): Peer {
    const name = Buffer.from(from.buffer, from.byteOffset, from.length);
    const port = name.readUInt16BE(2);
    if (name.readUInt16LE(0) === AF_INET6) return { address: this.#address6(name), port };
    return { address: name.subarray(4, 8).join("."), port };
  }

  portOf(descriptor: number): number {
    this.#nameLength.writeUInt32LE(MAX_NAME_BYTES);
    const isKnown = this.#libc.getsockname(descriptor, this.#name, this.#nameLength) === 0;
    return isKnown ? this.#name.readUInt16BE(2) : 0;
  }

  connect(descriptor: number, name: Uint8Array): boolean {
    return this.#libc.connect(descriptor, name, name.length) === 0;
  }

  sendTo(descriptor: number, data: Uint8Array, name: Uint8Array): void {
    const send = (): number => this.#libc.sendto(descriptor, data, data.length, MSG_DONTWAIT, name, name.length);
    // That error belongs to something that was sent before; it has been taken from the socket now.
    if (send() < 0 && this.#libc.errno() === ECONNREFUSED) send();
  }

  deafen(descriptor: number): void {
    // The system makes it the least that it has.
    this.#set(descriptor, SOL_SOCKET, SO_RCVBUF, 0);
  }

  watch(descriptor: number): boolean {
    this.#event.writeUInt32LE(EPOLLIN, 0);
    this.#event.writeUInt32LE(descriptor, this.#eventData);
    return this.#libc.epollControl(this.#watched, EPOLL_CTL_ADD, descriptor, this.#event) === 0;
  }

  readable(): readonly number[] {
    const count = this.#libc.epollWait(this.#watched, this.#events, MAX_EVENTS, 0);
    return Array.from({ length: Math.max(0, count) }, (_, index) =>
      this.#events.readUInt32LE(index * this.#eventBytes + this.#eventData),
    );
  }

  receive(descriptor: number): Received | undefined {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      this.#nameLength.writeUInt32LE(MAX_NAME_BYTES);
      const length = this.#libc.recvfrom(
        ...[descriptor, this.#datagram, MAX_DATAGRAM_BYTES, MSG_DONTWAIT, this.#name, this.#nameLength],
      );
      if (length >= 0)
        return {
          data: Buffer.from(this.#datagram.subarray(0, length)),
          from: this.#name.subarray(0, this.#nameLength.readUInt32LE()),
        };
      // Nobody listens where something was sent to; behind that error something may have come.
      const reason = this.#libc.errno();
      if (reason !== ECONNREFUSED && reason !== EINTR) break;
    }
    return undefined;
  }

  #set(descriptor: number, level: number, option: number, value: number): boolean {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return this.#libc.setsockopt(descriptor, level, option, bytes, 4) === 0;
  }

  #name4(address: string, port: number): Uint8Array | undefined {
    const name = Buffer.alloc(16);
    name.writeUInt16LE(AF_INET, 0);
    name.writeUInt16BE(port, 2);
    return this.#libc.inetPton(AF_INET, address, name.subarray(4, 8)) === 1 ? name : undefined;
  }

  /** struct sockaddr_in6: family, port, flow, address, scope. */
  #name6(address: string, port: number): Uint8Array | undefined {
    const [plain = "", zone] = address.split("%");
    const name = Buffer.alloc(MAX_NAME_BYTES);
    name.writeUInt16LE(AF_INET6, 0);
    name.writeUInt16BE(port, 2);
    if (zone !== undefined) name.writeUInt32LE(/^\d+$/.test(zone) ? Number(zone) : this.#libc.nameToIndex(zone), 24);
    return this.#libc.inetPton(AF_INET6, plain, name.subarray(8, 24)) === 1 ? name : undefined;
  }

  /** As Node tells it: with the interface behind a link-local address. */
  #address6(name: Buffer): string {
    const address = name.subarray(8, 24);
    const plain = this.#libc.inetNtop(AF_INET6, address, this.#text, MAX_TEXT_BYTES) ? this.#written() : "";
    const isLinkLocal = address[0] === 0xfe && ((address[1] ?? 0) & 0xc0) === 0x80;
    if (!isLinkLocal) return plainAddress(plain);
    return this.#libc.indexToName(name.readUInt32LE(24), this.#text) ? `${plain}%${this.#written()}` : plain;
  }

  #written(): string {
    return this.#text.toString("latin1", 0, Math.max(0, this.#text.indexOf(0)));
  }
}
