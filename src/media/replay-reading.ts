import type { Timer } from "#host/clock";
import { DecodeError, messageOf, Refusal } from "#util/errors";
import type { AccessUnit } from "./access-unit.js";
import { extendedRun } from "./extended-run.js";
import type { Packetizer } from "./packetizer.js";
import type { FirstPacket, Reader, Reading } from "./reader.js";
import type { MarkedUnit } from "./replay-marks.js";
import { type ReplayOrder, startOf } from "./replay-order.js";
import type { ReplayPathParts } from "./replay-path.js";
import { selectUnits } from "./replay-selection.js";
import type { RecordedContent } from "./replay-source.js";
import { ReplayTimeline } from "./replay-timeline.js";

/** Datagrams that are sent at once without a pace, and how long until the next ones: 70 Mbit/s. */
const datagramsPerStep = 32;
const stepMs = 5;
/** Bytes that are sent to one reader before others have their turn. */
const bytesPerTurn = 256 * 1024;
/** How often a reader is asked whether it has taken what it was given, when nothing tells it. */
const askAgainMs = 20;
/** What is due this soon is sent along. */
const earlyMs = 1;
/** Who is later than this goes on from where it is, instead of sending all that was missed. */
const maxLateMs = 500;

/** Where an order begins and ends really. */
export interface ReplaySpan {
  /** The first picture that is sent, on the recording's time; where playing begins backwards. */
  readonly startMs: number;
  readonly endMs: number;
}

/** An order that is being played. */
interface Run {
  readonly order: ReplayOrder;
  readonly span: ReplaySpan;
  readonly units: AsyncGenerator<readonly MarkedUnit[], void, undefined>;
  readonly timeline: ReplayTimeline;
  /** Time of playing at which its RTP time begins, ms since the reading was made. */
  readonly baseMs: number;
  /** As in the order, but of the last PLAY. */
  cseq: number | undefined;
  /** Read ahead and not sent. */
  ready: readonly MarkedUnit[];
  index: number;
  /** Nothing of it has been sent. */
  isFresh: boolean;
  isExhausted: boolean;
}

/** A reader's own position in a recording. Nothing is played before the first `seek`. */
export class ReplayReading implements Reading {
  readonly #reader: Reader;
  readonly #tracks: ReadonlySet<number>;
  readonly #content: RecordedContent;
  readonly #packetizers: readonly Packetizer[];
  readonly #parts: ReplayPathParts;
  readonly #epochMs: number;
  #run: Run | undefined;
  #state: "paused" | "playing" | "ended" | "closed" = "paused";
  /** On the monotonic clock, when the present run's time of playing 0 was or would have been. */
  #anchorMs = 0;
  /** Wall time less monotonic time. */
  #wallOffsetMs = 0;
  #timer: Timer | undefined;
  #filling: Promise<void> | undefined;
  #cleaning: Promise<unknown> = Promise.resolve();
  #turnBytes = 0;
  #stepDatagrams = 0;
  /** The latest time of playing that has been sent. */
  #highestMs = 0;

  constructor(
    reader: Reader,
    tracks: ReadonlySet<number>,
    content: RecordedContent,
    packetizers: readonly Packetizer[],
    parts: ReplayPathParts,
  ) {
    this.#reader = reader;
    this.#tracks = tracks;
    this.#content = content;
    this.#packetizers = packetizers;
    this.#parts = parts;
    this.#epochMs = parts.clock.monotonic();
  }

  /** What is being played, or was last. */
  get order(): ReplayOrder | undefined {
    return this.#run?.order;
  }

