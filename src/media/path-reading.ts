import type { AccessUnit } from "./access-unit.js";
import type { Group, GopCache } from "./gop-cache.js";
import type { FirstPacket, Outlet, Reader, Reading } from "./reader.js";

/** What readings need of their path. */
export interface ReadingPort {
  ssrc(track: number): number;
  /**
   * The next packet of a track for somebody who takes the next unit, where it can be told: not when its time is open,
   * nor, unless `anyUnit` will do, when it may not be a random access unit.
   */
  next(track: number, anyUnit: boolean): FirstPacket | undefined;
  /** The RTP time that `track` has at a wall time; undefined before its first unit. */
  rtpTimeAt(track: number, wallMs: number): number | undefined;
  /** RTP packets published so far. */
  packets(): number;
  /** Monotonic time. */
  nowMs(): number;
  /** The reading wants `catchUp` at each step. */
  catchUp(reading: PathReading): void;
  /** It is live: its `flows` take the units of their tracks, and unless `settled` it wants `offer` for the others. */
  live(reading: PathReading, settled: boolean): void;
  /** A new one of its flows begins, with the next unit. */
  flow(reading: PathReading, flow: Flow, settled: boolean): void;
  /** What a reader of these tracks begins with is wanted. */
  renew(tracks: readonly number[]): void;
  /** It wants nothing any more. */
  leave(reading: PathReading): void;
  /** It is gone. */
  close(reading: PathReading): void;
}

/** Where the units of one track go. */
export interface Flow {
  readonly track: number;
  readonly outlet: Outlet;
}

/**
 * Packets that a joining reader gets at once, and again at each step while it catches up: about 45 kB, which fits into
 * the socket buffers that systems give by default. At 5 ms a step that is 70 Mbit/s.
 */
const packetsPerStep = 32;
/** Steps in which even a large group is caught up with. */
const maxSteps = 100;
/** Units that lie before the picture by more than this are not on its clock. */
const maxLeadMs = 1_000;

/**
 * A reader on a path. A reader that joins gets the newest group from its random access unit on; what is left of it is
 * handed out in steps of a bounded number of packets (plus what has been published meanwhile, so that the distance
 * always shrinks), because a whole group at once overruns a UDP receiver's buffer. Then it gets each unit as it comes.
 * A track without cached units starts at its next random access unit.
 */
export class PathReading implements Reading {
  readonly #reader: Reader;
  /** None twice. */
  readonly tracks: readonly number[];
  readonly #cache: GopCache;
  readonly #port: ReadingPort;
  /** Tracks that have had a unit and get every one that follows. */
  #started: readonly number[] = [];
  #state: "paused" | "catching-up" | "live" | "closed" = "paused";
  /** Where to go on: in this group at this unit. While paused only the number is kept, so that no units are. */
  #group: Group | undefined;
  #groupNumber = -1;
  #index = 0;
  /** What the reader starts with, and how many units were known when it did: what `first` has told holds for those. */
  #head: AccessUnit | undefined;
  #known = 0;
  #quota = 0;
  #packetsSeen = 0;
  /** While live: one for each track that has started. */
  #flows: readonly Flow[] = [];

  constructor(reader: Reader, tracks: readonly number[], cache: GopCache, port: ReadingPort) {
    this.#reader = reader;
    this.tracks = tracks;
    this.#cache = cache;
    this.#port = port;
  }

  /** Between `play` and its end. */
  get isPlaying(): boolean {
    return this.#state === "live" || this.#state === "catching-up";
  }

  get flows(): readonly Flow[] {
    return this.#flows;
  }

  first(track: number): FirstPacket | undefined {
    const start = this.#start();
    const resumes = start !== undefined && start.index > 0;
    const started = resumes && this.#started.includes(track);
    const head = resumes ? undefined : start?.group.units[0];
    for (const unit of start?.group.units.slice(start.index) ?? []) {
      if (unit.track !== track || !(started || (unit.randomAccess && !leads(unit, head)))) continue;
      return { ssrc: this.#port.ssrc(track), sequence: unit.rtp.sequence, rtpTime: unit.rtp.rtpTime };
    }
    const next = this.#port.next(track, started);
    return next && head ? this.#notBefore(head, track, next) : next;
  }

  /** RTP times in one answer are of one moment (RFC 2326 §12.33), so one from before the picture gives way to the picture's. */
  #notBefore(head: AccessUnit, track: number, next: FirstPacket): FirstPacket {
    const atHead = this.#port.rtpTimeAt(track, head.wallMs);
    if (next.rtpTime === undefined || atHead === undefined) return next;
    return ((atHead - next.rtpTime) | 0) > 0 ? { ...next, rtpTime: atHead } : next;
  }

