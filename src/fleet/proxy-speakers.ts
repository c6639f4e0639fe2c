import type { RtspConfig } from "#config/rtsp-cfg";
import type { Clock } from "#host/clock";
import type { BackChannel } from "#media/back-channel";
import type { ProxyHost } from "#sources/proxy";
import { ProxyTalk } from "#sources/proxy-talk";
import { Speaker } from "#speaker/speaker";
import { DecodeError } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { proxyDefinition } from "./proxies.js";

/** How long what an original takes is believed, and that it takes nothing, ms. */
const KNOWN_MS = 300_000;
const NOTHING_MS = 30_000;

interface ProxySpeaker {
  readonly talk: ProxyTalk;
  readonly log: Logger;
  speaker: Speaker | undefined;
  askedMs: number;
  asking: Promise<void> | undefined;
}

/** The back channels of those originals that `<backchannel>` in `<proxy>` is 1 for, one talker at a time for each. */
export class ProxySpeakers implements Closable {
  readonly #clock: Clock;
  readonly #all = new Map<string, ProxySpeaker>();

  constructor({ proxies }: RtspConfig, host: ProxyHost, log: Logger, userAgent: string) {
    this.#clock = host.clock;
    for (const proxy of proxies) {
      if (!proxy.backChannel || !/^rtsp/i.test(proxy.url)) continue;
      const own = log.child({ path: proxy.suffix });
      try {
        const talk = new ProxyTalk(host, own, proxyDefinition(proxy), userAgent);
        this.#all.set(proxy.suffix, { talk, log: own, speaker: undefined, askedMs: -Infinity, asking: undefined });
      } catch (error) {
        // The proxy itself tells that its address cannot be read.
        if (!(error instanceof DecodeError)) throw error;
      }
    }
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /**
   * Where clients of the stream of that name talk to; undefined for streams that are none of these. The original is asked
   * what it takes, the first time before the answer and later behind it.
   */
  async of(name: string): Promise<BackChannel | "none" | undefined> {
    const one = this.#all.get(name);
    if (!one) return undefined;
    const isOld = this.#clock.monotonic() - one.askedMs >= (one.speaker ? KNOWN_MS : NOTHING_MS);
    if (isOld) one.asking ??= this.#ask(one).finally(() => (one.asking = undefined));
    if (!one.speaker) await one.asking;
    return one.speaker ?? "none";
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map(({ talk, speaker }) => (speaker ?? talk).close()));
  }

  async #ask(one: ProxySpeaker): Promise<void> {
    const formats = await one.talk.formats();
    one.askedMs = this.#clock.monotonic();
    if (one.speaker && (formats.length === 0 || isSame(formats, one.speaker.formats))) return;
    // A talk that goes on is not disturbed: the original goes on taking what it took.
    if (one.speaker?.talk) return;
    one.speaker = formats.length > 0 ? new Speaker(formats, one.talk, this.#clock, one.log) : undefined;
  }
}

const isSame = (some: BackChannel["formats"], others: BackChannel["formats"]): boolean =>
  JSON.stringify(some) === JSON.stringify(others);
