import { DecodeError } from "#util/errors";
import { attributeValue, fmtpOf, parseFmtp, parseRtpMap, type RtpMap } from "#wire/sdp/attributes";
import type { SdpMedia } from "#wire/sdp/session";
import type { MediaFormat, MediaKind } from "./format.js";
import { findPayloadFormat } from "./payloads.js";
import { staticRtpMap } from "./static-types.js";
import { findStreamTraits } from "./stream-traits.js";

/** What an `m=` line may call a kind of media; anything else is taken for metadata, which nobody decodes. */
const kinds: Readonly<Record<string, MediaKind>> = Object.freeze({ video: "video", audio: "audio" });

/**
 * The format that an `m=` section describes: the first payload type whose encoding is known here, else the first that
 * can be told at all, with its parameters as they are written. Payload types without `a=rtpmap` have their meaning of
 * RFC 3551. Encodings that are not known pass through; `findPayloadFormat` and `findStreamTraits` tell which they are.
 *
 * @throws DecodeError `sdp-payload-type` when no payload type has an encoding and a clock rate.
 */
export function formatFromSdp(media: SdpMedia): MediaFormat {
  const formats = media.formats
    .filter((text) => /^\d{1,3}$/.test(text) && Number(text) < 128)
    .flatMap((text) => formatOf(media, Number(text)) ?? []);
  const format = formats.find((candidate) => findPayloadFormat(candidate) !== undefined) ?? formats[0];
  if (!format) {
    throw new DecodeError("sdp-payload-type", "no payload type of the media has an encoding and a clock rate", {
      kind: media.kind,
      formats: media.formats.slice(0, 8).join(" "),
    });
  }
  return withStatedSets(format);
}

function formatOf(media: SdpMedia, payloadType: number): MediaFormat | undefined {
  const map = rtpMapOf(media, payloadType);
  if (!map) return undefined;
  const kind = kinds[media.kind] ?? "metadata";
  const fmtp = fmtpOf(media.attributes, payloadType);
  const bandwidth = media.bandwidths.find(({ type }) => type.toUpperCase() === "AS");
  const frameRate = Number(attributeValue(media.attributes, "framerate") ?? Number.NaN);
  return {
    kind,
    encodingName: map.encodingName,
    payloadType,
    clockRate: map.clockRate,
    ...(kind === "audio" && { channels: map.channels ?? 1 }),
    ...(fmtp !== undefined && { fmtp }),
    ...(kind === "video" && pictureSize(media, payloadType)),
    ...(kind === "video" && frameRate > 0 && frameRate <= 1000 && { frameRate }),
    ...(bandwidth && bandwidth.value > 0 && { bitrateKbps: bandwidth.value }),
  };
}

function rtpMapOf({ attributes }: SdpMedia, payloadType: number): RtpMap | undefined {
  for (const { name, value = "" } of attributes) {
    const map = name === "rtpmap" ? parseRtpMap(value) : undefined;
    if (map?.payloadType === payloadType) return map;
  }
  return staticRtpMap(payloadType);
}

/** `a=x-dimensions:W,H` (QuickTime), `a=framesize:PT W-H` (3GPP TS 26.234 §5.3.3.2) or `a=cliprect:0,0,H,W`. */
function pictureSize({ attributes }: SdpMedia, payloadType: number): Pick<MediaFormat, "width" | "height"> {
  const dimensions = /^(\d{1,5})\s*,\s*(\d{1,5})$/.exec(attributeValue(attributes, "x-dimensions") ?? "");
  const frame = /^(\d{1,3})\s+(\d{1,5})-(\d{1,5})$/.exec(attributeValue(attributes, "framesize") ?? "");
  const clip = /^0,0,(\d{1,5}),(\d{1,5})$/.exec(attributeValue(attributes, "cliprect") ?? "");
  const [width, height] = dimensions
    ? [Number(dimensions[1]), Number(dimensions[2])]
    : frame && Number(frame[1]) === payloadType
      ? [Number(frame[2]), Number(frame[3])]
      : [Number(clip?.[2] ?? 0), Number(clip?.[1] ?? 0)];
  return width > 0 && height > 0 ? { width, height } : {};
}

/** With the parameter sets that `fmtp` states; without where they cannot be read, since the stream may bring better. */
function withStatedSets(format: MediaFormat): MediaFormat {
  const traits = findStreamTraits(format);
  const sets = traits?.setsIn(parseFmtp(format.fmtp ?? "")) ?? [];
  if (!traits || sets.length === 0) return format;
  try {
    return traits.withSets(format, sets);
  } catch (error) {
    if (error instanceof DecodeError) return format;
    throw error;
  }
}
