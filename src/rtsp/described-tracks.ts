import type { MediaFormat, MediaKind } from "#codec/format";
import { findStreamTraits } from "#codec/stream-traits";
import { DecodeError } from "#util/errors";
import { attributeValue, fmtpOf, parseFmtp, parseRtpMap, type RtpMap } from "#wire/sdp/attributes";
import type { SdpAttribute, SdpMedia, SdpSession } from "#wire/sdp/session";

/** One `m=` section of a description that somebody else has made. */
export interface DescribedTrack {
  readonly format: MediaFormat;
  /** `a=control` as written; undefined where there is none. */
  readonly control: string | undefined;
  /** Who sends, in the words of whoever wrote the description. */
  readonly direction: "sendrecv" | "sendonly" | "recvonly" | "inactive";
}

/** Payload types that mean something without `a=rtpmap` (RFC 3551 §6). */
const STATIC_TYPES: Readonly<Record<number, Omit<RtpMap, "payloadType">>> = Object.freeze({
  0: { encodingName: "PCMU", clockRate: 8000 },
  3: { encodingName: "GSM", clockRate: 8000 },
  4: { encodingName: "G723", clockRate: 8000 },
  5: { encodingName: "DVI4", clockRate: 8000 },
  6: { encodingName: "DVI4", clockRate: 16_000 },
  7: { encodingName: "LPC", clockRate: 8000 },
  8: { encodingName: "PCMA", clockRate: 8000 },
  9: { encodingName: "G722", clockRate: 8000 },
  10: { encodingName: "L16", clockRate: 44_100, channels: 2 },
  11: { encodingName: "L16", clockRate: 44_100 },
  12: { encodingName: "QCELP", clockRate: 8000 },
  14: { encodingName: "MPA", clockRate: 90_000 },
  15: { encodingName: "G728", clockRate: 8000 },
  16: { encodingName: "DVI4", clockRate: 11_025 },
  17: { encodingName: "DVI4", clockRate: 22_050 },
  18: { encodingName: "G729", clockRate: 8000 },
  25: { encodingName: "CelB", clockRate: 90_000 },
  26: { encodingName: "JPEG", clockRate: 90_000 },
  28: { encodingName: "nv", clockRate: 90_000 },
  31: { encodingName: "H261", clockRate: 90_000 },
  32: { encodingName: "MPV", clockRate: 90_000 },
  33: { encodingName: "MP2T", clockRate: 90_000 },
  34: { encodingName: "H263", clockRate: 90_000 },
});

const DIRECTIONS = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;

/**
 * The tracks of a description. Of several payload types in one section the first that has a clock rate counts. Encoding
 * name and `fmtp` stay as they are written; what the codec's own words tell (parameter sets, picture size) is added.
 *
 * @throws DecodeError for a section that is not RTP, or that has no payload type with a clock rate.
 */
export function describedTracks(sdp: SdpSession): DescribedTrack[] {
  return sdp.media.map((media) => ({
    format: formatOf(media),
    control: attributeValue(media.attributes, "control"),
    direction: directionIn(media.attributes) ?? directionIn(sdp.attributes) ?? "sendrecv",
  }));
}

const directionIn = (attributes: readonly SdpAttribute[]): DescribedTrack["direction"] | undefined =>
  DIRECTIONS.find((name) => attributeValue(attributes, name) !== undefined);

function formatOf(media: SdpMedia): MediaFormat {
  if (!/^RTP\/S?AVPF?$/i.test(media.protocol))
    throw new DecodeError("sdp-protocol", "a medium of the description is not RTP", { protocol: media.protocol });
  const map = media.formats.map((type) => rtpMapOf(media, type)).find((found) => found !== undefined);
  if (!map)
    throw new DecodeError("sdp-clock-rate", "a medium has no payload type with a clock rate", { kind: media.kind });
  const kind: MediaKind = media.kind === "video" || media.kind === "audio" ? media.kind : "metadata";
  const fmtp = fmtpOf(media.attributes, map.payloadType);
  return withTraits({
    kind,
    encodingName: map.encodingName,
    payloadType: map.payloadType,
    clockRate: map.clockRate,
    ...(map.channels !== undefined ? { channels: map.channels } : kind === "audio" && { channels: 1 }),
    ...(fmtp !== undefined && { fmtp }),
    ...pictureOf(media),
    ...bitrateOf(media),
  });
}

function rtpMapOf({ attributes }: SdpMedia, type: string): RtpMap | undefined {
  const payloadType = /^\d{1,3}$/.test(type) ? Number(type) : 128;
  if (payloadType > 127) return undefined;
  for (const { name, value = "" } of attributes) {
    const map = name === "rtpmap" ? parseRtpMap(value) : undefined;
    if (map?.payloadType === payloadType) return map;
  }
  const known = STATIC_TYPES[payloadType];
  return known && { payloadType, ...known };
}

function pictureOf({ attributes }: SdpMedia): Pick<MediaFormat, "width" | "height" | "frameRate"> {
  const frameRate = Number(/^\d{1,4}(?:\.\d{1,6})?$/.exec(attributeValue(attributes, "framerate") ?? "")?.[0]);
  const [, width, height] = /^(\d{1,5}),(\d{1,5})$/.exec(attributeValue(attributes, "x-dimensions") ?? "") ?? [];
  return {
    ...(frameRate > 0 && { frameRate }),
    ...(width !== undefined && height !== undefined && { width: Number(width), height: Number(height) }),
  };
}

function bitrateOf({ bandwidths }: SdpMedia): Pick<MediaFormat, "bitrateKbps"> {
  const of = (type: string): number | undefined => bandwidths.find((one) => one.type.toUpperCase() === type)?.value;
  const bits = of("TIAS");
  const bitrateKbps = of("AS") ?? (bits === undefined ? undefined : bits / 1000);
  return bitrateKbps === undefined || bitrateKbps === 0 ? {} : { bitrateKbps };
}

function withTraits(format: MediaFormat): MediaFormat {
  const traits = findStreamTraits(format);
  const sets = traits?.setsIn(parseFmtp(format.fmtp ?? "")) ?? [];
  if (!traits || sets.length === 0) return format;
  try {
    return traits.withSets(format, sets);
  } catch (error) {
    // The stream may bring better ones.
    if (error instanceof DecodeError) return format;
    throw error;
  }
}
