import { parseFmtp } from "#wire/sdp/attributes";
import { nalsOfParameter, parameterOfNals, sameNals, withParameters } from "../fmtp.js";
import { noHead } from "../payload-format.js";
import type { StreamTraits } from "../stream-traits.js";
import { isDispensable, isRandomAccess, NalType, nalType, parameterSetsOf } from "./nal.js";
import { parseH264Sps } from "./sps.js";

const SETS = "sprop-parameter-sets";

/** H.264 in packets. Packetization mode 2, in which units come in another order (RFC 6184 §5.6), is not read. */
export const h264Traits: StreamTraits = {
  isReadable: (fmtp) => fmtp.get("packetization-mode") !== "2",
  isRandomAccess,
  isDispensable,
  // Slices begin with ue(first_mb_in_slice), for which 0 is a single 1 bit (H.264 §7.3.3).
  hasStart: (unit) =>
    ((unit.find((nal) => nalType(nal) >= NalType.slice && nalType(nal) <= NalType.idrSlice)?.[1] ?? 0) & 0x80) !== 0,
  setsAreSent: true,
  setsOf: (unit) => complete(unit),
  setsIn: (fmtp) => complete(nalsOfParameter(fmtp.get(SETS))),

  withSets(format, sets) {
    const { sps } = parameterSetsOf(sets);
    const { width, height, frameRate, profileLevelId } = parseH264Sps(sps[0] ?? noHead);
    const known = parseFmtp(format.fmtp ?? "");
    const isStated = sameNals(complete(nalsOfParameter(known.get(SETS))), sets);
    const fmtp = withParameters(format.fmtp, {
      // Packets that are too large are sent on in fragments, which mode 0 does not have.
      "packetization-mode": "1",
      ...((!isStated || !known.has("profile-level-id")) && { "profile-level-id": profileLevelId }),
      ...(!isStated && { [SETS]: parameterOfNals(sets) }),
    });
    const rate = format.frameRate ?? frameRate;
    return { ...format, fmtp, width, height, parameterSets: sets, ...(rate !== undefined && { frameRate: rate }) };
  },
};

function complete(nals: readonly Uint8Array[]): readonly Uint8Array[] {
  const { sps, pps } = parameterSetsOf(nals);
  return sps.length > 0 && pps.length > 0 ? [...sps, ...pps] : [];
}
