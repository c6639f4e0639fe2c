import { DecodeError } from "#util/errors";
import { parseFmtp } from "#wire/sdp/attributes";
import type { StreamTraits } from "../stream-traits.js";
import { parseAacConfig } from "./config.js";

/** AAC in packets of RFC 3640, as long as it is mode AAC-hbr; other modes have headers of other sizes. */
export const aacTraits: StreamTraits = {
  isReadable(fmtp) {
    const isHighBitRate = fmtp.get("mode")?.toLowerCase() === "aac-hbr" && fmtp.get("sizelength") === "13";
    try {
      return isHighBitRate && parseAacConfig(configOf(fmtp)).sampleRate > 0;
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
  },
  isRandomAccess: () => true,
  hasStart: () => true,
  setsOf: () => [],
  setsAreSent: false,

  setsIn: (fmtp) => [configOf(fmtp)],

  /** The configuration is told only there, so it never changes. */
  withSets: (format, sets) => ({ ...format, parameterSets: sets }),

  unitTicks({ fmtp, clockRate }) {
    const { frameSamples, sampleRate } = parseAacConfig(configOf(parseFmtp(fmtp ?? "")));
    return Math.round((frameSamples * clockRate) / sampleRate);
  },
};

const configOf = (fmtp: ReadonlyMap<string, string>): Uint8Array => Buffer.from(fmtp.get("config") ?? "", "hex");
