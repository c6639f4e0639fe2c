import { DecodeError } from "#util/errors";

/** What the header of an MPEG audio frame says (ISO 11172-3 §2.4.1.3, 13818-3). */
export interface MpegAudioHeader {
  /** 1…3; MP3 is layer 3. */
  readonly layer: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitrateKbps: number;
  /** Of one frame. */
  readonly samples: number;
  /** Of the frame with its header. */
  readonly frameBytes: number;
}

/** kbit/s by bitrate index: MPEG-1 layers 1 to 3; MPEG-2 and 2.5 layer 1, and layers 2 and 3. */
const bitrates: readonly (readonly number[])[] = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const sampleRates: readonly number[] = [44_100, 48_000, 32_000];
const mpeg1 = 3;
const reserved = 1;
const mono = 3;

/*
 *  sync 11 | version 2 | layer 2 | no CRC 1 | bitrate 4 | rate 2 | padding 1 | private 1 | mode 2 | …
 */
/** Reads the header at the start of `bytes`. Frames of free format, which do not tell their length, are refused. */
export function parseMpegAudioHeader(bytes: Uint8Array): MpegAudioHeader {
  const [a = 0, b = 0, c = 0, d] = bytes;
  const version = (b >> 3) & 3;
  const layer = 4 - ((b >> 1) & 3);
  if (a !== 0xff || b < 0xe0 || d === undefined || version === reserved || layer === 4)
    throw new DecodeError("mpeg-audio-header", "no MPEG audio frame starts here");
  const isMpeg1 = version === mpeg1;
  const bitrate = bitrates[isMpeg1 ? layer - 1 : layer === 1 ? 3 : 4]?.[c >> 4] ?? 0;
  const sampleRate = (sampleRates[(c >> 2) & 3] ?? 0) / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  if (bitrate === 0 || sampleRate === 0)
    throw new DecodeError("mpeg-audio-header", "the frame has no usable bit rate or sample rate");
  const samples = layer === 1 ? 384 : layer === 3 && !isMpeg1 ? 576 : 1152;
  // A slot is four bytes in layer 1, one in the others.
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samples * bitrate * 125) / sampleRate / slotBytes) + ((c >> 1) & 1);
  return {
    layer,
    sampleRate,
    channels: d >> 6 === mono ? 1 : 2,
    bitrateKbps: bitrate,
    samples,
    frameBytes: slots * slotBytes,
  };
}

/** Whole MPEG audio frames one after the other, as views. */
export function splitMpegAudio(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { frameBytes } = parseMpegAudioHeader(bytes.subarray(offset));
    if (offset + frameBytes > bytes.length)
      throw new DecodeError("mpeg-audio-header", "a frame is cut off", { offset });
    frames.push(bytes.subarray(offset, offset + frameBytes));
    offset += frameBytes;
  }
  return frames;
}
