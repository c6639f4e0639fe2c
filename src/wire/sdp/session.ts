/** One `a=` line; without a value for a flag such as `recvonly`. */
export interface SdpAttribute {
  readonly name: string;
  readonly value?: string | undefined;
}

/** One `c=` line (RFC 8866 §5.7). A multicast `address` may carry its TTL: `232.1.2.3/16`. */
export interface SdpConnection {
  readonly addressType: "IP4" | "IP6";
  readonly address: string;
}

/** One `b=` line: `AS` in kbit/s, `TIAS` in bit/s, … */
export interface SdpBandwidth {
  readonly type: string;
  readonly value: number;
}

/** One `m=` section (RFC 8866 §5.14). */
export interface SdpMedia {
  readonly kind: string;
  readonly port: number;
  /** Such as `RTP/AVP`. */
  readonly protocol: string;
  /** Payload types, where the protocol is RTP. */
  readonly formats: readonly string[];
  readonly connection?: SdpConnection;
  readonly bandwidths: readonly SdpBandwidth[];
  readonly attributes: readonly SdpAttribute[];
}

export interface SdpSession {
  /** The whole `o=` line. */
  readonly origin: string;
  readonly name: string;
  readonly connection?: SdpConnection;
  readonly bandwidths: readonly SdpBandwidth[];
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly SdpMedia[];
}

/** The text of a description (RFC 8866 §5): CRLF, and `v o s c t` always there, since players miss them. */
export function formatSdp(session: SdpSession): string {
  const connection = session.connection ?? { addressType: "IP4", address: "0.0.0.0" };
  const lines = [
    "v=0",
    `o=${session.origin}`,
    // A session name must not be empty.
    `s=${session.name || " "}`,
    formatConnection(connection),
    ...session.bandwidths.map(formatBandwidth),
    "t=0 0",
    ...session.attributes.map(formatAttribute),
    ...session.media.flatMap(formatMedia),
  ];
  return lines.map((line) => `${line.replace(/\p{Cc}/gu, " ")}\r\n`).join("");
}

const formatMedia = (media: SdpMedia): string[] => [
  `m=${media.kind} ${media.port} ${media.protocol} ${media.formats.join(" ")}`,
  ...(media.connection ? [formatConnection(media.connection)] : []),
  ...media.bandwidths.map(formatBandwidth),
  ...media.attributes.map(formatAttribute),
];

const formatConnection = ({ addressType, address }: SdpConnection): string => `c=IN ${addressType} ${address}`;
const formatBandwidth = ({ type, value }: SdpBandwidth): string => `b=${type}:${value}`;
const formatAttribute = ({ name, value }: SdpAttribute): string => `a=${name}${value === undefined ? "" : `:${value}`}`;
