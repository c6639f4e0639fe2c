import type { MediaFormat } from "#codec/format";
import { staticRtpMap } from "#codec/static-types";
import type { Clock, Timer } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { ReceivedStream } from "#media/received-stream";
import type { ReceivedTrack } from "#media/received-track";
import type { PublishedStream } from "#rtsp/server/publishing";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { payloadType, rtpProblem } from "#wire/rtp/packet";
import { ORDERED, UNORDERED } from "#wire/rtp/reorder";
import type { PushSender, PushTarget } from "./push-ports.js";

/** A stream that is silent for so long has been left by its senders. */
const SILENCE_MS = 10_000;
const TICK_MS = 1000;
/** From one log line on packets that are not taken to the next. */
const REFUSED_REPORT_MS = 10_000;
/** Replaced senders that are remembered at a port. */
const MAX_REPLACED = 32;

export interface PusherParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  /** Takes the name of the stream; `ended` is called when it cannot be kept, with the reason. */
  readonly publish: (ended: (reason: string) => void) => PublishedStream;
}

export interface PusherOptions {
  /** Name of the stream. */
  readonly name: string;
  readonly transport: "TCP" | "UDP";
  /** What comes, one track for each port. */
  readonly formats: readonly MediaFormat[];
}

/**
 * A stream that comes as bare RTP, each track on a port of its own (product manual §2.6). It is published from the first
 * packet on, and as a publisher's by RTSP is: until all senders have left or are silent.
 */
export class Pusher implements Closable {
  /** In the order of the formats. */
  readonly tracks: readonly PushedTrack[];
  readonly #parts: PusherParts;
  readonly #options: PusherOptions;
  readonly #log: Logger;
  #stream: PublishedStream | undefined;
  #received: ReceivedStream | undefined;
  #timer: Timer | undefined;

  constructor(parts: PusherParts, options: PusherOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#log = parts.log.child({ path: options.name, transport: options.transport });
    const owner = { started: () => this.#start(), left: () => this.#someoneLeft() };
    this.tracks = options.formats.map((format) => new PushedTrack(format, owner, parts.clock, this.#log));
  }

  close(): Promise<void> {
    this.#end("the server is closing");
    return Promise.resolve();
  }

  #start(): void {
    if (this.#received) return;
    const { clock, entropy, publish } = this.#parts;
    const { name, transport, formats } = this.#options;
    const stream = publish((reason) => {
      this.#log.warn("the stream of a pusher has ended", { reason });
      this.#end(reason);
    });
    const nowMs = clock.monotonic();
    const description = { title: name, tracks: formats.map((format) => ({ format, direction: "recvonly" as const })) };
    const nobody = { ssrc: entropy.bytes(4).readUInt32BE(), cname: name };
    const received = new ReceivedStream(description, nobody, nowMs, clock.now(), this.#log);
    this.tracks.forEach((track, index) => {
      track.received = received.addTrack(index, track.format, {
        order: transport === "UDP" ? UNORDERED : ORDERED,
        takes: (type) => type === track.payloadType,
        // Nobody has said where reports would have to go.
        sendRtcp: () => {},
      });
    });
    this.#stream = stream;
    this.#received = received;
    received.begin(stream, nowMs);
    this.#timer = clock.after(TICK_MS, () => this.#tick());
    this.#log.info("a pusher sends", { tracks: formats.map(({ encodingName }) => encodingName).join(", ") });
  }

  #tick(): void {
    const nowMs = this.#parts.clock.monotonic();
    this.#received?.tick(nowMs);
    if (this.tracks.every((track) => track.isSilent(nowMs))) {
      this.#end("the publisher is silent");
      return;
    }
    this.#timer = this.#parts.clock.after(TICK_MS, () => this.#tick());
  }

  #someoneLeft(): void {
    if (this.tracks.every(({ sender }) => sender === undefined)) this.#end("the publisher has left");
  }

  #end(reason: string): void {
    const received = this.#received;
    const stream = this.#stream;
    this.#timer?.cancel();
    this.#received = this.#stream = undefined;
    received?.finish();
    for (const track of this.tracks) track.reset();
    stream?.end(reason);
    if (!received) return;
    const [packets, octets, lost] = (["packets", "octets", "lost"] as const).map((count) => received.sum(count));
    this.#log.info("a pusher has ended", { reason, packets, octets, lost });
  }
}

/** A track of a pusher: one sender at a time, of which the newest counts. */
export class PushedTrack implements PushTarget {
  readonly format: MediaFormat;
  /** Who sends. */
  sender: PushSender | undefined;
  /** Where packets go; undefined while nothing is published. */
  received: ReceivedTrack | undefined;
  /** What the sender's packets have; the first one says it. */
  payloadType = -1;
  readonly #owner: { started(): void; left(): void };
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Names of senders that another one has replaced, and which may go on sending without being heard. */
  readonly #replaced = new Set<string>();
  #seenMs = -Infinity;
  #refused = 0;
  #reportedMs = -Infinity;

