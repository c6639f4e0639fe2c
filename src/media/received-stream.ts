import type { MediaFormat } from "#codec/format";
import { findStreamTraits } from "#codec/stream-traits";
import type { Logger } from "#util/log";
import type { SourceUnit } from "./access-unit.js";
import type { MediaDescription } from "./description.js";
import { withDistinctTypes } from "./distinct-types.js";
import { type ReceivedFrom, type ReceivedInfo, ReceivedTrack, type Receiver } from "./received-track.js";
import { RelayEpoch } from "./relay-timeline.js";

/** From one log line on packets that could not be used to the next. */
const FAULT_REPORT_MS = 10_000;
/** How long readers wait for parameter sets that were not announced and come in the stream. */
const SETS_WITHIN_MS = 2000;

/** Where a received stream goes. */
export interface ReceivedSink {
  /** Says what it carries, before anything is written; said again, the same tracks are known better now. */
  describe(description: MediaDescription): void;
  write(unit: SourceUnit): void;
}

/**
 * A stream that somebody sends to us by RTP, track by track. It is described when its parameter sets are known, announced
 * or met in the stream, or when they have been waited for long enough.
 */
export class ReceivedStream {
  readonly #log: Logger;
  readonly #receiver: Receiver;
  readonly #epoch: RelayEpoch;
  readonly #tracks: ReceivedTrack[] = [];
  #description: MediaDescription;
  #sink: ReceivedSink | undefined;
  #isDescribed = false;
  #beganMs = Infinity;
  #faults = { count: 0, reportedMs: -Infinity };

  /** `nowMs` (monotonic) and `wallMs` are the present. */
  constructor(description: MediaDescription, receiver: Receiver, nowMs: number, wallMs: number, log: Logger) {
    this.#description = description;
    this.#receiver = receiver;
    this.#epoch = new RelayEpoch(nowMs, wallMs);
    this.#log = log;
  }

  get tracks(): readonly ReceivedTrack[] {
    return this.#tracks;
  }

  /** Adds the track that is described under `index`, to be fed with packets. */
  addTrack(index: number, format: MediaFormat, from: ReceivedFrom): ReceivedTrack {
    const track = new ReceivedTrack(index, format, from, this.#receiver, this.#epoch, {
      unit: (unit) => this.#sink?.write(unit),
      refined: (which, refined) => this.#refine(which, refined),
    });
    this.#tracks.push(track);
    return track;
  }

  /** From now on it goes to `sink`. Once it does, that stays so. */
  begin(sink: ReceivedSink, nowMs: number): void {
    if (this.#sink) return;
    this.#sink = sink;
    this.#beganMs = nowMs;
    this.#describe(false);
  }

  /** What came between was not taken: the stream goes on with any number, from a random access unit on. */
  resume(): void {
    for (const track of this.#tracks) track.resume();
  }

  /** A random access unit of the track that is described under `index` is wanted. */
  renew(index: number, nowMs: number): void {
    this.#tracks.find((track) => track.index === index)?.renew(nowMs);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const track of this.#tracks) {
      track.tick(nowMs);
      const steppedMs = track.takeStep();
      if (steppedMs !== 0) this.#log.info("wall time of the sender is taken", { track: track.index, steppedMs });
    }
    if (nowMs - this.#beganMs >= SETS_WITHIN_MS) this.#describe(true);
    this.#reportFaults(nowMs);
  }

  /** Passes on what waits for missing packets. */
  finish(): void {
    for (const track of this.#tracks) track.finish();
  }

  /** The sum of a count of all tracks. */
  sum(count: keyof ReceivedInfo): number {
    return this.#tracks.reduce((total, track) => total + track.info()[count], 0);
  }

  #refine(index: number, format: MediaFormat): void {
    const tracks = this.#description.tracks.map((track, at) => (at === index ? { ...track, format } : track));
    this.#description = { ...this.#description, tracks };
    if (this.#isDescribed) this.#sink?.describe(withDistinctTypes(this.#description));
    else this.#describe(false);
  }

  /** Tells what the stream carries, once its parameter sets are known or have been waited for. */
  #describe(isLate: boolean): void {
    if (this.#isDescribed || !this.#sink) return;
    if (!isLate && this.#description.tracks.some(({ format }) => lacksSets(format))) return;
    this.#isDescribed = true;
    this.#sink.describe(withDistinctTypes(this.#description));
  }

  #reportFaults(nowMs: number): void {
    const faults = {
      lost: this.sum("lost"),
      broken: this.sum("broken"),
      unknownType: this.sum("unknownType"),
      newSources: this.sum("newSources"),
      timeJumps: this.sum("timeJumps"),
    };
    const count = Object.values(faults).reduce((total, value) => total + value, 0);
    if (count === this.#faults.count || nowMs - this.#faults.reportedMs < FAULT_REPORT_MS) return;
    this.#faults = { count, reportedMs: nowMs };
    this.#log.warn("packets of the sender are missing or could not be used", faults);
  }
}

const lacksSets = (format: MediaFormat): boolean =>
  format.parameterSets === undefined && findStreamTraits(format)?.setsAreSent === true;
