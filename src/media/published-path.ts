import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { CodedError } from "#util/errors";
import type { AccessUnit, SourceUnit } from "./access-unit.js";
import type { MediaDescription } from "./description.js";
import { GopCache } from "./gop-cache.js";
import { Packetizer } from "./packetizer.js";
import type { Path } from "./path.js";
import { PathReading, type Flow, type ReadingPort } from "./path-reading.js";
import { PathTrack } from "./path-track.js";
import type { Reader, Reading } from "./reader.js";
import type { SlabAllocator } from "./slab.js";

/** Counts of a path since it was made. */
export interface PathStats {
  readonly units: number;
  readonly packets: number;
  /** Bytes of RTP made, before it is multiplied by readers. */
  readonly bytes: number;
  readonly readers: number;
  /** Bytes of RTP kept for joining readers. */
  readonly cachedBytes: number;
}

export interface PathParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly memory: SlabAllocator;
  /** Most bytes of the group kept for joining readers; 0 keeps none. */
  readonly gopCacheBytes: number;
  /** Asks for the source of a path that has ended, because a reader plays it. */
  readonly revive: () => void;
  /** A reader of these tracks has begun to play while the source runs. */
  readonly joined?: (tracks: readonly number[]) => void;
  /** A random access unit of that track is wanted by somebody who has nothing to begin with. */
  readonly wanted?: (track: number) => void;
  /** A reader does not play any more. */
  readonly left?: () => void;
}

/** How long a reader that catches up waits between two blocks of packets. */
const catchUpMs = 5;

/**
 * The server's end of a path: takes units, packetises each once and hands it to whoever plays. SSRC, sequence numbers and
 * timestamps belong to the path and go on when its source is started again.
 */
