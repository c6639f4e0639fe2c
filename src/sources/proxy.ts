import type { Clock, Timer } from "#host/clock";
import type { Host } from "#host/host";
import type { CertificateTrust } from "#host/secure";
import type { PathLease, Paths } from "#media/path";
import type { PathDefinition, PathResolver } from "#media/path-map";
import { DecodeError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { mjpegFetch } from "./proxy-mjpeg.js";
import { rtspFetch } from "./proxy-rtsp.js";
import { Origin, ProxySource } from "./proxy-source.js";

/** A stream that is fetched from another server. */
export interface ProxyDefinition {
  /** The path's name here. */
  readonly name: string;
  /** Where the original is. */
  readonly url: string;
  /** Who logs in there; what the URL says where this is empty. */
  readonly username: string;
  readonly password: string;
  readonly transport: ProxyTransport;
  /** Fetched only while somebody reads it. */
  readonly onDemand: boolean;
  /** Which certificate of a server with TLS is taken. */
  readonly trust: CertificateTrust;
}

/** `AUTO` is UDP, and TCP where that does not work. */
export type ProxyTransport = "TCP" | "UDP" | "MULTICAST" | "AUTO";

export type ProxyHost = Pick<Host, "net" | "clock" | "entropy">;

/** Shortest time between two attempts to hold a path. */
const HOLD_AGAIN_MS = 1000;

/** The streams that are fetched from other servers, by name. */
export class ProxyStreams implements PathResolver, Closable {
  readonly #proxies = new Map<string, Proxy>();

  /** An original whose URL cannot be read is logged, and its name stands for nothing. `userAgent`: how we call ourselves. */
  constructor(host: ProxyHost, log: Logger, definitions: readonly ProxyDefinition[], userAgent: string) {
    for (const definition of definitions) {
      const { name } = definition;
      const own = log.child({ path: name });
      try {
        const fetchOf = /^https?:/i.test(definition.url) ? mjpegFetch : rtspFetch;
        const fetch = fetchOf(host, own, definition, userAgent);
        this.#proxies.set(name, new Proxy(definition, new Origin({ ...host, log: own }, fetch)));
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        own.error("a proxy is left out", { reason: error.message });
      }
    }
  }

  resolve(name: string): Promise<PathDefinition | undefined> {
    return Promise.resolve(this.#proxies.get(name)?.path);
  }

  /** From now on those are fetched that are not on demand. `paths` is to resolve names here. */
  start(paths: Paths): void {
    for (const proxy of this.#proxies.values()) proxy.start(paths);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}

/** One of them. Held open by us where it is not on demand: then its source runs without readers. */
class Proxy implements Closable {
  readonly path: PathDefinition;
  readonly #definition: ProxyDefinition;
  readonly #origin: Origin;
  readonly #clock: Clock;
  #paths: Paths | undefined;
  #lease: PathLease | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(definition: ProxyDefinition, origin: Origin) {
    this.#definition = definition;
    this.#origin = origin;
    this.#clock = origin.parts.clock;
    this.path = { name: definition.name, createSource: () => new ProxySource(origin, () => this.#sourceClosed()) };
  }

  start(paths: Paths): void {
    if (this.#definition.onDemand) return;
    this.#paths = paths;
    this.#hold();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#lease?.close();
  }

  #hold(): void {
    if (this.#isClosed || this.#lease) return;
    this.#paths?.open(this.#definition.name).then(
      (lease) => {
        if (this.#isClosed || this.#lease) void lease.close();
        else this.#lease = lease;
      },
      (error: unknown) => {
        this.#origin.parts.log.debug("the path of a proxy is not open", { reason: messageOf(error) });
        this.#holdAgain();
      },
    );
  }

  /** The path has given up its source: what we hold of it is of no use. */
  #sourceClosed(): void {
    const lease = this.#lease;
    if (!lease) return;
    this.#lease = undefined;
    void lease.close();
    this.#holdAgain();
  }

  #holdAgain(): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(Math.max(HOLD_AGAIN_MS, this.#origin.restMs()), () => this.#hold());
  }
}
