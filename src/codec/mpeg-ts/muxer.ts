import { TS_PACKET_BYTES } from "./payload.js";
import { associationSection, mapSection, PAT_PID, PMT_PID, sectionPacket } from "./tables.js";

/** What a stream of the program is. */
export interface MuxedStream {
  /** `stream_type` of ISO 13818-1 table 2-34. */
  readonly type: number;
  readonly kind: "video" | "audio";
}

/** One unit of a stream. Times are ticks of 90 kHz, not below 0; a decoder shows it at `pts` and decodes it at `dts`. */
export interface MuxedUnit {
  /** Index of the stream. */
  readonly stream: number;
  readonly pts: number;
  readonly dts: number;
  readonly randomAccess: boolean;
  readonly bytes: readonly Uint8Array[];
}

const FIRST_PID = 0x100;
const FIRST_VIDEO_ID = 0xe0;
const FIRST_AUDIO_ID = 0xc0;
/** Units are due so much later than the clock beside them says, so that decoders have time to put them together. */
const LEAD_TICKS = 18_000;
/** What times begin with, so that the clock does not begin below 0. */
const BASE_TICKS = 90_000;
/** Tables come at least so often, in ticks. */
const TABLES_TICKS = 36_000;
const HEADER_BYTES = 4;
const PAYLOAD_BYTES = TS_PACKET_BYTES - HEADER_BYTES;

/**
 * Makes a transport stream of one program (ISO 13818-1): each unit becomes a packet of its elementary stream. The first
 * video stream, or else the first one, brings the clock. Tables stand in front of its random access units and come again
 * every 0.4 s.
 */
export class TransportStreamMuxer {
  readonly #streams: readonly { readonly pid: number; readonly id: number; readonly type: number }[];
  readonly #clock: number;
  readonly #clockIsVideo: boolean;
  readonly #association: Buffer;
  readonly #map: Buffer;
  /** The last continuity counter of each PID. */
  readonly #counters = new Map<number, number>();
  #tablesDue = -Infinity;

  /** At most 16 streams of each kind. */
  constructor(streams: readonly MuxedStream[]) {
    this.#streams = streams.map(({ type, kind }, index) => ({
      pid: FIRST_PID + index,
      id:
        (kind === "video" ? FIRST_VIDEO_ID : FIRST_AUDIO_ID) +
        streams.slice(0, index).filter((other) => other.kind === kind).length,
      type,
    }));
    this.#clock = Math.max(
      0,
      streams.findIndex(({ kind }) => kind === "video"),
    );
    this.#clockIsVideo = streams[this.#clock]?.kind === "video";
    this.#association = associationSection();
    this.#map = mapSection(FIRST_PID + this.#clock, this.#streams);
  }

  /** Transport packets of a unit; `starts` tells whether a reader can start with them. */
  write(unit: MuxedUnit): { readonly bytes: Buffer; readonly starts: boolean } {
    const stream = this.#streams[unit.stream];
    if (!stream) throw new RangeError(`stream ${unit.stream}`);
    const bringsClock = unit.stream === this.#clock;
    const opens = bringsClock && unit.randomAccess;
    const packets: Buffer[] = [];
    if ((opens && this.#clockIsVideo) || unit.dts >= this.#tablesDue) {
      this.#tablesDue = unit.dts + TABLES_TICKS;
      packets.push(this.#table(PAT_PID, this.#association), this.#table(PMT_PID, this.#map));
    }
    const starts = opens && packets.length > 0;
    const head = pesHeader(stream.id, unit);
    const clock = bringsClock ? unit.dts + BASE_TICKS - LEAD_TICKS : undefined;
    packets.push(this.#packets(stream.pid, Buffer.concat([head, ...unit.bytes]), clock, unit.randomAccess));
    return { bytes: Buffer.concat(packets), starts };
  }

  #table(pid: number, section: Buffer): Buffer {
    return sectionPacket(pid, this.#count(pid), section);
  }

  #count(pid: number): number {
    const counter = ((this.#counters.get(pid) ?? -1) + 1) & 0x0f;
    this.#counters.set(pid, counter);
    return counter;
  }

  /** `pes` over as many transport packets as it needs; the last one is filled up with an adaptation field. */
  #packets(pid: number, pes: Buffer, clock: number | undefined, randomAccess: boolean): Buffer {
    const first = adaptation(clock, randomAccess);
    const count = Math.ceil((first.length + pes.length) / PAYLOAD_BYTES);
    const out = Buffer.alloc(count * TS_PACKET_BYTES, 0xff);
    let taken = 0;
    for (let index = 0; index < count; index++) {
      const start = index * TS_PACKET_BYTES;
      const field = index === 0 ? first : Buffer.alloc(0);
      const size = Math.min(PAYLOAD_BYTES - field.length, pes.length - taken);
      const fieldBytes = PAYLOAD_BYTES - size;
      out[start] = 0x47;
      out[start + 1] = (index === 0 ? 0x40 : 0) | (pid >> 8);
      out[start + 2] = pid & 0xff;
      out[start + 3] = (fieldBytes > 0 ? 0x30 : 0x10) | this.#count(pid);
      if (fieldBytes > 0) {
        field.copy(out, start + HEADER_BYTES);
        out[start + HEADER_BYTES] = fieldBytes - 1;
        if (field.length === 0 && fieldBytes > 1) out[start + HEADER_BYTES + 1] = 0;
      }
      pes.copy(out, start + HEADER_BYTES + fieldBytes, taken, taken + size);
      taken += size;
    }
    return out;
  }
}

/*
 * ISO 13818-1 §2.4.3.4: length | discontinuity, random access, priority, PCR, … | base 33, reserved 6, extension 9
 */
function adaptation(clock: number | undefined, randomAccess: boolean): Buffer {
  if (clock === undefined && !randomAccess) return Buffer.alloc(0);
  const field = Buffer.alloc(clock === undefined ? 2 : 8);
  field[1] = (randomAccess ? 0x40 : 0) | (clock === undefined ? 0 : 0x10);
  if (clock !== undefined) {
    const base = wrapped(clock);
    field.writeUInt32BE(Math.floor(base / 2), 2);
    field[6] = (base % 2) * 0x80 + 0x7e;
  }
  return field;
}

/*
 * ISO 13818-1 §2.4.3.6: 00 00 01 | stream id | length 16 | 10, …, aligned | PTS, DTS, … | header length | PTS | DTS
 */
function pesHeader(id: number, { pts, dts, bytes }: MuxedUnit): Buffer {
  const hasDts = dts !== pts;
  const times = hasDts ? [...stamp(0x30, pts), ...stamp(0x10, dts)] : stamp(0x20, pts);
  const length = bytes.reduce((total, { length: one }) => total + one, 3 + times.length);
  // Only video may leave its length open.
  const stated = id >= FIRST_VIDEO_ID || length > 0xffff ? 0 : length;
  return Buffer.from([
    ...[0, 0, 1, id, stated >> 8, stated & 0xff],
    ...[0x84, hasDts ? 0xc0 : 0x80, times.length],
    ...times,
  ]);
}

/** A time as 3, 15 and 15 bits, each with a one behind it. */
function stamp(prefix: number, ticks: number): readonly number[] {
  const time = wrapped(ticks + BASE_TICKS);
  const high = Math.floor(time / 2 ** 30);
  const low = time % 2 ** 30;
  return [prefix | (high << 1) | 1, low >> 22, ((low >> 14) & 0xfe) | 1, (low >> 7) & 0xff, ((low << 1) & 0xfe) | 1];
}

const wrapped = (ticks: number): number => ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33;
