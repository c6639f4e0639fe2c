import { decodeG711 } from "#codec/g711-decode";
import { reorderG726, type G726Bits } from "#codec/g726";
import { swapBytes } from "#codec/linear-pcm";
import type { MediaFormat } from "#codec/format";
import type { SoundFile, SoundFileKind, WriteAt } from "./sound-file.js";

/** How the sound of a WAV file is coded: the members of WAVEFORMATEX. */
export interface WaveFormat {
  /** The name of the coding alone. */
  readonly coding: "s16le" | "g722" | "g726";
  /** 1 is PCM; 0x45 G.726 and 0x28f G.722 are the numbers that FFmpeg knows. */
  readonly tag: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Of one sample, or codeword. */
  readonly bits: number;
  readonly bytesPerSecond: number;
  /** As the file has it. */
  readonly encode: (frame: Uint8Array) => Uint8Array;
  /** Whether bytes of 0 are silence, so that gaps can be filled. */
  readonly hasSilence: boolean;
}

const PCM = 1;
const G726 = 0x45;
const G722 = 0x28f;
const HEADER_BYTES = 44;
/** A gap up to this is filled, s: packets were lost. In a longer one nobody has talked. */
const LONGEST_GAP = 1;
/** Length of a file that is not complete yet. */
const OPEN = 0xffff_ffff;

const pcm16 = (sampleRate: number, channels: number, encode: WaveFormat["encode"]): WaveFormat => ({
  coding: "s16le",
  tag: PCM,
  sampleRate,
  channels,
  bits: 16,
  bytesPerSecond: sampleRate * channels * 2,
  encode,
  hasSilence: true,
});

/** How `format` lies in a WAV file; undefined for formats that do not. */
export function waveFormat({ encodingName, clockRate, channels = 1 }: MediaFormat): WaveFormat | undefined {
  const name = encodingName.toUpperCase();
  const g726 = /^(AAL2-)?G726-(\d\d)$/.exec(name);
  if (name === "PCMU") return pcm16(clockRate, channels, (frame) => decodeG711(frame, "mu"));
  if (name === "PCMA") return pcm16(clockRate, channels, (frame) => decodeG711(frame, "a"));
  if (name === "L16") return pcm16(clockRate, channels, (frame) => swapBytes(frame, 2));
  const plain = { channels: 1, hasSilence: false, encode: (frame: Uint8Array) => frame };
  if (name === "G722")
    return { ...plain, coding: "g722", tag: G722, sampleRate: 16_000, bits: 4, bytesPerSecond: 8000 };
  const bits = [2, 3, 4, 5].find((one) => one * 8 === Number(g726?.[2])) as G726Bits | undefined;
  if (!bits) return undefined;
  const isAal2 = g726?.[1] !== undefined;
  const encode = isAal2 ? plain.encode : (frame: Uint8Array) => reorderG726(frame, bits, "rfc3551");
  return { ...plain, coding: "g726", tag: G726, sampleRate: 8000, bits, bytesPerSecond: bits * 1000, encode };
}

/** WAV: G.711 and L16 as PCM of 16 bits, G.722 and G.726 as they are; undefined for other formats. */
export function waveSound(format: MediaFormat): SoundFileKind | undefined {
  const wave = waveFormat(format);
  return wave && { extension: "wav", open: (write) => new WaveFile(wave, format.clockRate, write) };
}

class WaveFile implements SoundFile {
  #bytes = 0;
  /** Where the next frame should begin, in ticks; undefined before the first. */
  #next: number | undefined;

  constructor(
    private readonly wave: WaveFormat,
    private readonly clockRate: number,
    private readonly write: WriteAt,
  ) {}

  async add(frame: Uint8Array, pts: number): Promise<void> {
    if (this.#next === undefined) await this.write(0, header(this.wave, OPEN));
    const { bytesPerSecond, hasSilence, encode } = this.wave;
    const gap = pts - (this.#next ?? pts);
    const data = encode(frame);
    this.#next = pts + Math.round((data.length * this.clockRate) / bytesPerSecond);
    if (hasSilence && gap > 0 && gap <= this.clockRate * LONGEST_GAP)
      await this.#append(new Uint8Array(Math.round((gap * bytesPerSecond) / this.clockRate / 2) * 2));
    await this.#append(data);
  }

  async finish(): Promise<void> {
    await this.write(0, header(this.wave, this.#bytes));
  }

  abandon(): Promise<void> {
    return this.finish();
  }

  async #append(data: Uint8Array): Promise<void> {
    await this.write(HEADER_BYTES + this.#bytes, data);
    this.#bytes += data.length;
  }
}

/*
 *  "RIFF" size "WAVE" | "fmt " 16 tag channels rate bytes/s block bits | "data" size
 */
function header({ tag, sampleRate, channels, bits, bytesPerSecond }: WaveFormat, dataBytes: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(Math.min(OPEN, dataBytes + HEADER_BYTES - 8), 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(bytesPerSecond, 28);
  head.writeUInt16LE(Math.max(1, (channels * bits) >> 3), 32);
  head.writeUInt16LE(bits, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(dataBytes, 40);
  return head;
}
