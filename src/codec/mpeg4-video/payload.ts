import { parseFmtp } from "#wire/sdp/attributes";
import type { MediaFormat } from "../format.js";
import { withParameters } from "../fmtp.js";
import { evenPieces, joined, noHead, type PayloadFormat } from "../payload-format.js";
import { PiecesDepacketizer } from "../pieces.js";
import { beginsWithStartCode } from "../start-codes.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import { configOf, isDispensable, isIntra, parseMpeg4VideoConfig } from "./headers.js";

/**
 * The format of an MPEG-4 video (part 2) track. `config` is what stands in front of the first picture: visual object
 * sequence, visual object and video object layer headers. Throws a DecodeError when it cannot be read.
 */
export const mpeg4VideoFormat = (config: Uint8Array, payloadType: number): MediaFormat =>
  withConfig({ kind: "video", encodingName: "MP4V-ES", payloadType, clockRate: 90_000 }, config);

function withConfig(format: MediaFormat, config: Uint8Array): MediaFormat {
  const { profileLevelId, frameRate: coded, ...size } = parseMpeg4VideoConfig(config);
  const frameRate = format.frameRate ?? coded;
  const hex = Buffer.from(config).toString("hex").toUpperCase();
  const isStated =
    parseFmtp(format.fmtp ?? "")
      .get("config")
      ?.toUpperCase() === hex;
  const stated = { "profile-level-id": String(profileLevelId), config: hex };
  const fmtp = isStated ? format.fmtp : withParameters(format.fmtp, stated);
  return {
    ...format,
    ...(fmtp !== undefined && { fmtp }),
    ...size,
    ...(frameRate !== undefined && { frameRate }),
    parameterSets: [config],
  };
}

/**
 * RTP payload of MPEG-4 video (RFC 6416 §5): the bytes of a picture with the headers in front of it, cut anywhere; the
 * marker on its last packet. Random access pictures bring the configuration, for decoders that have not read `fmtp`.
 */
export const mpeg4VideoPayload: PayloadFormat = {
  marker: "last",
  packetize(unit, format, randomAccess, maxBytes) {
    const bytes = joined(unit);
    if (bytes.length === 0) return [];
    const whole =
      randomAccess && configOf(bytes).length === 0 ? joined([...(format.parameterSets ?? []), bytes]) : bytes;
    return evenPieces(whole, maxBytes).map((body) => ({ head: noHead, body }));
  },
  depacketizer: () =>
    new PiecesDepacketizer((body) => (body.length > 0 ? { body, starts: beginsWithStartCode(body) } : "empty")),
};

export const mpeg4VideoTraits: StreamTraits = {
  ...plainTraits,
  isRandomAccess: (unit) => isIntra(joined(unit)),
  isDispensable: (unit) => isDispensable(joined(unit)),
  setsAreSent: true,
  setsOf(unit) {
    const config = configOf(joined(unit));
    return config.length > 0 ? [config] : [];
  },
  setsIn(fmtp) {
    const config = Buffer.from(fmtp.get("config") ?? "", "hex");
    return config.length > 0 ? [config] : [];
  },
  withSets: (format, sets) => withConfig(format, joined(sets)),
};
