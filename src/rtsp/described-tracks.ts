import type { MediaFormat } from "#codec/format";
import { formatFromSdp } from "#codec/sdp-format";
import { DecodeError } from "#util/errors";
import { attributeValue } from "#wire/sdp/attributes";
import type { SdpAttribute, SdpMedia, SdpSession } from "#wire/sdp/session";

/** One `m=` section of a description that somebody else has made. */
export interface DescribedTrack {
  readonly format: MediaFormat;
  /** `a=control` as written; undefined where there is none. */
  readonly control: string | undefined;
  /** Who sends, in the words of whoever wrote the description. */
  readonly direction: "sendrecv" | "sendonly" | "recvonly" | "inactive";
}

const DIRECTIONS = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;

/**
 * The tracks of a description.
 *
 * @throws DecodeError for a section that is not RTP, or that has no payload type with a clock rate.
 */
export const describedTracks = (sdp: SdpSession): DescribedTrack[] =>
  sdp.media.map((media) => describedTrack(media, sdp));

/** One of them. @throws DecodeError as `describedTracks`. */
export const describedTrack = (media: SdpMedia, sdp: SdpSession): DescribedTrack => ({
  format: formatOf(media),
  control: attributeValue(media.attributes, "control"),
  direction: directionIn(media.attributes) ?? directionIn(sdp.attributes) ?? "sendrecv",
});

function formatOf(media: SdpMedia): MediaFormat {
  if (!/^RTP\/S?AVPF?$/i.test(media.protocol))
    throw new DecodeError("sdp-protocol", "a medium of the description is not RTP", { protocol: media.protocol });
  return formatFromSdp(media);
}

const directionIn = (attributes: readonly SdpAttribute[]): DescribedTrack["direction"] | undefined =>
  DIRECTIONS.find((name) => attributeValue(attributes, name) !== undefined);