  constructor(format: MediaFormat, owner: { started(): void; left(): void }, clock: Clock, log: Logger) {
    this.format = format;
    this.#owner = owner;
    this.#clock = clock;
    this.#log = log.child({ track: format.kind });
  }

  packet(sender: PushSender, packet: Uint8Array): boolean {
    if (isRtcp(packet)) return false;
    const nowMs = this.#clock.monotonic();
    if (sender.name !== this.sender?.name && !this.#accept(sender, packet, nowMs)) return false;
    if (this.received?.receive(packet, nowMs) === true) this.#seenMs = nowMs;
    return true;
  }

  left(sender: PushSender): void {
    if (sender.name !== this.sender?.name) return;
    this.sender = undefined;
    this.#owner.left();
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.#seenMs >= SILENCE_MS;
  }

  /** Whoever sends next is as good as any. */
  reset(): void {
    const sender = this.sender;
    this.sender = this.received = undefined;
    this.#replaced.clear();
    sender?.end();
  }

  /** Whether it becomes the sender with this packet. */
  #accept(sender: PushSender, packet: Uint8Array, nowMs: number): boolean {
    if (rtpProblem(packet) !== undefined) return false;
    if (this.#replaced.has(sender.name) && !this.isSilent(nowMs)) return false;
    const type = payloadType(packet);
    if (!this.#canBe(type)) {
      this.#refuse(sender, type, nowMs);
      return false;
    }
    const before = this.sender;
    this.sender = sender;
    this.payloadType = type;
    this.#seenMs = nowMs;
    this.#replaced.delete(sender.name);
    if (before) this.#replace(before, sender);
    this.#owner.started();
    this.received?.restart();
    return true;
  }

  #replace(before: PushSender, sender: PushSender): void {
    this.#log.info("another pusher takes over", { peer: sender.name, before: before.name });
    this.#replaced.add(before.name);
    const [oldest] = this.#replaced;
    if (this.#replaced.size > MAX_REPLACED && oldest !== undefined) this.#replaced.delete(oldest);
    before.end();
  }

  /** Any payload type will do, unless it stands for another encoding (RFC 3551 §6). */
  #canBe(type: number): boolean {
    const assigned = staticRtpMap(type);
    return assigned === undefined || assigned.encodingName === this.format.encodingName;
  }

  #refuse(sender: PushSender, type: number, nowMs: number): void {
    this.#refused++;
    if (nowMs - this.#reportedMs < REFUSED_REPORT_MS) return;
    this.#reportedMs = nowMs;
    const facts = { peer: sender.name, payloadType: type, expected: this.format.encodingName, refused: this.#refused };
    this.#log.warn("packets of a pusher are not taken: their payload type stands for another codec", facts);
  }
}

/** RTCP on the port of RTP is told by its packet types (RFC 5761 §4): 200…204 are passed over. */
const isRtcp = (packet: Uint8Array): boolean => (packet[1] ?? 0) >= 200 && (packet[1] ?? 0) <= 204;
