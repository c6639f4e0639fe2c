import type { MediaFormat } from "../format.js";
import { nalPayload } from "../nal-payload.js";
import { noHead } from "../payload-format.js";
import { NalType, nalType } from "./nal.js";
import { parseH265Sps } from "./sps.js";

/**
 * The format of an H.265 track. The sets are whole NAL units; the first sequence parameter set speaks for the stream.
 * Throws a DecodeError when it cannot be read.
 */
export function h265Format(
  sets: {
    readonly vps: readonly Uint8Array[];
    readonly sps: readonly Uint8Array[];
    readonly pps: readonly Uint8Array[];
  },
  payloadType: number,
): MediaFormat {
  const sps = parseH265Sps(sets.sps[0] ?? noHead);
  const sprop = (name: string, nals: readonly Uint8Array[]): string =>
    `; sprop-${name}=${nals.map((nal) => Buffer.from(nal).toString("base64")).join(",")}`;
  const fmtp =
    `profile-space=${sps.profileSpace}; profile-id=${sps.profileId}; tier-flag=${sps.tierFlag}; level-id=${sps.levelId}` +
    sprop("vps", sets.vps) +
    sprop("sps", sets.sps) +
    sprop("pps", sets.pps);
  return {
    kind: "video",
    encodingName: "H265",
    payloadType,
    clockRate: 90_000,
    fmtp,
    width: sps.width,
    height: sps.height,
    ...(sps.frameRate === undefined ? {} : { frameRate: sps.frameRate }),
    parameterSets: [...sets.vps, ...sets.sps, ...sets.pps],
  };
}

/** Packet types of RFC 7798 §4.4. */
const aggregation = 48;
const fragmentation = 49;

/**
 * RTP payload of H.265 (RFC 7798): single NAL units and fragmentation units are sent, aggregation packets are understood
 * as well, and decoding order numbers (`sprop-max-don-diff` above 0) skipped. Delimiters and filler are not sent.
 *
 * Fragmentation unit (§4.4.3): the NAL unit's two header bytes with type 49, then the FU header.
 *
 *     |F|    49     | layer id  | TID |S|E|   type    | rest of the NAL unit …
 */
export const h265Payload = nalPayload({
  headerBytes: 2,
  typeOf: nalType,
  spsType: NalType.sps,
  unsentTypes: new Set([NalType.accessUnitDelimiter, NalType.fillerData]),
  aggregationType: aggregation,
  fragmentationType: fragmentation,
  isSingle: (type) => type < aggregation,
  fragmentHead: (nal, edge) =>
    Uint8Array.of(((nal[0] ?? 0) & 0x81) | (fragmentation << 1), nal[1] ?? 0, edge | nalType(nal)),
  headerFrom: (fragment) =>
    Uint8Array.of(((fragment[0] ?? 0) & 0x81) | (((fragment[2] ?? 0) & 0x3f) << 1), fragment[1] ?? 0),
  tellsOrder: (fmtp) => Number(fmtp.get("sprop-max-don-diff") ?? 0) > 0,
});