export class PublishedPath implements Path {
  readonly name: string;
  readonly #parts: PathParts;
  readonly #cache: GopCache;
  readonly #epochMs: number;
  #description: MediaDescription | undefined;
  /** As the source has described itself first. */
  #begun: MediaDescription | undefined;
  #tracks: readonly PathTrack[] = [];
  #groupTrack = -1;
  #running = false;
  #units = 0;
  #packets = 0;
  #bytes = 0;
  readonly #readings = new Set<PathReading>();
  /** Readings with tracks that have not started. */
  #starting: readonly PathReading[] = [];
  #catchingUp: readonly PathReading[] = [];
  #stepping = false;
  /** The same for all readings. */
  readonly #port: ReadingPort = {
    ssrc: (track) => this.ssrc(track),
    next: (track, anyUnit) => this.#tracks[track]?.packetizer.next(anyUnit),
    rtpTimeAt: (track, wallMs) => this.#tracks[track]?.packetizer.rtpTimeAt(wallMs),
    packets: () => this.#packets,
    nowMs: () => this.#parts.clock.monotonic(),
    catchUp: (reading) => this.#catchUp(reading),
    live: (reading, settled) => this.#goLive(reading, settled),
    flow: (reading, flow, settled) => this.#flow(reading, flow, settled),
    renew: (tracks) => {
      this.#joined(tracks);
      for (const track of tracks) this.#want(track);
    },
    leave: (reading) => this.#leave(reading),
    close: (reading) => void this.#readings.delete(reading),
  };

  constructor(name: string, parts: PathParts) {
    this.name = name;
    this.#parts = parts;
    this.#cache = new GopCache(parts.gopCacheBytes);
    this.#epochMs = parts.clock.monotonic();
  }

  get description(): MediaDescription | undefined {
    return this.#description;
  }

  get stats(): PathStats {
    return {
      units: this.#units,
      packets: this.#packets,
      bytes: this.#bytes,
      readers: this.#readings.size,
      cachedBytes: this.#cache.newest?.bytes ?? 0,
    };
  }

  ssrc(track: number): number {
    const known = this.#tracks[track];
    if (!known) throw new CodedError("track-unknown", `${this.name} has no track ${track}`);
    return known.packetizer.ssrc;
  }

  /** Whether somebody plays the track. */
  isPlayed(track: number): boolean {
    for (const { isPlaying, tracks } of this.#readings) if (isPlaying && tracks.includes(track)) return true;
    return false;
  }

  read(reader: Reader, tracks: readonly number[]): Reading {
    const reading = new PathReading(reader, [...new Set(tracks)], this.#cache, this.#port);
    this.#readings.add(reading);
    return reading;
  }

  /**
   * A source begins to fill the path. False when it describes something else than the source before it did: then the
   * path cannot go on, since its readers have been told what it carries.
   */
  begin(description: MediaDescription): boolean {
    if (this.#begun && !sameTracks(this.#begun, description)) return false;
    if (!this.#begun) this.#setUp(description);
    this.#begun = description;
    this.refine(description);
    // A source that takes over from one that still runs has nothing to do with its pictures.
    this.#cache.clear();
    const elapsedMs = this.#parts.clock.monotonic() - this.#epochMs;
    for (const [index, track] of this.#tracks.entries()) {
      const { highestPts } = track.packetizer;
      const clockRate = description.tracks[index]?.format.clockRate ?? 0;
      if (highestPts !== undefined) track.offset = Math.max(highestPts + 1, Math.round((elapsedMs * clockRate) / 1000));
    }
    this.#running = true;
    return true;
  }

  /** The source knows the same tracks better now: parameter sets that it has met, the picture's size. */
  refine(description: MediaDescription): void {
    this.#description = description;
    for (const [index, { packetizer }] of this.#tracks.entries()) {
      const track = description.tracks[index];
      if (track) packetizer.refine(track.format);
    }
  }

  write(unit: SourceUnit): void {
    const to = this.#tracks[unit.track];
    if (!to || !this.#running) return;
    const { track, wallMs, randomAccess, payload } = unit;
    const pts = unit.pts + to.offset;
    const rtp = to.packetizer.packetize(unit, pts);
    if (rtp.count === 0) return;
    const published: AccessUnit = { track, pts, wallMs, randomAccess, payload, rtp };
    this.#units++;
    this.#packets += rtp.count;
    this.#bytes += rtp.bytes;
    this.#cache.add(published, randomAccess && track === this.#groupTrack);
    const nowMs = this.#parts.clock.monotonic();
    to.handOut(published, nowMs);
    for (const reading of this.#starting) reading.offer(published, nowMs);
    rtp.settle();
  }

  /** Has the source begin anew with something that can be decoded by itself, where it can do that. */
  renew(): void {
    this.#want(this.#groupTrack);
  }

  /** The source has ended; readers stay, and one that plays starts it again. */
  end(reason: string): void {
    this.#running = false;
    this.#cache.clear();
    for (const track of this.#tracks) track.clear();
    this.#starting = [];
    this.#catchingUp = [];
    for (const reading of [...this.#readings]) reading.end(reason);
  }

  #setUp(description: MediaDescription): void {
    const ssrcs = new Set<number>();
    while (ssrcs.size < description.tracks.length) ssrcs.add(this.#parts.entropy.bytes(4).readUInt32BE());
    this.#tracks = [...ssrcs].map((ssrc, index) => {
      const random = this.#parts.entropy.bytes(6);
      const identity = { ssrc, sequence: random.readUInt16BE(), rtpBase: random.readUInt32BE(2) };
      const format = description.tracks[index]?.format;
      if (!format) throw new CodedError("track-unknown", `${this.name} has no track ${index}`);
      return new PathTrack(new Packetizer(format, identity, (index * 2) % 256, this.#parts.memory));
    });
    this.#groupTrack = description.tracks.findIndex(({ format }) => format.kind === "video");
  }

  #catchUp(reading: PathReading): void {
    this.#catchingUp = [...this.#catchingUp, reading];
    this.#armCatchUp();
    this.#joined(reading.tracks);
  }

  #goLive(reading: PathReading, settled: boolean): void {
    const hasJoined = this.#catchingUp.includes(reading);
    this.#catchingUp = without(this.#catchingUp, reading);
    if (!settled) this.#starting = [...this.#starting, reading];
    for (const flow of reading.flows) this.#addFlow(flow);
    if (!hasJoined) this.#joined(reading.tracks);
    // Nothing is kept that the video could begin with.
    if (reading.tracks.includes(this.#groupTrack) && !reading.flows.some(({ track }) => track === this.#groupTrack))
      this.#want(this.#groupTrack);
  }

  #joined(tracks: readonly number[]): void {
    if (this.#running) this.#parts.joined?.(tracks);
    else this.#parts.revive();
  }

  #want(track: number): void {
    if (this.#running && track >= 0) this.#parts.wanted?.(track);
  }

  #flow(reading: PathReading, flow: Flow, settled: boolean): void {
    this.#addFlow(flow);
    if (settled) this.#starting = without(this.#starting, reading);
  }

  #addFlow({ track, outlet }: Flow): void {
    this.#tracks[track]?.add(outlet);
  }

  #leave(reading: PathReading): void {
    this.#starting = without(this.#starting, reading);
    this.#catchingUp = without(this.#catchingUp, reading);
    for (const { track, outlet } of reading.flows) this.#tracks[track]?.remove(outlet);
    this.#parts.left?.();
  }

  #armCatchUp(): void {
    if (this.#stepping) return;
    this.#stepping = true;
    this.#parts.clock.after(catchUpMs, () => {
      this.#stepping = false;
      for (const reading of this.#catchingUp) reading.catchUp();
      if (this.#catchingUp.length > 0) this.#armCatchUp();
    });
  }
}

/** Takes one occurrence out. The list itself stays as it is for whoever goes through it. */
function without<T>(list: readonly T[], one: T): readonly T[] {
  const index = list.indexOf(one);
  return index < 0 ? list : list.toSpliced(index, 1);
}

function sameTracks(one: MediaDescription, other: MediaDescription): boolean {
  return (
    one.tracks.length === other.tracks.length &&
    one.tracks.every(({ format, direction }, index) => {
      const match = other.tracks[index];
      return (
        match !== undefined &&
        direction === match.direction &&
        format.encodingName === match.format.encodingName &&
        format.payloadType === match.format.payloadType &&
        format.clockRate === match.format.clockRate &&
        format.channels === match.format.channels &&
        format.fmtp === match.format.fmtp
      );
    })
  );
}
