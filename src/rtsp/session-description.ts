import type { MediaFormat } from "#codec/format";
import type { MediaDescription } from "#media/description";
import type { ReplayPath } from "#media/replay-path";
import { formatRange } from "#wire/rtsp/headers/range";
import { formatRtpMap } from "#wire/sdp/attributes";
import { formatSdp, type SdpAttribute, type SdpConnection, type SdpMedia } from "#wire/sdp/session";
import type { MulticastTarget } from "./multicast-groups.js";
import { formatKeyMgmtAttribute } from "#wire/rtsp/headers/key-mgmt";
import { trackUrl } from "#wire/rtsp/track-url";
import { formatRtspUrl, type RtspUrl } from "#wire/rtsp/url";

export interface DescribedSession {
  readonly description: MediaDescription;
  /** The URL of the presentation as the client wrote it; all controls are made from it. */
  readonly base: RtspUrl;
  /** Session id of the `o=` line: the same as long as the path is the same. */
  readonly sessionId: number;
  /** The address that goes into the `o=` line when the client's URL has a name instead of one. */
  readonly localAddress: string;
  /** Where the tracks go, by their index, for clients that are to listen to groups. */
  readonly groups?: readonly (MulticastTarget | undefined)[] | undefined;
  /** What the client may send, for clients that want to be told: then each section says who sends (Streaming §5.3.2). */
  readonly backChannel?: readonly MediaFormat[] | undefined;
  /** What protects the tracks, by their index, the back channel last; they are not protected unless given. */
  readonly keys?: readonly DescribedKey[] | undefined;
  /** What is replayed, when it is a recording. */
  readonly recording?: Pick<ReplayPath, "sections" | "tokens"> | undefined;
}

/** A key as it is told in a description. */
export interface DescribedKey {
  /** A MIKEY message (RFC 4567 §3.1). */
  mikey(): Uint8Array;
  /** The value of `a=crypto` (RFC 4568). */
  crypto(): string;
}

/**
 * The SDP of a path. Controls are absolute, with the query at their end: relative ones lose path or query in some
 * clients. Tracks that the client would send (`sendonly`) or that are not for it (`inactive`) are left out; the numbers of
 * the others stay their index.
 */
export function describeSession(session: DescribedSession): string {
  const { description, base, backChannel } = session;
  const { durationSeconds } = description;
  const address = originAddress(base.authority, session.localAddress);
  const type = address.includes(":") ? "IP6" : "IP4";
  const { recording } = session;
  const npt = durationSeconds === undefined ? "npt=now-" : `npt=0-${durationSeconds.toFixed(3)}`;
  const group = session.groups?.find((target) => target !== undefined);
  return formatSdp({
    origin: `- ${session.sessionId} 1 IN ${type} ${address}`,
    name: description.title,
    connection: group ? groupConnection(group) : { addressType: type, address: type === "IP6" ? "::" : "0.0.0.0" },
    bandwidths: [],
    attributes: [
      { name: "control", value: formatRtspUrl(base) },
      { name: "range", value: recording ? recordedRange(recording) : npt },
    ],
    media: [
      ...description.tracks.flatMap((track, index) => {
        if (track.direction !== "recvonly") return [];
        const place = { target: session.groups?.[index], token: recording?.tokens[index] };
        const media = describeTrack(track.format, formatRtspUrl(trackUrl(base, index)), place);
        return [withKey(backChannel ? withDirection(media, "recvonly") : media, session.keys?.[index])];
      }),
      ...(backChannel
        ? [
            withKey(
              describeBackChannel(backChannel, formatRtspUrl(trackUrl(base, description.tracks.length))),
              session.keys?.[description.tracks.length],
            ),
          ]
        : []),
    ],
  });
}

/** All that is recorded, gaps included. */
const recordedRange = ({ sections }: Pick<ReplayPath, "sections">): string =>
  formatRange({ unit: "clock", startMs: sections[0]?.startMs ?? 0, endMs: sections.at(-1)?.endMs ?? 0 });

/** RFC 8866 §5.7: IPv6 has no TTL here. */
const groupConnection = ({ address, ttl }: MulticastTarget): SdpConnection =>
  address.includes(":") ? { addressType: "IP6", address } : { addressType: "IP4", address: `${address}/${ttl}` };

interface TrackPlace {
  readonly target: MulticastTarget | undefined;
  /** Token of the recording's track. */
  readonly token: string | undefined;
}

function describeTrack(format: MediaFormat, control: string, { target, token }: TrackPlace): SdpMedia {
  const attributes = describeEncoding(format);
  if (format.frameRate !== undefined)
    attributes.push({ name: "framerate", value: String(Number(format.frameRate.toFixed(3))) });
  if (format.width !== undefined && format.height !== undefined)
    attributes.push({ name: "x-dimensions", value: `${format.width},${format.height}` });
  if (token !== undefined) attributes.push({ name: "x-onvif-track", value: token });
  attributes.push({ name: "control", value: control });
  return {
    kind: format.kind === "metadata" ? "application" : format.kind,
    port: target?.port ?? 0,
    protocol: "RTP/AVP",
    formats: [String(format.payloadType)],
    ...(target && { connection: groupConnection(target) }),
    bandwidths: format.bitrateKbps === undefined ? [] : [{ type: "AS", value: Math.ceil(format.bitrateKbps) }],
    attributes,
  };
}

/** Encoding and parameters of one payload type. */
function describeEncoding({ payloadType, encodingName, clockRate, channels, fmtp }: MediaFormat): SdpAttribute[] {
  const map = { payloadType, encodingName, clockRate, ...(channels !== undefined && channels > 1 && { channels }) };
  return [
    { name: "rtpmap", value: formatRtpMap(map) },
    ...(fmtp === undefined ? [] : [{ name: "fmtp", value: `${payloadType} ${fmtp}` }]),
  ];
}

/** One section for all that the client may send: it takes one of the payload types (Streaming §5.3.2). */
const describeBackChannel = (formats: readonly MediaFormat[], control: string): SdpMedia =>
  withDirection(
    {
      kind: "audio",
      port: 0,
      protocol: "RTP/AVP",
      formats: formats.map(({ payloadType }) => String(payloadType)),
      bandwidths: [],
      attributes: [...formats.flatMap(describeEncoding), { name: "control", value: control }],
    },
    "sendonly",
  );

/** As the client has to read it: `sendonly` is what it sends. */
const withDirection = (media: SdpMedia, direction: "recvonly" | "sendonly"): SdpMedia => ({
  ...media,
  attributes: [...media.attributes, { name: direction }],
});

/** Both ways of telling a key, since GStreamer knows only the one and ffmpeg only the other. */
const withKey = (media: SdpMedia, key: DescribedKey | undefined): SdpMedia =>
  key
    ? {
        ...media,
        protocol: "RTP/SAVP",
        attributes: [
          ...media.attributes,
          { name: "key-mgmt", value: formatKeyMgmtAttribute({ protocol: "mikey", data: key.mikey() }) },
          { name: "crypto", value: key.crypto() },
        ],
      }
    : media;

/** The host of the client's URL when it is an address, since the own one may be hidden behind a tunnel or NAT. */
function originAddress(authority: string, localAddress: string): string {
  const [, v6, v4] = /^(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d*)?$/i.exec(authority) ?? [];
  return v6 ?? v4 ?? localAddress.replace(/%.*$/, "");
}
