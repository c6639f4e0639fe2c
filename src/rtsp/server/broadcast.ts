import type { MediaKind } from "#codec/format";
import type { Timer } from "#host/clock";
import type { Reader, Reading } from "#media/reader";
import { messageOf } from "#util/errors";
import type { Closable } from "#util/scope";
import type { ServerContext } from "./context.js";
import type { StreamLease } from "./directory.js";
import type { MulticastPart } from "./transport/multicast-senders.js";

/** From a failure, or the stream's end, to the next attempt. */
const RETRY_MS = 5000;

export interface BroadcastOptions {
  /** Name of the stream: the part of its address behind the host. */
  readonly stream: string;
  /** What stands behind the name in an address; nothing unless given. */
  readonly parameters?: ReadonlyMap<string, string>;
  /** Tracks of other kinds are not sent for this broadcast. */
  readonly kinds: readonly MediaKind[];
  /** Address of the interface to send by; empty for the first that leads outside. */
  readonly localAddress?: string;
}

/** Sends a stream to its groups without any session, until it is closed; what fails is tried again. */
export class Broadcast implements Reader, Closable {
  readonly #server: ServerContext;
  readonly #options: BroadcastOptions;
  #lease: StreamLease | undefined;
  #part: MulticastPart | undefined;
  #reading: Reading | undefined;
  #timer: Timer | undefined;
  #starting: Promise<void> = Promise.resolve();
  #isClosed = false;
  #hasFailed = false;
  #hasSent = false;

  constructor(server: ServerContext, options: BroadcastOptions) {
    this.#server = server;
    this.#options = options;
    this.#start();
  }

  deliver(): void {
    // The sender that it shares has sent it.
  }

  /** The path may have ended for good, so it is opened anew. */
  ended(): void {
    this.#starting = this.#release().then(() => this.#retry());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#starting;
    await this.#release();
  }

  #start(): void {
    this.#starting = this.#open().catch(async (error: unknown) => {
      const { stream } = this.#options;
      if (!this.#hasFailed)
        this.#server.log.warn("stream cannot be sent by multicast", { stream, reason: messageOf(error) });
      this.#hasFailed = true;
      await this.#release();
      this.#retry();
    });
  }

  async #open(): Promise<void> {
    const { stream, parameters = new Map<string, string>(), kinds, localAddress = "" } = this.#options;
    const { directory, multicast, log } = this.#server;
    this.#lease = await directory.open({ name: stream, parameters, query: undefined });
    if (this.#isClosed) return;
    const { path, description } = this.#lease;
    this.#part = await multicast.join(path, description, localAddress);
    if (this.#isClosed) return;
    const tracks = description.tracks.flatMap(({ direction, format }, index) =>
      direction === "recvonly" && kinds.includes(format.kind) ? [index] : [],
    );
    this.#reading = this.#part.path.read(this, tracks);
    this.#reading.play();
    this.#hasFailed = false;
    if (!this.#hasSent) log.info("stream is sent by multicast", { stream });
    this.#hasSent = true;
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#timer = this.#server.clock.after(RETRY_MS, () => this.#start());
  }

  async #release(): Promise<void> {
    const [reading, part, lease] = [this.#reading, this.#part, this.#lease];
    this.#reading = this.#part = this.#lease = undefined;
    reading?.close();
    await part?.close();
    await lease?.close();
  }
}
