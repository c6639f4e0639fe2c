import type { MediaFormat } from "#codec/format";
import { CodedError } from "#util/errors";
import type { Closable } from "#util/scope";

/** A picture that can be decoded alone, and the size wanted. */
export interface KeyFrame {
  /** H264 or H265, with the parameter sets that are known. */
  readonly format: MediaFormat;
  /** The NAL units of one access unit, without start codes. */
  readonly payload: readonly Uint8Array[];
  /** Size in pixels, 16…8192; if only one is given the other follows the picture's shape, if none the picture stays. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * Makes still pictures. Failures are `CodedError`s: `picture-format` (not H.264 or H.265), `picture-size` (a size or an
 * amount of data out of range), `picture-busy` (too many wait, or closed), `picture-timeout`, `picture-failed`.
 */
export interface PictureMaker extends Closable {
  /** What does the work, for the log. */
  readonly name: string;
  /** The key frame as a JPEG (JFIF) image with full-range colours. */
  jpeg(frame: KeyFrame): Promise<Buffer>;
}

/** What both makers give to FFmpeg. */
export interface PictureRequest {
  /** Name of the decoder, which is also the name of its byte stream format. */
  readonly codec: "h264" | "hevc";
  /** Annex B byte stream: parameter sets and payload. */
  readonly data: Uint8Array;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** More than this in one key frame is refused. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;
/** A JPEG larger than this is refused. */
export const MAX_JPEG_BYTES = 32 * 1024 * 1024;
/** Pictures with more pixels are not decoded: 8192 × 8192. */
export const MAX_PIXELS = 8192 * 8192;
/** One picture may take this long. */
export const PICTURE_TIMEOUT_MS = 5000;
/** JPEG quantiser scale, 2 (best) … 31. */
export const JPEG_QUANTISER = 3;
/** Further pictures that may wait. */
export const MAX_WAITING = 32;

const CODECS: Readonly<Record<string, PictureRequest["codec"]>> = { H264: "h264", H265: "hevc" };
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Checks the frame and puts it in the form that decoders take. */
export function pictureRequest(frame: KeyFrame): PictureRequest {
  const { encodingName, parameterSets = [] } = frame.format;
  const codec = CODECS[encodingName.toUpperCase()];
  if (!codec) throw new CodedError("picture-format", `no still pictures from ${encodingName}`, { encodingName });
  for (const size of [frame.width, frame.height])
    if (size !== undefined && !(Number.isInteger(size) && size >= 16 && size <= 8192))
      throw new CodedError("picture-size", `a picture's side has 16 to 8192 pixels, not ${size}`, { size });
  const units = [...parameterSets, ...frame.payload];
  const bytes = units.reduce((sum, unit) => sum + START_CODE.length + unit.length, 0);
  if (frame.payload.length === 0 || bytes > MAX_INPUT_BYTES)
    throw new CodedError("picture-size", `a key frame of ${bytes} bytes cannot be decoded`, { bytes });
  const data = Buffer.concat(units.flatMap((unit) => [START_CODE, unit]));
  return { codec, data, width: frame.width, height: frame.height };
}

/** Does it start and end like a JPEG image? */
export const isJpeg = (data: Uint8Array): boolean =>
  data[0] === 0xff && data[1] === 0xd8 && data.at(-2) === 0xff && data.at(-1) === 0xd9;
