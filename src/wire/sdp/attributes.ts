import type { SdpAttribute } from "./session.js";

/** The value of the first attribute `name`; the empty text for a flag. */
export function attributeValue(attributes: readonly SdpAttribute[], name: string): string | undefined {
  const found = attributes.find((one) => one.name === name);
  return found && (found.value ?? "");
}

/** An `a=rtpmap` line (RFC 8866 §6.6). */
export interface RtpMap {
  readonly payloadType: number;
  readonly encodingName: string;
  /** Hz. */
  readonly clockRate: number;
  /** Absent where the line does not say. */
  readonly channels?: number;
}

export const formatRtpMap = ({ payloadType, encodingName, clockRate, channels }: RtpMap): string =>
  `${payloadType} ${encodingName}/${clockRate}${channels === undefined ? "" : `/${channels}`}`;

/** Undefined for a line without a clock rate, or one that cannot be read. */
export function parseRtpMap(value: string): RtpMap | undefined {
  const [, type, encodingName, rate, channels] =
    /^(\d{1,3})\s+([^\s/]+)\s*\/\s*(\d{1,9})(?:\s*\/\s*(\d{1,2}))?$/.exec(value.trim()) ?? [];
  if (type === undefined || encodingName === undefined || Number(type) > 127 || Number(rate) === 0) return undefined;
  const map = { payloadType: Number(type), encodingName, clockRate: Number(rate) };
  return channels === undefined ? map : { ...map, channels: Number(channels) };
}

/** The parameters of payload type `payloadType` in `a=fmtp` lines, as written; the first such line counts. */
export function fmtpOf(attributes: readonly SdpAttribute[], payloadType: number): string | undefined {
  for (const { name, value = "" } of attributes) {
    const [, type, parameters] = /^(\d{1,3})\s+(.*)$/.exec(value) ?? [];
    if (name === "fmtp" && parameters !== undefined && Number(type) === payloadType) return parameters.trim();
  }
  return undefined;
}

/** The parameters of an `a=fmtp` line by their names in lower case; one without a value has the empty text. */
export function parseFmtp(parameters: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of parameters.split(";")) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== "" && !found.has(name)) found.set(name, equals < 0 ? "" : part.slice(equals + 1).trim());
  }
  return found;
}
