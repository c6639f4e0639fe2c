import type { Datagrams, DatagramSender } from "./net.js";

/** A socket that sends one datagram after the other and queues what the system does not take. */
export interface QueueingSocket {
  /** Nothing waits to be sent. */
  isIdle(): boolean;
  /** Sends the datagrams from index `from` on, or queues them; returns how many were given up instead. */
  sendFrom(datagrams: Datagrams, from: number): number;
}

/** The shorter way for many datagrams at once. */
export interface ShortWay {
  /** Sends from index `from` on; returns the index of the first datagram that was not taken, or their number. */
  send(datagrams: Datagrams, from: number): number;
  /** It stopped because it is not to be had for this socket. */
  isRefused(): boolean;
}

/**
 * Sends by the short way as long as that is open, and by the socket's own when it is not. What waits in the socket's queue
 * is never overtaken; a socket for which the short way was refused once does not try it again.
 */
export class SegmentedSender implements DatagramSender {
  readonly #socket: QueueingSocket;
  #short: ShortWay | undefined;
  #hasQueued = false;

  constructor(socket: QueueingSocket, short: ShortWay) {
    this.#socket = socket;
    this.#short = short;
  }

  send(datagrams: Datagrams): number {
    const short = this.#short;
    if (!short) return this.#socket.sendFrom(datagrams, 0);
    if (this.#hasQueued) {
      if (!this.#socket.isIdle()) return this.#socket.sendFrom(datagrams, 0);
      this.#hasQueued = false;
    }
    const next = short.send(datagrams, 0);
    if (next === datagrams.count) return 0;
    if (short.isRefused()) this.#short = undefined;
    else this.#hasQueued = true;
    return this.#socket.sendFrom(datagrams, next);
  }
}
