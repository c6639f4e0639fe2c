import type { MediaFormat, MediaKind } from "#codec/format";
import type { Clock } from "#host/clock";
import type { SourceUnit } from "./access-unit.js";
import type { MediaDescription } from "./description.js";
import { WallTime } from "./wall-time.js";

/** A track that a path has beside those of its source, such as metadata. It is made while somebody plays it. */
export interface SideTrack {
  /** A source that has a track of this kind itself keeps that one, and gets none from here. */
  readonly kind: MediaKind;
  /** What it carries, under a payload type that the source leaves free. */
  format(payloadType: number): MediaFormat;
  /** Begins to write, at once with what a reader has to start with. */
  start(into: SidePublication): SideRun;
}

/** Takes the units of a side track as they come up; their time is that at which they are written. */
export interface SidePublication {
  write(payload: Uint8Array): void;
}

/** A side track while it is played. */
export interface SideRun {
  /** One more reader has begun to play, and needs something to start with. */
  joined(): void;
  close(): void;
}

/** What side tracks need of their path. */
export interface SideTracksPort {
  write(unit: SourceUnit): void;
  /** Whether somebody plays the track. */
  isPlayed(track: number): boolean;
}

/** One side track of a path that runs. */
interface Side {
  readonly side: SideTrack;
  readonly track: number;
  readonly clockRate: number;
  run: SideRun | undefined;
}

/** Payload types that are tried, in this order: 107 is what cameras usually give to metadata. */
const PAYLOAD_TYPES: readonly number[] = [107, ...Array.from({ length: 32 }, (_, index) => 127 - index)];

/** The side tracks of one path, behind the tracks of its source. They run as long as the path does and they are played. */
export class SideTracks {
  readonly #all: readonly SideTrack[];
  readonly #clock: Clock;
  readonly #port: SideTracksPort;
  readonly #wall: WallTime;
  #sides: readonly Side[] = [];
  #isRunning = false;
  /** Monotonic time at which the path's run has begun, and with it the timestamps. */
  #begunMs = 0;

  constructor(all: readonly SideTrack[], clock: Clock, port: SideTracksPort) {
    this.#all = all;
    this.#clock = clock;
    this.#port = port;
    this.#wall = new WallTime(clock);
  }

  /** What the path carries with a source that describes itself so. */
  describe(source: MediaDescription): MediaDescription {
    const sides = this.#sidesOf(source);
    if (sides.length === 0) return source;
    const tracks = [...source.tracks];
    for (const side of sides) {
      const taken = new Set(tracks.map(({ format }) => format.payloadType));
      const payloadType = PAYLOAD_TYPES.find((one) => !taken.has(one));
      if (payloadType !== undefined) tracks.push({ format: side.format(payloadType), direction: "recvonly" });
    }
    return { ...source, tracks };
  }

  /** The path runs, with what `describe` has made of its source's description. */
  begin(source: MediaDescription, described: MediaDescription): void {
    this.end();
    this.#isRunning = true;
    this.#begunMs = this.#clock.monotonic();
    this.#sides = this.#sidesOf(source).flatMap((side, index) => {
      const track = source.tracks.length + index;
      const clockRate = described.tracks[track]?.format.clockRate;
      return clockRate === undefined ? [] : [{ side, track, clockRate, run: undefined }];
    });
    for (const one of this.#sides) if (this.#port.isPlayed(one.track)) this.#start(one);
  }

  /** A reader of these tracks has begun to play. */
  joined(tracks: readonly number[]): void {
    for (const one of this.#sides) {
      if (!tracks.includes(one.track)) continue;
      if (one.run) one.run.joined();
      else this.#start(one);
    }
  }

  /** A reader does not play any more. */
  left(): void {
    for (const one of this.#sides) if (one.run && !this.#port.isPlayed(one.track)) stop(one);
  }

  /** The path has ended. */
  end(): void {
    this.#isRunning = false;
    for (const one of this.#sides) stop(one);
    this.#sides = [];
  }

  #sidesOf({ tracks }: MediaDescription): readonly SideTrack[] {
    return this.#all.filter(({ kind }) => !tracks.some(({ format }) => format.kind === kind));
  }

  #start(one: Side): void {
    if (!this.#isRunning) return;
    const { track, clockRate } = one;
    let isOver = false;
    const run = one.side.start({
      write: (payload) => {
        if (isOver) return;
        const nowMs = this.#clock.monotonic();
        this.#wall.look(nowMs);
        this.#port.write({
          track,
          pts: Math.round(((nowMs - this.#begunMs) * clockRate) / 1000),
          wallMs: this.#wall.at(nowMs),
          randomAccess: true,
          payload: [payload],
        });
      },
    });
    one.run = {
      joined: () => run.joined(),
      close: () => {
        isOver = true;
        run.close();
      },
    };
    // Who has got the first unit may have left over it.
    if (!this.#port.isPlayed(track)) stop(one);
  }
}

function stop(one: Side): void {
  one.run?.close();
  one.run = undefined;
}
