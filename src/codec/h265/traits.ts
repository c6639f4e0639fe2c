import { parseFmtp } from "#wire/sdp/attributes";
import { nalsOfParameter, parameterOfNals, sameNals, withParameters } from "../fmtp.js";
import { noHead } from "../payload-format.js";
import type { StreamTraits } from "../stream-traits.js";
import { isDispensable, isRandomAccess, NalType, nalType, parameterSetsOf } from "./nal.js";
import { parseH265Sps } from "./sps.js";

const NAMES = ["sprop-vps", "sprop-sps", "sprop-pps"];

/** H.265 in packets. Streams with decoding order numbers (RFC 7798 §4.4) are not read. */
export const h265Traits: StreamTraits = {
  isReadable: (fmtp) => (fmtp.get("sprop-max-don-diff") ?? "0") === "0",
  isRandomAccess,
  isDispensable,
  // Slice segments begin with first_slice_segment_in_pic_flag (H.265 §7.3.6.1).
  hasStart: (unit) => ((unit.find((nal) => nalType(nal) < NalType.vps)?.[2] ?? 0) & 0x80) !== 0,
  setsAreSent: true,
  setsOf: (unit) => complete(unit),
  setsIn: (fmtp) => complete(NAMES.flatMap((name) => nalsOfParameter(fmtp.get(name)))),

  withSets(format, sets) {
    const { vps, sps, pps } = parameterSetsOf(sets);
    const { width, height, frameRate } = parseH265Sps(sps[0] ?? noHead);
    const stated = complete(NAMES.flatMap((name) => nalsOfParameter(parseFmtp(format.fmtp ?? "").get(name))));
    const fmtp = sameNals(stated, sets)
      ? format.fmtp
      : withParameters(format.fmtp, {
          "sprop-vps": parameterOfNals(vps),
          "sprop-sps": parameterOfNals(sps),
          "sprop-pps": parameterOfNals(pps),
        });
    const rate = format.frameRate ?? frameRate;
    return {
      ...format,
      ...(fmtp !== undefined && { fmtp }),
      width,
      height,
      parameterSets: sets,
      ...(rate !== undefined && { frameRate: rate }),
    };
  },
};

function complete(nals: readonly Uint8Array[]): readonly Uint8Array[] {
  const { vps, sps, pps } = parameterSetsOf(nals);
  return vps.length > 0 && sps.length > 0 && pps.length > 0 ? [...vps, ...sps, ...pps] : [];
}
