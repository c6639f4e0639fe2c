import {
  AdtsOutputFormat,
  EncodedAudioPacketSource,
  EncodedPacket,
  OggOutputFormat,
  Output,
  StreamTarget,
  type AudioCodec,
  type OutputFormat,
  type StreamTargetChunk,
} from "mediabunny";
import type { MediaFormat } from "#codec/format";
import { opusTicks } from "#codec/opus/payload";
import type { SoundFile, SoundFileKind, WriteAt } from "./sound-file.js";

/** An encoding whose frames the library puts into a file. */
interface Encoding {
  readonly extension: "ogg" | "aac";
  readonly codec: AudioCodec;
  readonly codecString: string;
  readonly output: () => OutputFormat;
  /** What a decoder has to know; made up where RTP does not carry it. */
  readonly description: (format: MediaFormat) => Uint8Array | undefined;
  /** Ticks that a frame lasts. */
  readonly ticks: (frame: Uint8Array) => number;
}

/** From one page of Ogg to the next, s: who reads the file while it grows does not wait long. */
const PAGE_SECONDS = 0.5;
const AAC_FRAME_TICKS = 1024;

/*
 * RFC 7845 §5.1: "OpusHead" version channels | pre-skip 16 | input rate 32 | gain 16 | mapping family
 */
function opusHead(): Uint8Array {
  const head = Buffer.alloc(19);
  head.write("OpusHead", "latin1");
  head.writeUInt8(1, 8);
  head.writeUInt8(2, 9);
  head.writeUInt32LE(48_000, 12);
  return head;
}

const encodings: Readonly<Record<string, Encoding>> = Object.freeze({
  OPUS: {
    extension: "ogg",
    codec: "opus",
    codecString: "opus",
    output: () => new OggOutputFormat({ maximumPageDuration: PAGE_SECONDS }),
    description: opusHead,
    ticks: opusTicks,
  },
  "MPEG4-GENERIC": {
    extension: "aac",
    codec: "aac",
    codecString: "mp4a.40.2",
    output: () => new AdtsOutputFormat(),
    description: ({ parameterSets }) => parameterSets?.[0],
    ticks: () => AAC_FRAME_TICKS,
  },
});

/** Ogg for Opus, ADTS for AAC; undefined for other formats. */
export function encodedSound(format: MediaFormat): (SoundFileKind & { readonly extension: "ogg" | "aac" }) | undefined {
  const name = format.encodingName.toUpperCase();
  const encoding = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
  return encoding && { extension: encoding.extension, open: (write) => new EncodedSoundFile(format, encoding, write) };
}

class EncodedSoundFile implements SoundFile {
  readonly #output: Output;
  readonly #source: EncodedAudioPacketSource;
  #first: number | undefined;

  constructor(
    private readonly format: MediaFormat,
    private readonly encoding: Encoding,
    write: WriteAt,
  ) {
    this.#source = new EncodedAudioPacketSource(encoding.codec);
    const target = new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => write(position, data) });
    this.#output = new Output({ format: encoding.output(), target: new StreamTarget(target) });
    this.#output.addAudioTrack(this.#source);
  }

  async add(frame: Uint8Array, pts: number): Promise<void> {
    const isFirst = this.#first === undefined;
    if (isFirst) await this.#output.start();
    this.#first ??= pts;
    const { clockRate, channels = 1 } = this.format;
    const seconds = (ticks: number): number => ticks / clockRate;
    const packet = new EncodedPacket(frame, "key", seconds(pts - this.#first), seconds(this.encoding.ticks(frame)));
    const description = this.encoding.description(this.format);
    const decoderConfig = {
      codec: this.encoding.codecString,
      sampleRate: clockRate,
      numberOfChannels: channels,
      ...(description && { description }),
    };
    await this.#source.add(packet, isFirst ? { decoderConfig } : undefined);
  }

  async finish(): Promise<void> {
    if (this.#first !== undefined) await this.#output.finalize();
  }

  async abandon(): Promise<void> {
    await this.#output.cancel();
  }
}
