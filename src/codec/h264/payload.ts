import type { MediaFormat } from "../format.js";
import { nalPayload } from "../nal-payload.js";
import { noHead } from "../payload-format.js";
import { NalType, nalType } from "./nal.js";
import { parseH264Sps } from "./sps.js";

/**
 * The format of an H.264 track. `sps` and `pps` are whole NAL units; the first sequence parameter set speaks for the
 * stream. Throws a DecodeError when it cannot be read.
 */
export function h264Format(sps: readonly Uint8Array[], pps: readonly Uint8Array[], payloadType: number): MediaFormat {
  const { profileLevelId, width, height, frameRate } = parseH264Sps(sps[0] ?? noHead);
  const parameterSets = [...sps, ...pps];
  const sprop = parameterSets.map((nal) => Buffer.from(nal).toString("base64")).join(",");
  return {
    kind: "video",
    encodingName: "H264",
    payloadType,
    clockRate: 90_000,
    fmtp: `packetization-mode=1; profile-level-id=${profileLevelId}; sprop-parameter-sets=${sprop}`,
    width,
    height,
    ...(frameRate === undefined ? {} : { frameRate }),
    parameterSets,
  };
}

/** Packet types of RFC 6184 §5.2. */
const stapA = 24;
const fuA = 28;

/**
 * RTP payload of H.264, packetization mode 1 (RFC 6184 §6.3): single NAL units and FU-A are sent, STAP-A is understood
 * as well. Access unit delimiters and filler data are not sent.
 *
 * FU-A (§5.8): indicator and header replace the NAL unit's first byte.
 *
 *     |F|NRI|   28    |S|E|R|  type   | rest of the NAL unit …
 */
export const h264Payload = nalPayload({
  headerBytes: 1,
  typeOf: nalType,
  spsType: NalType.sps,
  unsentTypes: new Set([NalType.accessUnitDelimiter, NalType.fillerData]),
  aggregationType: stapA,
  fragmentationType: fuA,
  isSingle: (type) => type > 0 && type < stapA,
  fragmentHead(nal, edge) {
    const first = nal[0] ?? 0;
    return Uint8Array.of((first & 0xe0) | fuA, edge | (first & 0x1f));
  },
  headerFrom: (fragment) => Uint8Array.of(((fragment[0] ?? 0) & 0xe0) | ((fragment[1] ?? 0) & 0x1f)),
});
