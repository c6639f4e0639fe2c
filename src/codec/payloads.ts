import { CodedError } from "#util/errors";
import { aacPayload } from "./aac/payload.js";
import type { MediaFormat } from "./format.js";
import { g711Payload } from "./g711.js";
import { h264Payload } from "./h264/payload.js";
import { h265Payload } from "./h265/payload.js";
import { metadataPayload } from "./metadata/payload.js";
import type { PayloadFormat } from "./payload-format.js";

const payloadFormats: Readonly<Record<string, PayloadFormat>> = Object.freeze({
  H264: h264Payload,
  H265: h265Payload,
  "MPEG4-GENERIC": aacPayload,
  PCMU: g711Payload,
  PCMA: g711Payload,
  "VND.ONVIF.METADATA": metadataPayload,
});

/** How units of `format` travel in RTP; undefined for an encoding that is not known. */
export function findPayloadFormat(format: MediaFormat): PayloadFormat | undefined {
  const name = format.encodingName.toUpperCase();
  return Object.hasOwn(payloadFormats, name) ? payloadFormats[name] : undefined;
}

/** As `findPayloadFormat`; a CodedError `encoding-unknown` where there is none. */
export function payloadFormatOf(format: MediaFormat): PayloadFormat {
  const found = findPayloadFormat(format);
  if (!found) throw new CodedError("encoding-unknown", `no RTP payload format is known for ${format.encodingName}`);
  return found;
}
