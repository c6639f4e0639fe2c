import type { MediaFormat } from "#codec/format";
import type { Timer } from "#host/clock";
import type { SourceUnit } from "#media/access-unit";
import { Packetizer } from "#media/packetizer";
import { SlabAllocator } from "#media/slab";
import { Login } from "#rtsp/client/login";
import { ClientTalk } from "#rtsp/client/talk";
import type { TalkOffer } from "#rtsp/client/talk-offer";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { RTP_HEADER_BYTES } from "#wire/rtp/packet";
import { SenderStatistics } from "#wire/rtp/reports";
import { writeRtcp } from "#wire/rtp/rtcp";
import { parseOrigin, type RtspOrigin } from "#wire/rtsp/origin";
import type { ProxyDefinition, ProxyHost } from "./proxy.js";

/** For connecting to the original, and for each of its answers. A client that describes the stream waits for it. */
const TIMEOUT_MS = 4000;
/** Sound that waits for the original at the beginning of a talk. */
const MAX_WAITING_UNITS = 250;
const REPORT_INTERVAL_MS = 5000;

/**
 * The back channel of a proxied camera (Streaming §5.3): what clients of ours say is sent there, in a session of its own
 * for each talk, so that others can talk to the camera meanwhile. Sound is passed on as it comes.
 */
export class ProxyTalk implements Closable {
  readonly kind: string;
  readonly #host: ProxyHost;
  readonly #log: Logger;
  readonly #definition: ProxyDefinition;
  readonly #origin: RtspOrigin;
  readonly #userAgent: string;
  readonly #login: Login;
  #talks: readonly PassedTalk[] = [];

  /** @throws DecodeError for an original that is not one of RTSP. */
  constructor(host: ProxyHost, log: Logger, definition: ProxyDefinition, userAgent: string) {
    this.#host = host;
    this.#log = log;
    this.#definition = definition;
    this.#userAgent = userAgent;
    const { username, password, name } = definition;
    const parsed = parseOrigin(definition.url);
    this.#origin = { ...parsed, user: username === "" ? parsed.user : { username, password } };
    this.#login = new Login(this.#origin.user, true, () => host.entropy.bytes(8).toString("hex"));
    this.kind = `proxy:${name}`;
  }

  /** Asks the original what it takes, the first one first; each payload type once. Nothing where it has no back channel. */
  async formats(): Promise<readonly MediaFormat[]> {
    const client = this.#client(() => {});
    try {
      const { sections } = await client.offer();
      const formats = sections.flatMap((section) => section.formats);
      return formats.filter(
        ({ payloadType }, index) => formats.findIndex((one) => one.payloadType === payloadType) === index,
      );
    } catch (error) {
      this.#log.info("the original has no back channel", { reason: messageOf(error) });
      return [];
    } finally {
      await client.close();
    }
  }

  /** A client of ours begins to talk. */
  begin(format: MediaFormat): PassedTalk {
    const talk = new PassedTalk(this.#host, format, (reason) =>
      this.#log.warn("the talk is not passed on to the original", { reason }),
    );
    this.#talks = [...this.#talks.filter(({ isOver }) => !isOver), talk];
    const client = this.#client((reason) => talk.lose(reason));
    talk.start(client);
    return talk;
  }

  close(): Promise<void> {
    for (const talk of this.#talks) talk.end();
    return Promise.resolve();
  }

  #client(ended: (reason: string) => void): ClientTalk {
    const { transport, trust } = this.#definition;
    const options = {
      origin: this.#origin,
      transport: transport === "UDP" ? ("UDP" as const) : ("TCP" as const),
      trust,
      userAgent: this.#userAgent,
      login: this.#login,
      timeoutMs: TIMEOUT_MS,
    };
    return new ClientTalk({ ...this.#host, log: this.#log }, options, ended);
  }
}

/** The sound of one talk on its way to the original. */
export class PassedTalk {
  isOver = false;
  readonly #host: ProxyHost;
  readonly #format: MediaFormat;
  readonly #failed: (reason: string) => void;
  readonly #packetizer: Packetizer;
  readonly #statistics: SenderStatistics;
  readonly #cname: string;
  #client: ClientTalk | undefined;
  #isBegun = false;
  #waiting: SourceUnit[] = [];
  #timer: Timer | undefined;

  /** `failed` is told when the original cannot be had, or does not take it any more. */
  constructor(host: ProxyHost, format: MediaFormat, failed: (reason: string) => void) {
    this.#host = host;
    this.#format = format;
    this.#failed = failed;
    const random = host.entropy.bytes(16);
    const ssrc = random.readUInt32BE(0);
    const identity = { ssrc, sequence: random.readUInt16BE(4), rtpBase: random.readUInt32BE(6) };
    this.#packetizer = new Packetizer(format, identity, 0, new SlabAllocator());
    this.#statistics = new SenderStatistics(ssrc, format.clockRate);
    this.#cname = random.toString("hex", 10);
  }

  start(client: ClientTalk): void {
    this.#client = client;
    this.#begin(client).catch((error: unknown) => this.lose(messageOf(error)));
  }

  write(unit: SourceUnit): void {
    if (this.isOver) return;
    if (this.#isBegun) this.#send(unit);
    else if (this.#waiting.length < MAX_WAITING_UNITS) this.#waiting.push(unit);
  }

  /** The talk is over. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#timer?.cancel();
    this.#waiting = [];
    if (this.#statistics.packets > 0)
      this.#report([{ type: "BYE", sources: [this.#statistics.ssrc], reason: "the talk has ended" }]);
    void this.#client?.close();
  }

  lose(reason: string): void {
    if (this.isOver) return;
    this.end();
    this.#failed(reason);
  }

  async #begin(client: ClientTalk): Promise<void> {
    const offer: TalkOffer = await client.offer();
    if (this.isOver) return;
    await client.begin(offer, this.#format);
    if (this.isOver) return;
    this.#isBegun = true;
    for (const unit of this.#waiting.splice(0)) this.#send(unit);
    this.#arm();
  }

  #send(unit: SourceUnit): void {
    const run = this.#packetizer.packetize(unit, unit.pts);
    if (run.count === 0) return;
    for (let index = 0; index < run.count; index++) this.#client?.send(run.packet(index));
    const nowMs = this.#host.clock.monotonic();
    const isFirst = this.#statistics.packets === 0;
    this.#statistics.sent(run.count, run.bytes - run.count * RTP_HEADER_BYTES, unit.wallMs, run.rtpTime, nowMs);
    if (isFirst) this.#report();
  }

  #arm(): void {
    this.#timer = this.#host.clock.after(REPORT_INTERVAL_MS, () => {
      if (this.#statistics.packets > 0) this.#report();
      this.#arm();
    });
  }

  #report(more: Parameters<typeof writeRtcp>[0] = []): void {
    const { ssrc } = this.#statistics;
    const chunks = [{ ssrc, cname: this.#cname }];
    const report = this.#statistics.report(this.#host.clock.monotonic());
    this.#client?.sendRtcp(writeRtcp([report, { type: "SDES", chunks }, ...more]));
  }
}