  play(): void {
    if (this.#state !== "paused") return;
    const start = this.#start();
    if (!start || start.index === 0) this.#started = [];
    if (!start) {
      this.#goLive();
      return;
    }
    this.#state = "catching-up";
    this.#group = start.group;
    this.#index = start.index;
    this.#head = start.index === 0 ? start.group.units[0] : undefined;
    this.#known = start.group.units.length;
    this.#quota = Math.max(packetsPerStep, Math.ceil(start.group.packets / maxSteps));
    this.#packetsSeen = this.#port.packets();
    if (!this.catchUp() && this.#is("catching-up")) this.#port.catchUp(this);
  }

  pause(): void {
    if (!this.isPlaying) return;
    const group = this.#state === "live" ? this.#cache.newest : this.#group;
    this.#groupNumber = group?.number ?? -1;
    this.#index = this.#state === "live" ? (group?.units.length ?? 0) : this.#index;
    this.#group = undefined;
    this.#head = undefined;
    this.#state = "paused";
    this.#leave();
  }

  renew(track?: number): void {
    if (this.isPlaying) this.#port.renew(track === undefined ? this.tracks : [track]);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#group = undefined;
    this.#leave();
    this.#port.close(this);
  }

  /** Hands out the next step of what is cached. True when there is no more to wait for: it has caught up, or left. */
  catchUp(): boolean {
    const nowMs = this.#port.nowMs();
    const published = this.#port.packets();
    let budget = this.#quota + published - this.#packetsSeen;
    this.#packetsSeen = published;
    while (this.#state === "catching-up") {
      const group = this.#group;
      const unit = group?.units[this.#index];
      if (group && unit) {
        if (budget <= 0) return false;
        this.#index++;
        if (this.tracks.includes(unit.track)) budget -= unit.rtp.count;
        this.#deliver(unit, nowMs);
        continue;
      }
      const { newest } = this.#cache;
      if (newest && newest !== group) {
        this.#group = newest;
        this.#index = 0;
        this.#head = undefined;
      } else {
        if (!newest) this.#started = [];
        this.#goLive();
      }
    }
    return true;
  }

  /** Takes a unit while live, unless its track flows already. */
  offer(unit: AccessUnit, nowMs: number): void {
    const { track } = unit;
    if (this.#state !== "live" || this.#started.includes(track)) return;
    if (!unit.randomAccess || !this.tracks.includes(track)) return;
    this.#started = this.#started.concat(track);
    const flow = this.#flowOf(track);
    this.#flows = this.#flows.concat(flow);
    this.#port.flow(this, flow, this.#isSettled);
    this.#reader.deliver(unit, nowMs);
  }

  /** The path has ended. */
  end(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "paused";
    this.#flows = [];
    this.#group = undefined;
    this.#groupNumber = -1;
    this.#reader.ended(reason);
  }

  #goLive(): void {
    this.#state = "live";
    this.#group = undefined;
    // What is not needed any more would be kept for as long as the reader is there.
    this.#head = undefined;
    this.#flows = this.#started.map((track) => this.#flowOf(track));
    this.#port.live(this, this.#isSettled);
  }

  #leave(): void {
    this.#port.leave(this);
    this.#flows = [];
  }

  /** All tracks have started. */
  get #isSettled(): boolean {
    return this.#started.length === this.tracks.length;
  }

  #flowOf(track: number): Flow {
    return { track, outlet: this.#reader.outletOf?.(track) ?? this.#reader };
  }

  /** Where playing would start in the cache: where it was paused, else at the newest group's head. */
  #start(): { readonly group: Group; readonly index: number } | undefined {
    const group = this.#cache.newest;
    const head = group?.units[0];
    if (!group || !head || !this.tracks.includes(head.track)) return undefined;
    return { group, index: group.number === this.#groupNumber ? this.#index : 0 };
  }

  #deliver(unit: AccessUnit, nowMs: number): void {
    const { track } = unit;
    if (!this.tracks.includes(track)) return;
    if (!this.#started.includes(track)) {
      if (!unit.randomAccess || (this.#index <= this.#known && leads(unit, this.#head))) return;
      this.#started = this.#started.concat(track);
    }
    this.#reader.deliver(unit, nowMs);
  }

  /** A reader may pause or close from within `deliver`. */
  #is(state: "paused" | "catching-up" | "live" | "closed"): boolean {
    return this.#state === state;
  }
}

/** Is it from before the picture that a reader starts with? There is nothing to show with it. */
function leads(unit: AccessUnit, head: AccessUnit | undefined): boolean {
  if (!head) return false;
  const leadMs = head.wallMs - unit.wallMs;
  return leadMs > 0 && leadMs < maxLeadMs;
}
