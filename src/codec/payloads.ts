import { CodedError } from "#util/errors";
import { aacPayload } from "./aac/payload.js";
import { aacTraits } from "./aac/traits.js";
import { av1Payload, av1Traits } from "./av1/payload.js";
import type { MediaFormat } from "./format.js";
import { g711Payload, g711Traits } from "./g711.js";
import { g722Payload, g722Traits } from "./g722.js";
import { g726Payload, g726Traits } from "./g726.js";
import { h264Payload } from "./h264/payload.js";
import { h264Traits } from "./h264/traits.js";
import { h265Payload } from "./h265/payload.js";
import { h265Traits } from "./h265/traits.js";
import { jpegPayload, jpegTraits } from "./jpeg/payload.js";
import { latmPayload, latmTraits } from "./latm/payload.js";
import { linearPayload, linearTraits } from "./linear-pcm.js";
import { metadataPayload } from "./metadata/payload.js";
import { mpegAudioPayload, mpegAudioTraits } from "./mpeg-audio/payload.js";
import { mpegVideoPayload, mpegVideoTraits } from "./mpeg-video/payload.js";
import { mpeg4VideoPayload, mpeg4VideoTraits } from "./mpeg4-video/payload.js";
import { transportStreamPayload } from "./mpeg-ts/payload.js";
import { opusPayload, opusTraits } from "./opus/payload.js";
import type { PayloadFormat } from "./payload-format.js";
import { plainTraits } from "./plain-traits.js";
import type { StreamTraits } from "./stream-traits.js";
import { vp8Payload, vp8Traits } from "./vp8/payload.js";
import { vp9Payload, vp9Traits } from "./vp9/payload.js";

/** What is known here of an encoding. */
export interface Codec {
  readonly payload: PayloadFormat;
  readonly traits: StreamTraits;
}

const codecs: Readonly<Record<string, Codec>> = Object.freeze({
  H264: { payload: h264Payload, traits: h264Traits },
  H265: { payload: h265Payload, traits: h265Traits },
  "MP4V-ES": { payload: mpeg4VideoPayload, traits: mpeg4VideoTraits },
  JPEG: { payload: jpegPayload, traits: jpegTraits },
  MPV: { payload: mpegVideoPayload, traits: mpegVideoTraits },
  MP2T: { payload: transportStreamPayload, traits: plainTraits },
  VP8: { payload: vp8Payload, traits: vp8Traits },
  VP9: { payload: vp9Payload, traits: vp9Traits },
  AV1: { payload: av1Payload, traits: av1Traits },
  "MPEG4-GENERIC": { payload: aacPayload, traits: aacTraits },
  "MP4A-LATM": { payload: latmPayload, traits: latmTraits },
  MPA: { payload: mpegAudioPayload, traits: mpegAudioTraits },
  OPUS: { payload: opusPayload, traits: opusTraits },
  PCMU: { payload: g711Payload, traits: g711Traits },
  PCMA: { payload: g711Payload, traits: g711Traits },
  G722: { payload: g722Payload, traits: g722Traits },
  "G726-16": { payload: g726Payload, traits: g726Traits },
  "G726-24": { payload: g726Payload, traits: g726Traits },
  "G726-32": { payload: g726Payload, traits: g726Traits },
  "G726-40": { payload: g726Payload, traits: g726Traits },
  "AAL2-G726-16": { payload: g726Payload, traits: g726Traits },
  "AAL2-G726-24": { payload: g726Payload, traits: g726Traits },
  "AAL2-G726-32": { payload: g726Payload, traits: g726Traits },
  "AAL2-G726-40": { payload: g726Payload, traits: g726Traits },
  L8: { payload: linearPayload, traits: linearTraits },
  L16: { payload: linearPayload, traits: linearTraits },
  L24: { payload: linearPayload, traits: linearTraits },
  "VND.ONVIF.METADATA": { payload: metadataPayload, traits: plainTraits },
});

/** What is known of `format`; undefined for an encoding that is not known. */
export function findCodec(format: MediaFormat): Codec | undefined {
  const name = format.encodingName.toUpperCase();
  return Object.hasOwn(codecs, name) ? codecs[name] : undefined;
}

/** How units of `format` travel in RTP; undefined for an encoding that is not known. */
export const findPayloadFormat = (format: MediaFormat): PayloadFormat | undefined => findCodec(format)?.payload;

/** As `findPayloadFormat`; a CodedError `encoding-unknown` where there is none. */
export function payloadFormatOf(format: MediaFormat): PayloadFormat {
  const found = findPayloadFormat(format);
  if (!found) throw new CodedError("encoding-unknown", `no RTP payload format is known for ${format.encodingName}`);
  return found;
}
