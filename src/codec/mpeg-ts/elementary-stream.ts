import { DecodeError } from "#util/errors";
import { adtsHeaders, MAX_ADTS_RAW_BYTES } from "../aac/adts.js";
import type { MediaFormat } from "../format.js";
import { NalType as H264Type, nalType as h264Type } from "../h264/nal.js";
import { NalType as H265Type, nalType as h265Type } from "../h265/nal.js";
import { StartCodeValue } from "../mpeg-video/headers.js";
import { startCodes } from "../start-codes.js";
import { findStreamTraits } from "../stream-traits.js";

/** How the units of one encoding lie in a transport stream. */
export interface ElementaryStream {
  /** `stream_type` of ISO 13818-1 table 2-34. */
  readonly type: number;
  readonly kind: "video" | "audio";
  /** A unit as bytes of the stream; random access units bring the parameter sets of `format`. */
  bytesOf(unit: readonly Uint8Array[], format: MediaFormat, randomAccess: boolean): readonly Uint8Array[];
}

const startCode = Uint8Array.of(0, 0, 0, 1);
/** Access unit delimiters in front of pictures of any kind, which transport streams must have. */
const h264Delimiter = Uint8Array.of(0x09, 0xf0);
const h265Delimiter = Uint8Array.of(0x46, 0x01, 0x50);

/** How the units of `format` lie in a transport stream; undefined for what players do not find in one. */
export function elementaryStreamOf(format: MediaFormat): ElementaryStream | undefined {
  const [sets = new Uint8Array(0)] = format.parameterSets ?? [];
  switch (format.encodingName.toUpperCase()) {
    case "H264":
      return nalStream(0x1b, h264Delimiter, (nal) => h264Type(nal) === H264Type.accessUnitDelimiter);
    case "H265":
      return nalStream(0x24, h265Delimiter, (nal) => h265Type(nal) === H265Type.accessUnitDelimiter);
    case "MPV":
      return pictureStream([...startCodes(sets)].some(({ code }) => code === StartCodeValue.extension) ? 0x02 : 0x01);
    case "MP4V-ES":
      return pictureStream(0x10);
    case "MPA":
      // A header without the bit is that of the low sample rates of MPEG-2.
      return { type: ((sets[1] ?? 0xff) & 0x08) === 0 ? 0x04 : 0x03, kind: "audio", bytesOf: (unit) => unit };
    case "MPEG4-GENERIC":
    case "MP4A-LATM":
      return aacStream(sets);
    default:
      return undefined;
  }
}

function nalStream(type: number, delimiter: Uint8Array, isDelimiter: (nal: Uint8Array) => boolean): ElementaryStream {
  return {
    type,
    kind: "video",
    bytesOf: (unit, format, randomAccess) =>
      [delimiter, ...setsBefore(unit, format, randomAccess), ...unit.filter((nal) => !isDelimiter(nal))].flatMap(
        (nal) => [startCode, nal],
      ),
  };
}

const pictureStream = (type: number): ElementaryStream => ({
  type,
  kind: "video",
  bytesOf: (unit, format, randomAccess) => [...setsBefore(unit, format, randomAccess), ...unit],
});

/** Raw frames in ADTS; undefined for a configuration that ADTS cannot tell. */
function aacStream(config: Uint8Array): ElementaryStream | undefined {
  try {
    const headerFor = adtsHeaders(config);
    return (
      headerFor && {
        type: 0x0f,
        kind: "audio",
        bytesOf: (unit) =>
          unit
            .filter(({ length }) => length > 0 && length <= MAX_ADTS_RAW_BYTES)
            .flatMap((frame) => [headerFor(frame.length), frame]),
      }
    );
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function setsBefore(unit: readonly Uint8Array[], format: MediaFormat, randomAccess: boolean): readonly Uint8Array[] {
  const hasSets = !randomAccess || (findStreamTraits(format)?.setsOf(unit).length ?? 0) > 0;
  return hasSets ? [] : (format.parameterSets ?? []);
}
