import { DecodeError } from "#util/errors";

export type PortPair = readonly [first: number, second: number];

/** One entry of a Transport header (RFC 2326 §12.39). Members are absent when not given. */
export interface TransportSpec {
  /** Upper case, such as `RTP/AVP` or `RTP/SAVP`. */
  readonly profile: string;
  /** UDP when the entry does not say. Another text is kept so that it can be told as unsupported. */
  readonly lower: string;
  readonly delivery?: "unicast" | "multicast";
  readonly interleaved?: PortPair;
  readonly clientPort?: PortPair;
  readonly serverPort?: PortPair;
  /** Multicast ports. */
  readonly port?: PortPair;
  readonly destination?: string;
  readonly source?: string;
  readonly ttl?: number;
  /** 0…2^32−1. */
  readonly ssrc?: number;
  /** Lower case; `receive` is read as `record`. */
  readonly mode?: readonly string[];
}

/**
 * Reads a Transport header: alternatives in order of preference. Fields may come in any order and with spaces; unknown
 * ones are skipped. One port alone stands for itself and the next.
 *
 * @throws DecodeError for a header without entries or with a number that cannot be one.
 */
export function parseTransport(value: string): TransportSpec[] {
  const entries = splitOutsideQuotes(value, ",").map((entry) => entry.trim());
  const specs = entries.filter(Boolean).slice(0, 32).map(parseEntry);
  if (specs.length === 0) throw new DecodeError("rtsp-transport", "Transport is empty");
  return specs;
}

function parseEntry(entry: string): TransportSpec {
  const [protocol = "", ...fields] = splitOutsideQuotes(entry, ";").map((field) => field.trim());
  const [transport = "", profile = "", lower = "UDP"] = protocol.toUpperCase().split("/");
  const spec: { -readonly [K in keyof TransportSpec]: TransportSpec[K] } = {
    profile: `${transport}/${profile}`,
    lower,
  };
  for (const field of fields) {
    const equals = field.indexOf("=");
    const name = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? "" : unquote(field.slice(equals + 1).trim());
    switch (name) {
      case "unicast":
      case "multicast":
        spec.delivery = name;
        break;
      case "interleaved":
        spec.interleaved = parsePair(name, value, 255);
        break;
      case "client_port":
        spec.clientPort = parsePair(name, value, 65_535);
        break;
      case "server_port":
        spec.serverPort = parsePair(name, value, 65_535);
        break;
      case "port":
        spec.port = parsePair(name, value, 65_535);
        break;
      case "destination":
        if (value !== "") spec.destination = value;
        break;
      case "source":
        if (value !== "") spec.source = value;
        break;
      case "ttl":
        spec.ttl = parseNumber(name, value, 255);
        break;
      case "ssrc":
        // Some clients drop leading zeros.
        if (!/^[0-9a-f]{1,8}$/i.test(value)) throw malformed(name);
        spec.ssrc = Number.parseInt(value, 16);
        break;
      case "mode":
        spec.mode = value
          .toLowerCase()
          .split(",")
          .map((mode) => mode.trim())
          .map((mode) => (mode === "receive" ? "record" : mode));
        break;
      default:
    }
  }
  return spec;
}

/** The text of one entry. `ssrc` is 8 upper-case hexadecimal digits. */
export function formatTransport(spec: TransportSpec): string {
  const fields = [spec.lower === "UDP" ? spec.profile : `${spec.profile}/${spec.lower}`];
  if (spec.delivery) fields.push(spec.delivery);
  if (spec.destination !== undefined) fields.push(`destination=${spec.destination}`);
  if (spec.source !== undefined) fields.push(`source=${spec.source}`);
  if (spec.interleaved) fields.push(`interleaved=${spec.interleaved.join("-")}`);
  if (spec.clientPort) fields.push(`client_port=${spec.clientPort.join("-")}`);
  if (spec.serverPort) fields.push(`server_port=${spec.serverPort.join("-")}`);
  if (spec.port) fields.push(`port=${spec.port.join("-")}`);
  if (spec.ttl !== undefined) fields.push(`ttl=${spec.ttl}`);
  if (spec.ssrc !== undefined) fields.push(`ssrc=${spec.ssrc.toString(16).toUpperCase().padStart(8, "0")}`);
  if (spec.mode) fields.push(`mode="${spec.mode.join(",")}"`);
  return fields.join(";");
}

function parsePair(name: string, value: string, max: number): PortPair {
  const [first = "", second] = value.split("-").map((part) => part.trim());
  const low = parseNumber(name, first, max);
  return [low, second === undefined ? Math.min(low + 1, max) : parseNumber(name, second, max)];
}

function parseNumber(name: string, text: string, max: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (value > max) throw malformed(name);
  return value;
}

const malformed = (name: string): DecodeError =>
  new DecodeError("rtsp-transport", `"${name}" in Transport cannot be read`);

const unquote = (text: string): string => text.replace(/^"(.*)"$/, "$1").trim();

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
