import type { Datagrams } from "./net.js";

/** What is needed of the C library (Linux, 64 bit). Results below 0 are failures, with their reason in `errno`. */
export interface UdpCalls {
  /** Sends `count` messages of the table at `messages`; how many went out. Never waits. */
  sendmmsg(descriptor: number, messages: bigint, count: number): number;
  errno(): number;
}

/** Memory that stays where it is. */
export interface FixedMemory {
  readonly bytes: ArrayBuffer;
  /** Where `bytes` begins. */
  readonly address: bigint;
}

/** Error numbers of Linux. */
const EAGAIN = 11;
const ENOMEM = 12;
const EINVAL = 22;
const EIO = 5;
const EMSGSIZE = 90;
const ENOBUFS = 105;
const ECONNREFUSED = 111;

const SOL_UDP = 17;
const UDP_SEGMENT = 103;

/** The kernel cuts a message into no more pieces (UDP_MAX_SEGMENTS), and a message is an IP packet before it is cut. */
const MAX_SEGMENTS = 64;
const MAX_MESSAGE_BYTES = 65_000;

/** Messages of one call. */
const MAX_MESSAGES = 64;

/*
 * The tables in memory, little-endian, as <sys/socket.h> has them for 64 bit:
 *
 *   struct mmsghdr  0 name · 8 namelen, gap · 16 iov · 24 iovlen · 32 control · 40 controllen · 48 flags · 56 sent, gap
 *   struct iovec    0 base · 8 length
 *   struct cmsghdr  0 length · 8 level · 12 type · 16 data
 */
const HEADER_BYTES = 64;
const VECTOR_BYTES = 16;
const CONTROL_BYTES = 24;
const VECTORS = MAX_MESSAGES * HEADER_BYTES;
const CONTROLS = VECTORS + MAX_MESSAGES * VECTOR_BYTES;
const NAME = CONTROLS + MAX_MESSAGES * CONTROL_BYTES;
const PACKETS = NAME + 64;
const PACKET_BYTES = 1024 * 1024;

/** Memory that `SegmentedUdp` needs, in bytes. */
export const TABLE_BYTES = PACKETS + PACKET_BYTES;

/** The data of a control message that tells the size of the pieces, and its length without the gap behind it. */
const SEGMENT_DATA = 16;
const SEGMENT_LENGTH = 18;

/**
 * Sends the packets of a unit as few messages that the kernel cuts (UDP_SEGMENT, Linux 4.18): packets of one length in a
 * row, of which the last may be shorter, are one message. The packets are laid out once for all who get the same unit.
 */
export class SegmentedUdp {
  readonly #calls: UdpCalls;
  readonly #bytes: Uint8Array;
  readonly #table: DataView;
  readonly #address: bigint;
  /** What is laid out: the datagrams from `#from` up to `#to`, in `#messages` messages. */
  #datagrams: Datagrams | undefined;
  #from = 0;
  #to = 0;
  #messages = 0;
  /** First datagram behind each message. */
  readonly #ends = new Int32Array(MAX_MESSAGES);
  #nameLength = 0;
  #isRefused = false;
  #isFull = false;
  /** Whether what is laid out is to be cut. */
  #isCut = true;

  constructor(calls: UdpCalls, memory: FixedMemory) {
    this.#calls = calls;
    this.#bytes = new Uint8Array(memory.bytes, 0, TABLE_BYTES);
    this.#table = new DataView(memory.bytes, 0, TABLE_BYTES);
    this.#address = memory.address;
    this.#bytes.fill(0, 0, PACKETS);
    for (let index = 0; index < MAX_MESSAGES; index++) {
      const header = index * HEADER_BYTES;
      this.#table.setBigUint64(header, this.#address + BigInt(NAME), true);
      this.#table.setBigUint64(header + 16, this.#address + BigInt(VECTORS + index * VECTOR_BYTES), true);
      this.#table.setBigUint64(header + 24, 1n, true);
      const control = CONTROLS + index * CONTROL_BYTES;
      this.#table.setBigUint64(header + 32, this.#address + BigInt(control), true);
      this.#table.setBigUint64(control, BigInt(SEGMENT_LENGTH), true);
      this.#table.setInt32(control + 8, SOL_UDP, true);
      this.#table.setInt32(control + 12, UDP_SEGMENT, true);
    }
  }

