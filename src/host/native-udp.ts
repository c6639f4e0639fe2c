import type { Clock, Timer } from "./clock.js";
import type { NativeSockets } from "./native-sockets.js";
import type { Datagrams, DatagramSender, Peer, SendingSocket } from "./net.js";

/** What has come is looked at no more often than this while streams go out; waking up for it would cost more than they do. */
const LOOK_MS = 20;
/** How late what has come may be looked at. */
const LATEST_LOOK_MS = 100;
/** When a socket that was full is tried again. */
const RETRY_MS = 2;
/** Datagrams that wait for room in one socket; more are given up. */
const MAX_WAITING = 3000;
/** Datagrams that are taken from one socket at a time, so that a flood there holds up nobody else. */
const MAX_TAKEN = 64;
/** Times that it is asked, at a time, which sockets something has come for. */
const MAX_LOOKS = 8;

const ignore = (): void => {};
const CONNECTED = new Uint8Array();

/**
 * Sockets for streams that are file descriptors and little else: with a handle of libuv's and what Node builds around it,
 * each would cost as much memory as the rest of a session. What comes is looked for by all at once: behind the pictures that
 * are sent, and by a timer.
 */
export class NativeUdp {
  readonly #sockets = new Map<number, NativeUdpSocket>();
  readonly #full = new Set<NativeUdpSocket>();
  #looking: Timer | undefined;
  #lookedMs = -Infinity;
  #looksSoon = false;
  #retrying: Timer | undefined;

  constructor(
    private readonly system: NativeSockets,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined when there is no such socket on this system; failures to bind are CodedErrors with the system's code. One that
   * is `deaf` is not watched: the system tells whoever watches a socket of each packet that has left.
   */
  open(family: "udp4" | "udp6", address: string, port: number, deaf = false): SendingSocket | undefined {
    const { system } = this;
    const descriptor = system.open(family, address, port);
    if (descriptor === undefined) return undefined;
    if (deaf) system.deafen(descriptor);
    else if (!system.watch(descriptor)) {
      system.close(descriptor);
      return undefined;
    }
    const bound = port === 0 ? system.portOf(descriptor) : port;
    const socket = new NativeUdpSocket({ system, descriptor, owner: this }, address, bound);
    this.#sockets.set(descriptor, socket);
    this.#watch();
    return socket;
  }

  /** Has `retry` called on a socket soon. */
  filled(socket: NativeUdpSocket): void {
    this.#full.add(socket);
    if (this.#retrying) return;
    this.#retrying = this.clock.after(RETRY_MS, () => {
      this.#retrying = undefined;
      const full = [...this.#full];
      this.#full.clear();
      for (const one of full) one.retry();
    });
  }

  closed(descriptor: number, socket: NativeUdpSocket): void {
    this.#sockets.delete(descriptor);
    this.#full.delete(socket);
    this.system.close(descriptor);
  }

  /** Something goes out: has what has come looked at behind it, in the same turn of the event loop, if that is time. */
  sending(): void {
    if (this.#looksSoon || this.clock.monotonic() - this.#lookedMs < LOOK_MS) return;
    this.#looksSoon = true;
    queueMicrotask(() => {
      this.#looksSoon = false;
      this.#look();
    });
  }

  #watch(): void {
    if (this.#sockets.size === 0 || this.#looking) return;
    this.#looking = this.clock.after(LATEST_LOOK_MS, () => {
      this.#looking = undefined;
      this.#look();
      this.#watch();
    });
  }

  #look(): void {
    this.#lookedMs = this.clock.monotonic();
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const readable = this.system.readable();
      for (const descriptor of readable) this.#sockets.get(descriptor)?.take();
      if (readable.length === 0) break;
    }
  }
}

interface Native {
  readonly system: NativeSockets;
  readonly descriptor: number;
  readonly owner: NativeUdp;
}

/** What a socket had no room for. */
interface Waiting {
  readonly datagrams: Datagrams;
  readonly name: Uint8Array;
  /** Index of the first one that waits. */
  next: number;
}

