import type { MediaFormat } from "#codec/format";
import { DecodeError } from "#util/errors";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { presentationUrl, trackUrls } from "#wire/rtsp/control";
import { attributeValue } from "#wire/sdp/attributes";
import { parseSdp } from "#wire/sdp/parser";
import type { SdpMedia, SdpSession } from "#wire/sdp/session";
import { describedKey } from "../described-key.js";
import { describedTrack } from "../described-tracks.js";
import type { DescribedGroup } from "./group-transport.js";
import type { Described } from "./rtsp-client.js";

/** A track that a server offers. */
export interface OfferedTrack {
  readonly format: MediaFormat;
  /** The URLs that may be meant for its SETUP, the likeliest first. */
  readonly urls: readonly string[];
  readonly group: DescribedGroup;
  /** It comes protected (SRTP). */
  readonly isProtected: boolean;
  /** What it is protected with, where the description says so. */
  readonly key: MikeySrtpKey | undefined;
}

/** What a server offers, as far as it can be had. */
export interface Offer {
  readonly title: string;
  /** The URL of all of it. */
  readonly url: string;
  readonly tracks: readonly OfferedTrack[];
  /** Why there are media that are left out. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the answer to the DESCRIBE of `requested`. Media that are not RTP are left out, and those that we would send. Under
 * TLS (`isSecure`) the key of protected ones may come with their SETUP; else it must be described.
 *
 * @throws DecodeError for a description that cannot be read, or that offers nothing.
 */
export function readOffer(
  requested: string,
  { sdp: text, contentBase, contentLocation }: Described,
  isSecure = false,
): Offer {
  const sdp = parseSdp(text);
  const sessionControl = attributeValue(sdp.attributes, "control");
  const from = { requested, contentBase, contentLocation, sessionControl };
  const leftOut: string[] = [];
  const found = sdp.media.flatMap((media) => {
    try {
      const isProtected = /^RTP\/SAVP/i.test(media.protocol);
      const key = isProtected ? describedKey(media, sdp) : undefined;
      if (isProtected && !key && !isSecure)
        throw new DecodeError("offer-encrypted", "it is encrypted (SRTP), and no key that could be used is told");
      const { format, control, direction } = describedTrack(media, sdp);
      const urls = trackUrls(from, control);
      return [{ track: { format, urls, group: groupOf(media, sdp), isProtected, key }, direction }];
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      leftOut.push(`${media.kind}: ${error.message}`);
      return [];
    }
  });
  // In the words of ONVIF we would send what is `sendonly` (Streaming §5.3). Where nothing else is offered, the server
  // means itself.
  const ours = found.filter(({ direction }) => direction !== "sendonly");
  const tracks = (ours.length > 0 ? ours : found).map(({ track }) => track);
  if (tracks.length === 0)
    throw new DecodeError("offer-empty", `the server offers nothing that can be had (${leftOut.join("; ")})`);
  return { title: sdp.name.trim(), url: presentationUrl(from), tracks, leftOut };
}

/** RFC 8866 §5.7: the address may be followed by its TTL. RFC 4570: `a=source-filter: incl IN IP4 group source`. */
function groupOf(media: SdpMedia, sdp: SdpSession): DescribedGroup {
  const address = (media.connection ?? sdp.connection)?.address ?? "";
  const filter = attributeValue([...media.attributes, ...sdp.attributes], "source-filter") ?? "";
  const [, source] = /^\s*incl\s+IN\s+(?:IP4|IP6|\*)\s+\S+\s+(\S+)\s*$/i.exec(filter) ?? [];
  return { address: address.replace(/\/.*$/, ""), port: media.port, source };
}
