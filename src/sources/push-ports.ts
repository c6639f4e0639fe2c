import type { Clock, Timer } from "#host/clock";
import type { Connection, ListenOptions, Net, Peer, UdpOptions } from "#host/net";
import { DecodeError } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { RilfParser } from "#wire/rtp/rilf";

/** Somebody who sends packets to a port. */
export interface PushSender {
  /** Address and port: another one is another sender. */
  readonly name: string;
  /** Its packets are not wanted any more. */
  end(): void;
}

/** Takes what comes to a port. */
export interface PushTarget {
  /** A packet, which must not change afterwards. False when it is not of the sender that counts. */
  packet(sender: PushSender, packet: Uint8Array): boolean;
  /** The sender has left. */
  left(sender: PushSender): void;
}

/** Opens a port for RTP as datagrams. A peer is the sender from its address and port. */
export async function openUdpPush(
  net: Pick<Net, "udp">,
  options: UdpOptions,
  target: PushTarget,
  log: Logger,
): Promise<Closable> {
  const socket = await net.udp(options);
  socket.expectBursts();
  let last = datagramSender({ address: "", port: 0 });
  socket.onMessage((data, from) => {
    if (from.port !== last.from.port || from.address !== last.from.address) last = datagramSender(from);
    target.packet(last, data);
  });
  socket.onError((error) => log.error("a port of a pusher has failed", { port: socket.port, error: error.message }));
  return socket;
}

const datagramSender = (from: Peer): PushSender & { readonly from: Peer } => ({
  name: `${from.address}:${from.port}`,
  from,
  end: () => {},
});

/** Connections to a TCP port that have not sent a packet yet; with more, the oldest is closed. */
const MAX_WAITING = 8;
/** A connection must have sent a packet in this time. */
const FIRST_PACKET_MS = 10_000;

/** Opens a port for RTP in RILF frames by TCP. A connection becomes the sender with its first packet. */
export async function openTcpPush(
  net: Pick<Net, "listen">,
  clock: Clock,
  options: ListenOptions,
  target: PushTarget,
  log: Logger,
): Promise<Closable> {
  const connections = new Set<TcpSender>();
  const waiting = new Set<TcpSender>();
  const listener = await net.listen(options, (connection) => {
    const sender = new TcpSender(connection, clock, target, log, {
      counts: () => waiting.delete(sender),
      ended: () => {
        waiting.delete(sender);
        connections.delete(sender);
      },
    });
    connections.add(sender);
    waiting.add(sender);
    const [oldest] = waiting;
    if (waiting.size > MAX_WAITING) oldest?.end();
  });
  return {
    close: async () => {
      await listener.close();
      for (const sender of [...connections]) sender.end();
    },
  };
}

class TcpSender implements PushSender {
  readonly name: string;
  readonly #connection: Connection;
  readonly #target: PushTarget;
  readonly #log: Logger;
  readonly #parser = new RilfParser();
  readonly #events: { counts(): void; ended(): void };
  readonly #timer: Timer;
  #counts = false;
  #isEnded = false;

  constructor(
    connection: Connection,
    clock: Clock,
    target: PushTarget,
    log: Logger,
    events: { counts(): void; ended(): void },
  ) {
    this.#connection = connection;
    this.#target = target;
    this.name = `${connection.remoteAddress}:${connection.remotePort}`;
    this.#log = log.child({ peer: this.name });
    this.#events = events;
    this.#timer = clock.after(FIRST_PACKET_MS, () => {
      this.#log.info("a connection that sent no packet of the stream is closed");
      this.end();
    });
    connection.on("data", (chunk: Buffer) => this.#take(chunk));
    connection.on("error", () => this.end());
    connection.on("end", () => this.end());
    connection.on("close", () => this.end());
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#timer.cancel();
    this.#connection.destroy();
    this.#events.ended();
    this.#target.left(this);
  }

  #take(chunk: Buffer): void {
    if (this.#isEnded) return;
    this.#parser.push(chunk);
    try {
      for (let frame = this.#parser.next(); frame && !this.#isEnded; frame = this.#parser.next()) {
        if (!this.#target.packet(this, frame.packet) || this.#counts) continue;
        this.#counts = true;
        this.#timer.cancel();
        this.#events.counts();
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#log.warn("what a pusher sends is not RTP in RILF frames", { reason: error.message, ...error.context });
      this.end();
    }
  }
}
