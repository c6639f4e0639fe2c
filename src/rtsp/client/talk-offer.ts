import type { MediaFormat } from "#codec/format";
import { formatFromSdp } from "#codec/sdp-format";
import { DecodeError } from "#util/errors";
import { presentationUrl, trackUrls } from "#wire/rtsp/control";
import { attributeValue } from "#wire/sdp/attributes";
import { parseSdp } from "#wire/sdp/parser";
import type { Described } from "./rtsp-client.js";

/** A section of a description that says what the server takes from us. */
export interface TalkSection {
  /** One for each payload type that can be told. */
  readonly formats: readonly MediaFormat[];
  /** The URLs that may be meant for its SETUP, the likeliest first. */
  readonly urls: readonly string[];
}

/** What a server takes from us by its back channel. */
export interface TalkOffer {
  /** The URL of all of it. */
  readonly url: string;
  readonly sections: readonly TalkSection[];
}

/**
 * Reads the answer to a DESCRIBE of `requested` that has required the back channel (Streaming §5.3): sound that is
 * `sendonly`, as one section with several payload types or as one for each codec. Protected ones (SRTP) are left out.
 *
 * @throws DecodeError for a description that cannot be read.
 */
export function readTalkOffer(requested: string, { sdp: text, contentBase, contentLocation }: Described): TalkOffer {
  const sdp = parseSdp(text);
  const sessionControl = attributeValue(sdp.attributes, "control");
  const from = { requested, contentBase, contentLocation, sessionControl };
  const sections = sdp.media
    .filter(({ kind, protocol, attributes }) => {
      const isOurs = attributeValue(attributes, "sendonly") !== undefined;
      return kind === "audio" && isOurs && /^RTP\/AVPF?$/i.test(protocol);
    })
    .map((media) => ({
      formats: media.formats.flatMap((format) => readable(() => formatFromSdp({ ...media, formats: [format] }))),
      urls: trackUrls(from, attributeValue(media.attributes, "control")),
    }))
    .filter(({ formats }) => formats.length > 0);
  return { url: presentationUrl(from), sections };
}

function readable<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}