  /** The last `send` stopped because the system does not cut packets for that socket, or not as large ones. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The last `send` stopped because the system has no room for more at the moment. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * Sends the datagrams from index `from` on. `name` is the peer's socket address; empty for a connected socket. Returns the
   * index of the first one that the system did not take, or their number. What gets lost for good counts as taken. Unless
   * `cut`, each is a message of its own.
   */
  send(descriptor: number, name: Uint8Array, datagrams: Datagrams, from: number, cut = true): number {
    this.#isRefused = false;
    this.#isFull = false;
    this.#setName(name);
    let next = from;
    while (next < datagrams.count) {
      this.#layOut(datagrams, next, cut);
      if (this.#messages === 0) return next;
      next = this.#sendLaidOut(descriptor);
      if (next < this.#to) return next;
    }
    return next;
  }

  #sendLaidOut(descriptor: number): number {
    let done = 0;
    let again = true;
    while (done < this.#messages) {
      const table = done === 0 ? this.#address : this.#address + BigInt(done * HEADER_BYTES);
      const sent = this.#calls.sendmmsg(descriptor, table, this.#messages - done);
      if (sent > 0) {
        done += sent;
        continue;
      }
      const reason = this.#calls.errno();
      // The error belongs to something that was sent before; it has been taken from the socket now.
      if (reason === ECONNREFUSED && again) {
        again = false;
        continue;
      }
      this.#isRefused = reason === EIO || reason === EINVAL || reason === EMSGSIZE;
      this.#isFull = reason === EAGAIN || reason === ENOBUFS || reason === ENOMEM;
      if (this.#isRefused || this.#isFull) return done === 0 ? this.#from : (this.#ends[done - 1] ?? this.#from);
      // Nobody there, no way, forbidden: lost, as datagrams get lost.
      return this.#to;
    }
    return this.#to;
  }

  #setName(name: Uint8Array): void {
    this.#bytes.set(name, NAME);
    if (name.length === this.#nameLength) return;
    this.#nameLength = name.length;
    for (let index = 0; index < MAX_MESSAGES; index++)
      this.#table.setUint32(index * HEADER_BYTES + 8, name.length, true);
  }

  /** Lays out as many datagrams from `from` on as there is room for; none when the first one is too long. */
  #layOut(datagrams: Datagrams, from: number, cut: boolean): void {
    if (this.#datagrams === datagrams && this.#from === from && this.#isCut === cut) return;
    this.#datagrams = datagrams;
    this.#isCut = cut;
    this.#from = from;
    this.#messages = 0;
    let offset = PACKETS;
    let start = PACKETS;
    let segment = 0;
    let segments = 0;
    let index = from;
    for (; index < datagrams.count; index++) {
      const packet = datagrams.packet(index);
      const { length } = packet;
      if (length > MAX_MESSAGE_BYTES || offset + length > TABLE_BYTES) break;
      const fits =
        cut &&
        segments > 0 &&
        segments < MAX_SEGMENTS &&
        length > 0 &&
        length <= segment &&
        offset - start === segments * segment &&
        offset - start + length <= MAX_MESSAGE_BYTES;
      if (!fits) {
        if (segments > 0) this.#close(start, offset, segment, index);
        if (this.#messages === MAX_MESSAGES) {
          segments = 0;
          break;
        }
        start = offset;
        segment = length;
        segments = 0;
      }
      this.#bytes.set(packet, offset);
      datagrams.release?.();
      offset += length;
      segments++;
    }
    if (segments > 0) this.#close(start, offset, segment, index);
    this.#to = index;
  }

  /** Enters the message of the bytes from `start` to `end`, which ends before datagram `index`. */
  #close(start: number, end: number, segment: number, index: number): void {
    const message = this.#messages++;
    const vector = VECTORS + message * VECTOR_BYTES;
    const isCut = end - start > segment;
    this.#table.setBigUint64(vector, this.#address + BigInt(start), true);
    this.#table.setBigUint64(vector + 8, BigInt(end - start), true);
    this.#table.setUint16(CONTROLS + message * CONTROL_BYTES + SEGMENT_DATA, segment, true);
    this.#table.setBigUint64(message * HEADER_BYTES + 40, isCut ? BigInt(CONTROL_BYTES) : 0n, true);
    this.#ends[message] = index;
  }
}