  /** All that was asked for has been sent. */
  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** Resolves when a reading that was closed reads no more. */
  get closed(): Promise<unknown> {
    return Promise.all([this.#filling, this.#cleaning]);
  }

  /**
   * Takes another position; what was played goes on until it has been found. Then the reading is paused.
   *
   * @throws Refusal `range-outside` when there is nothing to be sent, `path-not-ready` when it is damaged.
   */
  async seek(order: ReplayOrder): Promise<ReplaySpan> {
    const { sections } = this.#content;
    const fromMs = startOf(order, sections);
    const units = selectUnits(this.#content, { ...order, fromMs }, this.#tracks);
    let ready: readonly MarkedUnit[] = [];
    let isExhausted = false;
    try {
      while (ready.length === 0 && !isExhausted) {
        const next = await units.next();
        if (next.done === true) isExhausted = true;
        else ready = next.value;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new Refusal("path-not-ready", "the recording is damaged there", {}, { cause: error });
    }
    const [first] = ready;
    if (!first || this.#state === "closed") {
      await units.return();
      throw new Refusal("range-outside", "nothing is recorded in the range");
    }
    this.#leave();
    const isForward = order.scale > 0;
    // Sound may begin a little in front of the pictures.
    const { tracks } = this.#content.description;
    const picture = ready.find(({ unit }) => tracks[unit.track]?.format.kind === "video") ?? first;
    const startMs = isForward ? picture.unit.atMs : fromMs;
    const end = isForward ? (sections.at(-1)?.endMs ?? startMs) : (sections[0]?.startMs ?? startMs);
    const limit = isForward ? Math.min : Math.max;
    const span = { startMs, endMs: order.untilMs === undefined ? end : limit(order.untilMs, end) };
    const timeline = new ReplayTimeline(order, sections, first.unit, fromMs);
    const baseMs = Math.max(this.#parts.clock.monotonic() - this.#epochMs, this.#highestMs + 1);
    this.#run = { order, span, units, timeline, baseMs, cseq: order.cseq, ready, index: 0, isFresh: true, isExhausted };
    this.#state = "paused";
    return span;
  }

  /** What is left of what was asked for last, from the next unit that has not been sent; undefined at its end. */
  async rest(): Promise<ReplaySpan | undefined> {
    const run = this.#run;
    if (!run) return undefined;
    while (run.index >= run.ready.length && !run.isExhausted && this.#run === run) await this.#fill(run);
    const next = run.ready[run.index];
    return this.#run === run && next ? { startMs: next.unit.atMs, endMs: run.span.endMs } : undefined;
  }

  /** Where what was asked for last ends. */
  get end(): ReplaySpan {
    const endMs = this.#run?.span.endMs ?? 0;
    return { startMs: endMs, endMs };
  }

  /** What is sent from now on carries another `cseq`. */
  relabel(cseq: number | undefined): void {
    if (this.#run) this.#run.cseq = cseq;
  }

  first(track: number): FirstPacket | undefined {
    const run = this.#run;
    const packetizer = this.#packetizers[track];
    const next = run?.ready[run.index];
    if (!run || !packetizer || !next) return undefined;
    const { section } = next.unit;
    const atMs = run.isFresh ? run.span.startMs : next.unit.atMs;
    const pts = this.#ptsOf(run, track, atMs, run.timeline.shownAt(section, atMs));
    return { ssrc: packetizer.ssrc, sequence: packetizer.sequence, rtpTime: packetizer.rtpTimeOf(pts) };
  }

  play(): void {
    if (this.#state !== "paused" || !this.#run) return;
    this.#state = "playing";
    this.#wallOffsetMs = this.#parts.clock.now() - this.#parts.clock.monotonic();
    this.#anchorMs = NaN;
    // What lies there now is the answer.
    this.#continue(false);
  }

  pause(): void {
    if (this.#state !== "playing") return;
    this.#state = "paused";
    this.#cancel();
  }

  renew(): void {
    // What is recorded has no state but its own.
  }

  /** The reader has taken what it was given. */
  drained(): void {
    if (this.#state === "playing" && !this.#filling) this.#continue();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#leave();
    this.#run = undefined;
  }

  #leave(): void {
    this.#cancel();
    const units = this.#run?.units;
    if (units) this.#cleaning = Promise.all([this.#cleaning, units.return().catch(() => undefined)]);
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #continueAfter(ms: number): void {
    this.#timer = this.#parts.clock.after(ms, () => this.#continue());
  }

  #continue(mustBeEmpty = true): void {
    this.#turnBytes = bytesPerTurn;
    this.#stepDatagrams = datagramsPerStep;
    this.#send(mustBeEmpty);
  }

  /** Sends what may be sent now, and sees to it that it is called again. */
  #send(empty: boolean): void {
    this.#cancel();
    // What lies there for long makes a send queue give up what comes behind it.
    let mustBeEmpty = empty;
    while (this.#state === "playing" && this.#run) {
      const run = this.#run;
      const next = run.ready[run.index];
      if (!next) {
        if (run.isExhausted) this.#finish(run);
        else void this.#fill(run);
        return;
      }
      const nowMs = this.#parts.clock.monotonic();
      const place = run.timeline.place(next.unit);
      if (Number.isNaN(this.#anchorMs)) this.#anchorMs = nowMs - place.dueMs;
      if (run.order.paced) {
        const dueMs = this.#anchorMs + place.dueMs;
        if (dueMs > nowMs + earlyMs) return this.#continueAfter(dueMs - nowMs);
      }
      const intake = this.#reader.intake?.();
      if (intake === "full" || (intake === "some" && mustBeEmpty)) return this.#continueAfter(askAgainMs);
      if (this.#turnBytes <= 0) return this.#continueAfter(0);
      if (intake === undefined && !run.order.paced && this.#stepDatagrams <= 0) return this.#continueAfter(stepMs);
      mustBeEmpty = false;
      const lateMs = nowMs - this.#anchorMs - place.dueMs;
      if (run.order.paced && lateMs > maxLateMs) this.#anchorMs += lateMs;
      run.index++;
      run.isFresh = false;
      try {
        this.#deliver(run, next, place.shownMs, nowMs);
      } catch (error) {
        this.#parts.log.error("a recording cannot be played on", { reason: messageOf(error) });
        this.#state = "ended";
        this.#reader.ended("the recording cannot be played on");
      }
    }
  }

  #deliver(run: Run, { unit, ...marks }: MarkedUnit, shownMs: number, nowMs: number): void {
    const { track, atMs, randomAccess, payload } = unit;
    const packetizer = this.#packetizers[track];
    if (!packetizer) return;
    const { cseq } = run;
    const { speed } = run.order;
    const pts = this.#ptsOf(run, track, atMs, shownMs);
    const wallMs = this.#wallOffsetMs + this.#anchorMs + shownMs / speed;
    const packets = packetizer.packetize({ track, pts, wallMs, randomAccess, payload }, pts);
    if (packets.count === 0) return;
    const mark = { ...marks, wallMs: atMs, cleanPoint: randomAccess, cseq: cseq ?? 0 };
    const rtp = cseq === undefined ? packets : extendedRun(packets, mark, (track * 2) % 256, this.#parts.memory);
    this.#turnBytes -= rtp.bytes;
    this.#stepDatagrams -= rtp.count;
    this.#highestMs = Math.max(this.#highestMs, run.baseMs + shownMs);
    const delivered: AccessUnit = { track, pts, wallMs, randomAccess, payload, rtp };
    this.#reader.deliver(delivered, nowMs);
  }

  /**
   * RTP time is that of the recording when the client has the pace, and that of playing otherwise (Streaming §6.6, RFC 2326
   * appendix B).
   */
  #ptsOf(run: Run, track: number, atMs: number, shownMs: number): number {
    const clockRate = this.#content.description.tracks[track]?.format.clockRate ?? 0;
    const ms = run.order.paced ? run.baseMs + shownMs : atMs - (this.#content.sections[0]?.startMs ?? 0);
    return Math.round((ms * clockRate) / 1000);
  }

  #fill(run: Run): Promise<void> {
    this.#filling ??= this.#read(run).finally(() => {
      this.#filling = undefined;
      if (this.#state === "playing") this.#send(run.order.paced);
    });
    return this.#filling;
  }

  async #read(run: Run): Promise<void> {
    try {
      const next = await run.units.next();
      if (next.done === true) run.isExhausted = true;
      run.ready = next.done === true ? [] : next.value;
    } catch (error) {
      // What is read for nobody any more may end in the middle.
      const { log } = this.#parts;
      if (this.#run === run && error instanceof DecodeError)
        log.warn("a recording is damaged and is not played to its end", { reason: error.message });
      else if (this.#run === run) log.error("a recording cannot be read", { reason: messageOf(error) });
      run.isExhausted = true;
      run.ready = [];
    }
    run.index = 0;
  }

  /** An ONVIF client knows the end by the mark T, and its session goes on (Streaming §6.8); others are told. */
  #finish(run: Run): void {
    this.#state = "ended";
    if (run.cseq === undefined) this.#reader.ended("the recording has ended");
  }
}
