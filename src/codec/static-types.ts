import type { RtpMap } from "#wire/sdp/attributes";

/** Encodings, clock rates and channels of RFC 3551 tables 4 and 5, by payload type. */
const assigned: Readonly<Record<number, readonly [encodingName: string, clockRate: number, channels?: number]>> =
  Object.freeze({
    0: ["PCMU", 8000, 1],
    3: ["GSM", 8000, 1],
    4: ["G723", 8000, 1],
    5: ["DVI4", 8000, 1],
    6: ["DVI4", 16_000, 1],
    7: ["LPC", 8000, 1],
    8: ["PCMA", 8000, 1],
    9: ["G722", 8000, 1],
    10: ["L16", 44_100, 2],
    11: ["L16", 44_100, 1],
    12: ["QCELP", 8000, 1],
    13: ["CN", 8000, 1],
    14: ["MPA", 90_000],
    15: ["G728", 8000, 1],
    16: ["DVI4", 11_025, 1],
    17: ["DVI4", 22_050, 1],
    18: ["G729", 8000, 1],
    25: ["CelB", 90_000],
    26: ["JPEG", 90_000],
    28: ["nv", 90_000],
    31: ["H261", 90_000],
    32: ["MPV", 90_000],
    33: ["MP2T", 90_000],
    34: ["H263", 90_000],
  });

/** What payload type `payloadType` stands for without `a=rtpmap` (RFC 3551 §6); undefined for types without a meaning. */
export function staticRtpMap(payloadType: number): RtpMap | undefined {
  const found = assigned[payloadType];
  if (!found) return undefined;
  const [encodingName, clockRate, channels] = found;
  return { payloadType, encodingName, clockRate, ...(channels !== undefined && { channels }) };
}

/** First dynamic payload type (RFC 3551 §6). */
export const firstDynamicType = 96;
