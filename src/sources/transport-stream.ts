import { DecodingTimes } from "#codec/mpeg-ts/decoding-times";
import { type ElementaryStream, elementaryStreamOf } from "#codec/mpeg-ts/elementary-stream";
import { TransportStreamMuxer } from "#codec/mpeg-ts/muxer";
import { transportStreamFormat } from "#codec/mpeg-ts/payload";
import type { Depacketizer } from "#codec/payload-format";
import { findPayloadFormat } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import type { AccessUnit } from "#media/access-unit";
import type { MediaDescription, Track } from "#media/description";
import type { PathLease, Publication, Source } from "#media/path";
import type { Reader, Reading } from "#media/reader";
import { messageOf } from "#util/errors";
import { hasMarker, payloadOf } from "#wire/rtp/packet";

const CLOCK_RATE = transportStreamFormat.clockRate;
/** Most tracks of a stream that are taken. */
const MAX_TRACKS = 16;

/** Whether there is something in a stream that can be had in a transport stream. */
export const canBeMuxed = ({ tracks }: MediaDescription): boolean =>
  tracks.some(({ format, direction }) => direction === "recvonly" && elementaryStreamOf(format) !== undefined);

/**
 * Fills a path with the transport stream of another path: pictures and sound in one track, units in the order and at the time
 * in which the other path has them. What transport streams have no words for is left out: metadata, G.711, motion JPEG.
 */
export class TransportStreamSource implements Source {
  readonly #open: () => Promise<PathLease>;
  #lease: PathLease | undefined;
  #reading: Reading | undefined;
  #isClosed = false;

  /** `open` gives the path that is read. */
  constructor(open: () => Promise<PathLease>) {
    this.#open = open;
  }

  start(into: Publication): void {
    this.#begin(into).catch((error: unknown) => into.lost(messageOf(error)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reading?.close();
    await this.#lease?.close();
  }

  async #begin(into: Publication): Promise<void> {
    const lease = await this.#open();
    if (this.#isClosed) {
      await lease.close();
      return;
    }
    this.#lease = lease;
    const { path, description } = lease;
    const tracks = description.tracks.flatMap((track, index) => muxedTrack(track, index)).slice(0, MAX_TRACKS);
    into.describe({ title: description.title, tracks: [{ format: transportStreamFormat, direction: "recvonly" }] });
    const reader = new Multiplexer(tracks, () => path.description ?? description, into);
    this.#reading = path.read(
      reader,
      tracks.map(({ track }) => track),
    );
    this.#reading.play();
  }
}

/** A track of the path that is read. */
interface MuxedTrack {
  /** Its index there. */
  readonly track: number;
  readonly clockRate: number;
  readonly stream: ElementaryStream;
  readonly times: DecodingTimes;
  /** For units that come only as packets. */
  readonly depacketizer: Depacketizer | undefined;
}

function muxedTrack({ format, direction }: Track, track: number): readonly MuxedTrack[] {
  const stream = direction === "recvonly" ? elementaryStreamOf(format) : undefined;
  if (!stream) return [];
  const depacketizer = stream.kind === "audio" ? findPayloadFormat(format)?.depacketizer(format) : undefined;
  return [{ track, clockRate: format.clockRate, stream, times: new DecodingTimes(), depacketizer }];
}

/** Puts the units of a path together as they come. */
class Multiplexer implements Reader {
  readonly #tracks: readonly MuxedTrack[];
  readonly #description: () => MediaDescription;
  readonly #into: Publication;
  readonly #muxer: TransportStreamMuxer;
  #lastPts = -1;

  constructor(tracks: readonly MuxedTrack[], description: () => MediaDescription, into: Publication) {
    this.#tracks = tracks;
    this.#description = description;
    this.#into = into;
    this.#muxer = new TransportStreamMuxer(tracks.map(({ stream }) => stream));
  }

  deliver(unit: AccessUnit): void {
    const index = this.#tracks.findIndex(({ track }) => track === unit.track);
    const muxed = this.#tracks[index];
    const format = this.#description().tracks[unit.track]?.format;
    if (!muxed || !format) return;
    const { stream, times, clockRate } = muxed;
    const ticks = findStreamTraits(format)?.unitTicks?.(format) ?? 0;
    for (const [at, payload] of payloadsOf(unit, muxed).entries()) {
      const pts = Math.max(0, Math.round(((unit.pts + at * ticks) * CLOCK_RATE) / clockRate));
      const dts = stream.kind === "video" ? times.next(pts) : pts;
      const bytes = stream.bytesOf(payload, format, unit.randomAccess);
      if (bytes.length === 0) continue;
      const written = this.#muxer.write({ stream: index, pts, dts, randomAccess: unit.randomAccess, bytes });
      // Time of sending, which never goes back.
      this.#lastPts = Math.max(this.#lastPts + 1, dts);
      this.#into.write({
        track: 0,
        pts: this.#lastPts,
        wallMs: unit.wallMs,
        randomAccess: written.starts,
        payload: [written.bytes],
      });
    }
  }

  ended(reason: string): void {
    this.#into.lost(reason);
  }
}

/** The unit itself; of a relayed packet with several frames, each frame. */
function payloadsOf({ payload, rtp }: AccessUnit, { depacketizer }: MuxedTrack): readonly (readonly Uint8Array[])[] {
  if (payload.length > 0) return [payload];
  if (!depacketizer) return [];
  return Array.from({ length: rtp.count }, (_, index) => rtp.packet(index)).flatMap(
    (packet) => depacketizer.push(payloadOf(packet), hasMarker(packet))?.units ?? [],
  );
}
