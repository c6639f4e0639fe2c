import { timestampDelta } from "#wire/rtp/packet";

/** Wall time of a sender that differs by more than this from ours is taken at once, ms; a smaller difference bit by bit. */
const STEP_MS = 2000;
/** How fast wall time may be pulled towards that of the sender: 10 ms a second. */
const SLEW = 0.01;
/** A timestamp that jumps by more than this, and by so much more than time has passed, starts a new numbering, s. */
const JUMP_SECONDS = 10;
/** Senders without a clock count from their start, which is a time long ago; their reports say nothing of wall time. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/** Farther than this, ms, the reports of a sender's tracks do not lie apart unless they are of different clocks. */
const MAX_APART_MS = 10_000;

/** The start of a publication, and what is known of its sender's clock; shared by its tracks. */
export class RelayEpoch {
  /** By how many ms the sender's clock is ahead of ours, as the first track has shown whose report came in time. */
  senderAheadMs: number | undefined;

  /** It has started at `startMs` (monotonic), which was `startWallMs`. */
  constructor(
    readonly startMs: number,
    readonly startWallMs: number,
  ) {}
}

/**
 * The time of a stream that comes as RTP from one sender after another: presentation time in ticks since the start of
 * the publication, and wall time. Wall time begins as ours, at the first packet's arrival, so that nothing has to wait
 * for a sender report; with the reports it goes over to the sender's. A small difference is made up slowly, since to
 * readers a step looks like a jump of the stream.
 *
 * Presentation time begins with the arrival of the first packet too, but where a report has come before it, the tracks
 * are set against one another by their reports: ffmpeg sends the first sound 0.6 s late, several frames in a packet.
 */
export class RelayTimeline {
  /** Of the packet last taken: ticks since the start of the publication; steps back where pictures are reordered. */
  pts = 0;
  /** Of the packet last taken: ms since the Unix epoch. */
  wallMs = 0;
  readonly #clockRate: number;
  readonly #epoch: RelayEpoch;
  /** Wall time of pts 0, as it is and as it shall be. */
  #baseMs: number;
  #targetMs: number;
  /** Timestamp of the packet last taken; undefined before the first of a sender. */
  #rtpTime: number | undefined;
  #highestPts = -1;
  #lastMs: number;
  #early: { readonly wallMs: number; readonly rtpTime: number } | undefined;
  #steppedMs = 0;

  constructor(clockRate: number, epoch: RelayEpoch) {
    this.#clockRate = clockRate;
    this.#epoch = epoch;
    this.#lastMs = epoch.startMs;
    this.#baseMs = this.#targetMs = epoch.startWallMs;
  }

  /** Takes the timestamp of the next packet in order, which came at `nowMs` (monotonic). True when the time jumps. */
  take(rtpTime: number, nowMs: number): boolean {
    const before = this.#rtpTime;
    const delta = before === undefined ? 0 : timestampDelta(before, rtpTime);
    const jumps = this.#isJump(delta, nowMs);
    if (before === undefined || jumps) {
      const startsMs = this.#startsMs(rtpTime, nowMs);
      this.pts = Math.max(this.#highestPts + 1, Math.round((startsMs * this.#clockRate) / 1000));
    } else {
      this.pts += delta;
    }
    this.#rtpTime = rtpTime;
    if (this.#early) this.#aim(this.#early.wallMs, this.#early.rtpTime);
    this.#early = undefined;
    // Before anything has been sent there is nothing that could jump.
    const slewMs = this.#highestPts < 0 ? Infinity : (nowMs - this.#lastMs) * SLEW;
    this.#baseMs += Math.max(-slewMs, Math.min(slewMs, this.#targetMs - this.#baseMs));
    this.#highestPts = Math.max(this.#highestPts, this.pts);
    this.#lastMs = nowMs;
    this.wallMs = this.#baseMs + (this.pts * 1000) / this.#clockRate;
    return jumps;
  }

  /** A sender report: what has `rtpTime` is of `wallMs`. A report that says nothing of wall time has no effect. */
  report(wallMs: number, rtpTime: number): void {
    if (wallMs < EARLIEST_MS) return;
    if (this.#rtpTime === undefined) this.#early = { wallMs, rtpTime };
    else this.#aim(wallMs, rtpTime);
  }

  /** By how many ms wall time has been set at once since this was last asked; 0 when it has not. */
  takeStep(): number {
    const stepped = this.#steppedMs;
    this.#steppedMs = 0;
    return stepped;
  }

  /** The next packet is of another sender, with timestamps of its own. */
  restart(): void {
    this.#rtpTime = undefined;
    this.#early = undefined;
  }

  /** When a stream with that first timestamp starts, in ms since the publication has. */
  #startsMs(rtpTime: number, nowMs: number): number {
    const { startMs, startWallMs } = this.#epoch;
    const arrivedMs = nowMs - startMs;
    const early = this.#early;
    if (!early) return arrivedMs;
    const capturedMs = early.wallMs + (timestampDelta(early.rtpTime, rtpTime) * 1000) / this.#clockRate - startWallMs;
    this.#epoch.senderAheadMs ??= capturedMs - arrivedMs;
    const alignedMs = capturedMs - this.#epoch.senderAheadMs;
    return Math.abs(alignedMs - arrivedMs) <= MAX_APART_MS ? alignedMs : arrivedMs;
  }

  #isJump(delta: number, nowMs: number): boolean {
    const seconds = Math.abs(delta) / this.#clockRate;
    return seconds > JUMP_SECONDS && seconds - (nowMs - this.#lastMs) / 1000 > JUMP_SECONDS;
  }

  #aim(wallMs: number, rtpTime: number): void {
    const pts = this.pts + timestampDelta(this.#rtpTime ?? rtpTime, rtpTime);
    this.#targetMs = wallMs - (pts * 1000) / this.#clockRate;
    const offMs = this.#targetMs - this.#baseMs;
    if (Math.abs(offMs) <= STEP_MS) return;
    this.#steppedMs += offMs;
    this.#baseMs = this.#targetMs;
  }
}