class NativeUdpSocket implements SendingSocket {
  #received: (data: Buffer, from: Peer) => void = ignore;
  #isConnected = false;
  #isOpen = true;
  /** The system cuts packets for this socket, as far as is known. */
  #isCut = true;
  #waiting: readonly Waiting[] | undefined;

  constructor(
    private readonly native: Native,
    readonly address: string,
    readonly port: number,
  ) {}

  get segmented(): boolean {
    return true;
  }

  onMessage(handler: (data: Buffer, from: Peer) => void): void {
    this.#received = handler;
  }

  /** Nothing makes it fail for good. */
  onError(): void {}

  send(data: Uint8Array, port: number, address: string): void {
    if (!this.#isOpen || this.#isConnected || port === 0) return;
    const { system, descriptor } = this.native;
    const name = system.nameOf({ address, port });
    if (name) system.sendTo(descriptor, data, name);
  }

  towards(peer: Peer, only = false): DatagramSender {
    const { system, descriptor } = this.native;
    const name = peer.port === 0 ? undefined : system.nameOf(peer);
    if (only && name && this.#isOpen) this.#isConnected = system.connect(descriptor, name);
    return new NativeSender(this, this.#isConnected ? CONNECTED : name);
  }

  /** Sends all, or has some wait; how many were given up instead. */
  sendTo(name: Uint8Array, datagrams: Datagrams): number {
    if (!this.#isOpen) return datagrams.count;
    this.native.owner.sending();
    const next = this.#waiting ? 0 : this.#sendFrom(name, datagrams, 0);
    return next === datagrams.count ? 0 : this.#wait({ datagrams, name, next });
  }

  /** Sends what waits. */
  retry(): void {
    let waiting = this.#waiting ?? [];
    for (let first = waiting[0]; first; first = waiting[0]) {
      first.next = this.#sendFrom(first.name, first.datagrams, first.next);
      if (first.next < first.datagrams.count) break;
      waiting = waiting.slice(1);
    }
    this.#waiting = waiting.length > 0 ? waiting : undefined;
    if (this.#waiting) this.native.owner.filled(this);
  }

  /** Hands over what has come. */
  take(): void {
    const { system, descriptor } = this.native;
    for (let taken = 0; taken < MAX_TAKEN && this.#isOpen; taken++) {
      const received = system.receive(descriptor);
      if (!received) return;
      if (this.#received !== ignore) this.#received(received.data, system.peerOf(received.from));
    }
  }

  close(): Promise<void> {
    if (this.#isOpen) this.native.owner.closed(this.native.descriptor, this);
    this.#isOpen = false;
    this.#waiting = undefined;
    return Promise.resolve();
  }

  #wait(more: Waiting): number {
    const waiting = this.#waiting ?? [];
    const count = waiting.reduce((sum, { datagrams, next }) => sum + datagrams.count - next, 0);
    const left = more.datagrams.count - more.next;
    if (count + left > MAX_WAITING) return left;
    this.#waiting = [...waiting, more];
    this.native.owner.filled(this);
    return 0;
  }

  /** Sends from index `from` on; the index of the first datagram that there was no room for, or their number. */
  #sendFrom(name: Uint8Array, datagrams: Datagrams, from: number): number {
    const { system, descriptor } = this.native;
    const { udp } = system;
    let next = from;
    for (;;) {
      next = udp.send(descriptor, name, datagrams, next, this.#isCut);
      if (next === datagrams.count || udp.isFull) return next;
      // It is not cut for this socket, or this one is too long for anything.
      if (udp.isRefused && this.#isCut) this.#isCut = false;
      else next++;
    }
  }
}

class NativeSender implements DatagramSender {
  constructor(
    private readonly socket: NativeUdpSocket,
    /** Undefined for what is no peer. */
    private readonly name: Uint8Array | undefined,
  ) {}

  send(datagrams: Datagrams): number {
    return this.name ? this.socket.sendTo(this.name, datagrams) : 0;
  }
}
