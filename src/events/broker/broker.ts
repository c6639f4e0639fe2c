import type { Clock, Timer } from "#host/clock";
import type { Net } from "#host/net";
import { tlsMessageOf } from "#host/secure";
import { CodedError } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { EventFilter } from "../filter.js";
import type { EventHub, Subscriber } from "../hub.js";
import type { Notification } from "../notification.js";
import { type BrokerMessage, brokerMessage, type MetadataFrame, metadataMessage } from "./message.js";
import { MqttSession, type SessionOptions } from "./session.js";
import { openWay, type WayTerms } from "./way.js";

/** Whether a broker can be told something (tev:ConnectionStatus). */
export type BrokerStatus = "Offline" | "Connecting" | "Connected";

/** Where events are published, and which. */
export interface BrokerOptions extends SessionOptions, WayTerms {
  readonly url: URL;
  readonly topicPrefix: string;
  readonly filter: EventFilter;
  /** Has metadata told, until the result is called; undefined for a broker that gets none. */
  readonly metadata?: ((tell: (frame: MetadataFrame) => void) => () => void) | undefined;
}

/** Time for a connection and the broker's answer on it, in ms. */
const OPEN_MS = 10_000;
const GONE = "it has ended the connection";
const TOO_SLOW = `it has not answered in ${OPEN_MS / 1000} s`;
/** The first rest after a connection that failed; it doubles up to the longest. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** A connection that held this long was a good one: the next rest is short again. */
const GOOD_MS = 30_000;
/** Messages that wait for the broker; beyond that the oldest are lost. */
const CAPACITY = 1_000;
/** Messages that the broker has not confirmed yet, at most. */
const WINDOW = 32;
/** Time for the broker to be told that it is over, in ms. */
const LEAVE_MS = 1_000;

/** Publishes events to an MQTT broker, and comes back to it for as long as it is not closed. */
export class EventBroker implements Subscriber, Closable {
  readonly changedOnly = false;
  readonly filter: EventFilter;
  readonly #leave: readonly (() => void)[];
  #queue: BrokerMessage[] = [];
  #lost = 0;
  /** How many of them the log knows of. */
  #toldLost = 0;
  #session: MqttSession | undefined;
  #status: BrokerStatus = "Offline";
  #isClosed = false;
  /** Messages under way, and the connection that they are counted for. */
  #pending = 0;
  #connection = 0;
  #isFlushing = false;
  #opening: AbortController | undefined;
  #timer: Timer | undefined;
  #restMs = FIRST_REST_MS;
  #openedMs = 0;
  /** Why it was not reached last, as the log was told; each reason is told once in a row. */
  #toldReason: string | undefined;

  constructor(
    private readonly net: Net,
    private readonly clock: Clock,
    private readonly hub: EventHub,
    private readonly options: BrokerOptions,
    private readonly log: Logger,
  ) {
    this.filter = options.filter;
    const { metadata, topicPrefix } = options;
    this.#leave = [
      hub.subscribe(this),
      // Metadata tell of a moment: nobody wants them later.
      ...(metadata
        ? [metadata((frame) => this.#status === "Connected" && this.#wait(metadataMessage(topicPrefix, frame)))]
        : []),
    ];
    void this.#open();
  }

  get status(): BrokerStatus {
    return this.#status;
  }

  /** How many messages were lost since there was no room for them. */
  get lost(): number {
    return this.#lost;
  }

  deliver(notification: Notification): void {
    this.#wait(brokerMessage(this.options.topicPrefix, notification));
  }

  #wait(message: BrokerMessage): void {
    this.#queue.push(message);
    if (this.#queue.length > CAPACITY) {
      this.#queue.shift();
      this.#lost++;
    }
    this.#flush();
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    for (const leave of this.#leave) leave();
    this.#timer?.cancel();
    this.#tellLost();
    this.#queue = [];
    this.#status = "Offline";
    const opening = this.#opening;
    this.clock.after(LEAVE_MS, () => opening?.abort());
    if (this.#session) this.#session.end();
    else opening?.abort();
    return Promise.resolve();
  }

  async #open(): Promise<void> {
    this.#status = "Connecting";
    const opening = new AbortController();
    this.#opening = opening;
    this.#timer = this.clock.after(OPEN_MS, () => opening.abort());
    try {
      let failure: Error | undefined;
      const way = await openWay(this.net, this.options.url, this.options, opening.signal);
      way.on("error", (error) => (failure = error));
      this.#session ??= await MqttSession.create(this.clock, this.options, {
        opened: (isNew) => this.#opened(isNew),
        closed: (error) => this.#closed(error),
      });
      if (this.#isClosed) return void way.destroy();
      if (way.destroyed) throw failure ?? new CodedError("broker-gone", GONE);
      this.#session.open(way);
    } catch (error) {
      this.#closed(error);
    }
  }

  #opened(isNew: boolean): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#status = "Connected";
    this.#openedMs = this.clock.monotonic();
    this.#toldReason = undefined;
    this.#tellLost();
    this.log.info("events go to the event broker", { broker: this.options.url.href });
    // A broker that has started anew has forgotten what it kept.
    if (isNew && this.#connection > 0) this.hub.synchronize(this);
    this.#connection++;
    if (this.options.qos === 0) this.#pending = 0;
    this.#flush();
  }

  #closed(error: unknown): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    if (this.#status === "Connected" && this.clock.monotonic() - this.#openedMs >= GOOD_MS)
      this.#restMs = FIRST_REST_MS;
    this.#status = "Offline";
    const reason = this.#opening?.signal.aborted ? TOO_SLOW : error === undefined ? GONE : tlsMessageOf(error);
    if (reason !== this.#toldReason)
      this.log.warn("the event broker is not reached; it is tried again", {
        broker: this.options.url.href,
        error: reason,
      });
    this.#toldReason = reason;
    this.#timer = this.clock.after(this.#restMs, () => void this.#open());
    this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs * 2);
  }

  #tellLost(): void {
    const lost = this.#lost - this.#toldLost;
    if (lost > 0)
      this.log.warn("an event broker has missed events: too many waited for it", {
        broker: this.options.url.href,
        lost,
      });
    this.#toldLost = this.#lost;
  }

  /** What is written at once calls back at once: it must not begin another round inside this one. */
  #flush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#publishWaiting();
    this.#isFlushing = false;
  }

  #publishWaiting(): void {
    while (this.#status === "Connected" && this.#pending < WINDOW) {
      const message = this.#queue.shift();
      if (!message) return;
      this.#pending++;
      const connection = this.#connection;
      this.#session?.publish(message, () => {
        // What was written to a connection that has ended is counted no more.
        if (this.options.qos === 0 && connection !== this.#connection) return;
        this.#pending--;
        this.#flush();
      });
    }
  }
}
