import type { Clock } from "#host/clock";
import type { AccessUnit } from "#media/access-unit";
import type { Path } from "#media/path";
import type { FirstPacket, Reader, Reading } from "#media/reader";
import type { Logger } from "#util/log";
import { type Dropped, DropReport, sumDropped } from "../drop-report.js";
import type { SessionTrack } from "../session-track.js";

/** Somebody for whom the sender sends. */
interface Part {
  readonly reader: Reader;
  readonly tracks: readonly number[];
  hasPlayed: boolean;
}

/**
 * Reads a path once and sends it to the groups of its tracks, while anybody who takes part in it plays. A track is sent
 * while somebody plays it.
 */
export class MulticastSender implements Reader {
  readonly #path: Path;
  readonly #clock: Clock;
  readonly #tracks: readonly (SessionTrack | undefined)[];
  readonly #playing = new Set<Part>();
  /** Tracks that have had a random access unit and get every one that follows. */
  readonly #started = new Set<number>();
  #wanted: ReadonlySet<number> = new Set();
  #reading: Reading | undefined;
  #isClosed = false;
  readonly #log: Logger;
  readonly #drops: DropReport;

  /** `tracks` by their index in the description, each on the transport of its group. */
  constructor(path: Path, tracks: readonly (SessionTrack | undefined)[], clock: Clock, log: Logger) {
    this.#path = path;
    this.#tracks = tracks;
    this.#clock = clock;
    this.#log = log.child({ path: path.name, transport: "UDP-multicast" });
    this.#drops = new DropReport(this.#log, "the network");
  }

  /** A reading that shares the sender's packets; `reader` is told only when the path ends. */
  read(reader: Reader, tracks: readonly number[]): Reading {
    const part: Part = { reader, tracks, hasPlayed: false };
    const pause = (): void => this.#pause(part);
    const renew = (track?: number): void => this.#reading?.renew(track);
    return { first: (track) => this.#first(track, part), play: () => this.#play(part), pause, renew, close: pause };
  }

  deliver(unit: AccessUnit): void {
    const { track, randomAccess } = unit;
    if (!this.#wanted.has(track)) return;
    if (!this.#started.has(track)) {
      if (!randomAccess) return;
      this.#started.add(track);
    }
    this.#tracks[track]?.send(unit, this.#clock.monotonic());
  }

  ended(reason: string): void {
    const parts = [...this.#playing];
    this.#playing.clear();
    this.#goodbye(reason);
    this.#want();
    for (const { reader } of parts) reader.ended(reason);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    if (this.#playing.size > 0) for (const track of this.#tracks) track?.tick(nowMs);
    this.#drops.tick(this.#dropped, nowMs);
  }

  /** Says goodbye to the groups and sends no more. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#playing.clear();
    this.#reading?.close();
    this.#goodbye(reason);
    for (const track of this.#tracks) track?.transport.close();
    const { droppedUnits } = this.#dropped;
    if (droppedUnits > 0) this.#log.warn("multicast has ended with access units dropped", { reason, droppedUnits });
  }

  get #dropped(): Dropped {
    return sumDropped(this.#tracks.flatMap((track) => track ?? []));
  }

  /** Known only while nothing is sent: those who join a stream that runs take what comes next. */
  #first(track: number, part: Part): FirstPacket | undefined {
    return this.#playing.size === 0 && !this.#isClosed ? this.#readingFor(part).first(track) : undefined;
  }

  #play(part: Part): void {
    if (this.#isClosed || this.#playing.has(part)) return;
    const isFirst = this.#playing.size === 0;
    const reading = isFirst ? this.#readingFor(part) : this.#reading;
    this.#playing.add(part);
    this.#want();
    part.hasPlayed = true;
    // Whoever joins learns at once what the timestamps mean: players that learn it later have to jump.
    for (const track of this.#tracks) track?.restart();
    if (isFirst) reading?.play();
    else reading?.renew();
  }

  #pause(part: Part): void {
    if (!this.#playing.delete(part)) return;
    this.#want();
    if (this.#playing.size === 0) this.#reading?.pause();
  }

  /** Goes on where it was paused for one who has played; whoever is new gets the newest random access point. */
  #readingFor({ hasPlayed }: Part): Reading {
    if (!hasPlayed) {
      this.#reading?.close();
      this.#reading = undefined;
      this.#started.clear();
    }
    this.#reading ??= this.#path.read(
      this,
      this.#tracks.flatMap((track) => track?.index ?? []),
    );
    return this.#reading;
  }

  #want(): void {
    this.#wanted = new Set([...this.#playing].flatMap(({ tracks }) => tracks));
    if (this.#playing.size > 0)
      for (const track of this.#started) if (!this.#wanted.has(track)) this.#started.delete(track);
  }

  #goodbye(reason: string): void {
    const nowMs = this.#clock.monotonic();
    for (const track of this.#tracks) if (track && track.statistics.packets > 0) track.goodbye(reason, nowMs);
  }
}
