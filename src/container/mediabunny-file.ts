import {
  CustomSource,
  EncodedPacketSink,
  Input,
  InputDisposedError,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  WAVE,
  WEBM,
  type InputTrack,
} from "mediabunny";
import type { MediaFormat } from "#codec/format";
import { CodedError, DecodeError, messageOf } from "#util/errors";
import type { ByteSource, MediaFile, Sample } from "./media-file.js";
import { interleaved, withDueTimes, type UntimedSample } from "./sample-order.js";
import { sampleTrack, type SampleTrack } from "./track-format.js";

/** Bytes of a file that stay in memory while it is open. */
const cacheBytes = 1024 * 1024;

/** Opens a file with the mediabunny library: what it reads well of that which can hold a codec we send. */
export async function openWithMediabunny(source: ByteSource): Promise<MediaFile> {
  // The library prints to the console by itself; its findings come back as errors anyway.
  Logging.level = LogLevel.Silent;
  const input = new Input({
    formats: [MP4, QTFF, MATROSKA, WEBM, MPEG_TS, WAVE],
    source: new CustomSource({
      getSize: () => source.size,
      read: (start, end) => source.read(start, end - start),
      maxCacheSize: cacheBytes,
      prefetchProfile: "fileSystem",
      handleUnhandledError: () => undefined,
    }),
  });
  try {
    return await asDecodeError(() => MediabunnyFile.open(input, source));
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** Seconds that sound may start before or end after the pictures without being taken for content of its own. */
const soundMargin = 0.5;

class MediabunnyFile implements MediaFile {
  readonly formats: readonly MediaFormat[];
  readonly skipped: readonly string[];
  readonly loopSeconds: number;
  readonly #input: Input;
  readonly #tracks: readonly SampleTrack[];
  /** Time in the file at which ours starts. */
  readonly #origin: number;

  private constructor(
    input: Input,
    tracks: readonly SampleTrack[],
    skipped: readonly string[],
    origin: number,
    loopSeconds: number,
  ) {
    this.#input = input;
    this.#tracks = tracks;
    this.#origin = origin;
    this.formats = tracks.map(({ format }) => format);
    this.skipped = skipped;
    this.loopSeconds = loopSeconds;
  }

  static async open(input: Input, source: ByteSource): Promise<MediabunnyFile> {
    if (!(await input.canRead())) throw new DecodeError("container-unknown", "this is no media file that can be read");
    const tracks: SampleTrack[] = [];
    const skipped: string[] = [];
    for (const track of await input.getTracks()) {
      const usable = await sampleTrack(track, tracks.length, source);
      if (usable) tracks.push(usable);
      else skipped.push(`${track.type} track ${track.number} (${await codecOf(track)})`);
    }
    if (tracks.length === 0) {
      throw new DecodeError("tracks-unusable", `no track can be sent: ${skipped.join(", ") || "there is none"}`);
    }
    const spans = await Promise.all(tracks.map(spanOf));
    const origin = originOf(spans);
    return new MediabunnyFile(input, tracks, skipped, origin, loopEndOf(spans) - origin);
  }

  async *samples(fromSeconds = 0): AsyncGenerator<Sample, void, undefined> {
    const start = await asDecodeError(() => this.#startAt(fromSeconds + this.#origin));
    const all = interleaved(this.#tracks.map((track, index) => withDueTimes(this.#unitsOf(track, index, start))));
    try {
      for (;;) {
        const next = await asDecodeError(() => all.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await all.return();
    }
  }

  close(): void {
    this.#input.dispose();
  }

  /** The time of the random access picture at or before `time`, the same for all tracks. */
  async #startAt(time: number): Promise<number> {
    const video = this.#tracks.find(({ format }) => format.kind === "video");
    if (!video) return time;
    const sink = new EncodedPacketSink(video.input);
    const packet = (await sink.getKeyPacket(time, { metadataOnly: true })) ?? (await sink.getFirstKeyPacket());
    return packet?.timestamp ?? time;
  }

  async *#unitsOf(track: SampleTrack, index: number, start: number): AsyncGenerator<UntimedSample, void, undefined> {
    const sink = new EncodedPacketSink(track.input);
    const { kind, clockRate } = track.format;
    const first = kind === "video" ? await sink.getKeyPacket(start) : await sink.getPacket(start);
    const unpack = track.unpacker();
    for await (const packet of sink.packets(first ?? undefined)) {
      const { units, aheadTicks } = unpack(packet.data);
      for (const [number, payload] of units.entries()) {
        const time = packet.timestamp + (number * track.ticks - aheadTicks) / clockRate;
        const middle = time + track.ticks / 2 / clockRate;
        if (kind === "audio" && (middle < start || middle > this.#origin + this.loopSeconds)) continue;
        yield {
          track: index,
          seconds: time - this.#origin,
          ticks: track.ticks,
          randomAccess: kind === "audio" || packet.type === "key",
          payload,
        };
      }
    }
  }
}

/** Where a track starts and ends in the file, seconds. */
interface Span {
  readonly kind: MediaFormat["kind"];
  readonly start: number;
  readonly end: number;
}

async function spanOf({ input, format }: SampleTrack): Promise<Span> {
  const start = await input.getFirstTimestamp();
  const end = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
  if (!Number.isFinite(start) || !Number.isFinite(end)) throw new DecodeError("track-time", "a track has no times");
  return { kind: format.kind, start, end };
}

/** The pictures' start; sound that leads by little, or that no one is meant to hear (negative times), is left out. */
function originOf(spans: readonly Span[]): number {
  const video = spans.filter(({ kind }) => kind === "video").map(({ start }) => start);
  const audio = spans.filter(({ kind }) => kind === "audio").map(({ start }) => Math.max(0, start));
  const pictures = Math.min(...video);
  const sound = Math.min(...audio);
  return sound < pictures - soundMargin || video.length === 0 ? sound : pictures;
}

function loopEndOf(spans: readonly Span[]): number {
  const pictures = Math.max(...spans.filter(({ kind }) => kind === "video").map(({ end }) => end));
  const sound = Math.max(...spans.filter(({ kind }) => kind === "audio").map(({ end }) => end));
  return sound > pictures + soundMargin ? sound : pictures > -Infinity ? pictures : sound;
}

async function codecOf(track: InputTrack): Promise<string> {
  const id = (await track.getCodec()) ?? (await track.getInternalCodecId());
  if (id instanceof Uint8Array) return Buffer.from(id).toString("hex");
  return id === null ? "unknown codec" : String(id);
}

/** What the library throws says that the content is damaged; failures of our own byte source stay what they are. */
async function asDecodeError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (error instanceof InputDisposedError) throw new CodedError("file-closed", "the file has been closed");
    throw new DecodeError("container-damaged", `the file is damaged: ${messageOf(error)}`, {}, { cause: error });
  }
}
