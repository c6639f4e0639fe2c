import { DecodeError } from "#util/errors";
import { formatSmpte, parseSmpte, type SmpteUnit } from "./smpte.js";

/** A Range header (RFC 2326 §12.29). Ends that are absent are open. */
export type Range =
  /** Seconds from the start of the presentation. */
  | { readonly unit: "npt"; readonly start?: number | "now"; readonly end?: number }
  /** Ms since the Unix epoch, UTC. Times may run backwards (ONVIF replay). */
  | { readonly unit: "clock"; readonly startMs?: number; readonly endMs?: number }
  /** Seconds from the start of the presentation, written as SMPTE time codes. */
  | { readonly unit: SmpteUnit; readonly start?: number; readonly end?: number }
  | { readonly unit: "other"; readonly name: string };

/** @throws DecodeError when the unit is known and its times cannot be read. */
export function parseRange(value: string): Range {
  const [, name = "", rest = ""] = /^\s*([A-Za-z0-9-]+)\s*=\s*([^;]*)/.exec(value) ?? [];
  const [, start = "", end = ""] = /^([^-]*)-?(.*)$/.exec(rest.trim()) ?? [];
  const unit = name.toLowerCase();
  switch (unit) {
    case "npt": {
      const from = start.trim().toLowerCase() === "now" ? ("now" as const) : optional(start, parseNpt);
      const to = optional(end, parseNpt);
      return { unit: "npt", ...(from !== undefined && { start: from }), ...(to !== undefined && { end: to }) };
    }
    case "clock": {
      const startMs = optional(start, parseUtc);
      const endMs = optional(end, parseUtc);
      return { unit: "clock", ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) };
    }
    case "smpte":
    case "smpte-25":
    case "smpte-30-drop": {
      const from = optional(start, (text) => parseSmpte(text, unit));
      const to = optional(end, (text) => parseSmpte(text, unit));
      return { unit, ...(from !== undefined && { start: from }), ...(to !== undefined && { end: to }) };
    }
    default:
      return { unit: "other", name };
  }
}

/** Times are written to the millisecond. */
export function formatRange(range: Range): string {
  switch (range.unit) {
    case "npt": {
      const start = range.start === "now" ? "now" : (range.start?.toFixed(3) ?? "");
      return `npt=${start}-${range.end?.toFixed(3) ?? ""}`;
    }
    case "clock":
      return `clock=${optionalText(range.startMs)}-${optionalText(range.endMs)}`;
    case "smpte":
    case "smpte-25":
    case "smpte-30-drop": {
      const written = (seconds: number | undefined): string =>
        seconds === undefined ? "" : formatSmpte(seconds, range.unit);
      return `${range.unit}=${written(range.start)}-${written(range.end)}`;
    }
    case "other":
      return `${range.name}=`;
  }
}

const optional = (text: string, parse: (text: string) => number): number | undefined =>
  text.trim() === "" ? undefined : parse(text.trim());

/** Seconds, or hours:minutes:seconds; each with a fraction. */
function parseNpt(text: string): number {
  const [, hours = "0", minutes = "0", seconds = ""] =
    /^(?:(\d{1,6}):(\d{1,2}):)?(\d{1,10}(?:\.\d{0,9})?)$/.exec(text) ?? [];
  if (seconds === "") throw new DecodeError("rtsp-range", "npt time in Range cannot be read");
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/**
 * Ms since the Unix epoch of an absolute time (RFC 2326 §3.7), such as `20260101T120000.25Z`.
 *
 * @throws DecodeError for anything else.
 */
export function parseUtc(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{0,9})?Z$/i.exec(text);
  if (!match) throw new DecodeError("rtsp-range", "clock time in Range cannot be read");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    throw new DecodeError("rtsp-range", "clock time in Range is no time");
  const fraction = match[7] === undefined || match[7] === "." ? 0 : Number(match[7]);
  return Date.UTC(year, month - 1, day, hour, minute, second) + fraction * 1000;
}

function optionalText(ms: number | undefined): string {
  if (ms === undefined) return "";
  return new Date(ms).toISOString().replace(/[-:]/g, "").replace(".000Z", "Z");
}
