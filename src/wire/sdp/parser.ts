import { DecodeError } from "#util/errors";
import type { SdpAttribute, SdpBandwidth, SdpConnection, SdpMedia, SdpSession } from "./session.js";

const MAX_BYTES = 131_072;
const MAX_LINES = 2000;
const MAX_MEDIA = 64;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Section {
  connection?: SdpConnection;
  readonly bandwidths: SdpBandwidth[];
  readonly attributes: SdpAttribute[];
}

/**
 * Reads a description (RFC 8866) as it is met in the field: lines may end in LF alone, come in any order within their
 * section, and `t=`, `c=`, `s=` and `o=` may be missing. What is not used here (`i= u= e= p= r= z= k=`) is skipped.
 *
 * @throws DecodeError when it does not start as SDP, or an `m=` line cannot be read, or it is too large.
 */
export function parseSdp(text: string): SdpSession {
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES + 1);
  if (text.length > MAX_BYTES || lines.length > MAX_LINES) throw new DecodeError("sdp-too-large", "SDP is too large");
  if (!/^\s*v=/.test(text)) throw new DecodeError("sdp-start", "SDP does not start with v=");
  const session: Writable<SdpSession> & Section = { origin: "", name: "", bandwidths: [], attributes: [], media: [] };
  const media: (SdpMedia & Section)[] = [];
  lines.forEach((line, index) => {
    const section: Section = media.at(-1) ?? session;
    const value = line.slice(2).trim();
    switch (line.slice(0, 2)) {
      case "o=":
        session.origin = value;
        break;
      case "s=":
        session.name = value;
        break;
      case "c=": {
        const connection = parseConnection(value);
        if (connection) section.connection = connection;
        break;
      }
      case "b=": {
        const [, type = "", amount] = /^([A-Za-z-]+)\s*:\s*(\d{1,12})/.exec(value) ?? [];
        if (amount !== undefined) section.bandwidths.push({ type, value: Number(amount) });
        break;
      }
      case "a=": {
        const colon = value.indexOf(":");
        if (colon < 0) section.attributes.push({ name: value });
        else section.attributes.push({ name: value.slice(0, colon).trim(), value: value.slice(colon + 1).trim() });
        break;
      }
      case "m=":
        if (media.length === MAX_MEDIA) throw new DecodeError("sdp-too-large", "SDP has too many media");
        media.push(parseMedia(value, index + 1));
        break;
      default:
    }
  });
  session.media = media;
  return session;
}

function parseMedia(value: string, line: number): SdpMedia & Section {
  const [kind = "", port = "", protocol, ...formats] = value.split(/\s+/);
  const number = /^(\d{1,5})(?:\/\d{1,5})?$/.exec(port)?.[1];
  if (!/^[A-Za-z0-9-]+$/.test(kind) || number === undefined || Number(number) > 65_535 || protocol === undefined)
    throw new DecodeError("sdp-media", "m= line cannot be read", { line });
  return { kind: kind.toLowerCase(), port: Number(number), protocol, formats, bandwidths: [], attributes: [] };
}

function parseConnection(value: string): SdpConnection | undefined {
  const [, type, address] = /^IN\s+(IP4|IP6)\s+(\S+)$/i.exec(value) ?? [];
  if (type === undefined || address === undefined) return undefined;
  return { addressType: type.toUpperCase() === "IP6" ? "IP6" : "IP4", address };
}
