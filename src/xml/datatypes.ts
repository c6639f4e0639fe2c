import type { QName } from "./qname.js";
import { simple, type SimpleSchema } from "./schema.js";

/**
 * The built-in types of XML Schema 1.0 part 2 that ONVIF uses. Values: whole numbers and decimals are `number`,
 * `dateTime` is a `Date`, `duration` is milliseconds (a month counts 30 days, a year 365), binary is `Uint8Array`,
 * `QName` is an expanded name. White space around a value is collapsed, but for `string`.
 */

const WHOLE = /^[+-]?\d{1,18}$/;

const whole = (xsd: string, min: number, max: number): SimpleSchema<number> =>
  simple(
    xsd,
    (text) => {
      if (!WHOLE.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
    (value) => String(Math.min(max, Math.max(min, Math.round(value)))),
  );

const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

const floating = (xsd: string): SimpleSchema<number> =>
  simple(
    xsd,
    (text) => {
      if (text === "INF" || text === "+INF") return Infinity;
      if (text === "-INF") return -Infinity;
      if (text === "NaN") return NaN;
      return FLOAT.test(text) ? Number(text) : undefined;
    },
    (value) => (Number.isFinite(value) ? String(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF"),
  );

const kept = (xsd: string, accepts: (text: string) => boolean = () => true): SimpleSchema<string> =>
  simple(
    xsd,
    (text) => (accepts(text) ? text : undefined),
    (value) => value,
  );

const DATE_TIME = /^(-?\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;

/** An instant; without a zone it is read as UTC, as cameras do. */
function parseDateTime(text: string): Date | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", zone = "Z"] = match;
  const parts = [+year, +month, +day, +hour, +minute, +second] as const;
  const [, monthNumber, dayNumber, hours, minutes, seconds] = parts;
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > 31) return undefined;
  if (hours > 24 || minutes > 59 || seconds > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(parts[0], monthNumber - 1, dayNumber);
  if (date.getUTCMonth() !== monthNumber - 1) return undefined;
  date.setUTCHours(hours, minutes, seconds, Math.floor(Number(`0.${fraction || "0"}`) * 1000));
  if (zone === "Z") return date;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return new Date(date.getTime() - (zone.startsWith("-") ? -offset : offset) * 60_000);
}

const DURATION = /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const DAY_MS = 86_400_000;

function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match || text.endsWith("P") || text.endsWith("T")) return undefined;
  const [, sign, years = "0", months = "0", days = "0", , hours = "0", minutes = "0", seconds = "0"] = match;
  const total =
    (Number(years) * 365 + Number(months) * 30 + Number(days)) * DAY_MS +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000;
  return sign ? -total : total;
}

/** Milliseconds as `PT…`, in hours, minutes and seconds. */
export function printDuration(ms: number): string {
  const total = Math.abs(Math.round(ms));
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1000;
  const text = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}`;
  return `${ms < 0 ? "-" : ""}PT${text}${seconds > 0 || text === "" ? `${seconds}S` : ""}`;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEX = /^(?:[0-9A-Fa-f]{2})*$/;
const NC_NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-\u00B7]*$/u;
const TIME = /^([01]\d|2[0-4]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const LANGUAGE = /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/;

export const xs = {
  string: simple(
    "string",
    (text) => text,
    (value: string) => value,
    { whiteSpace: "preserve" },
  ),
  token: kept("token"),
  NCName: kept("NCName", (text) => NC_NAME.test(text)),
  anyURI: kept("anyURI"),
  language: kept("language", (text) => LANGUAGE.test(text)),
  anySimpleType: kept("anySimpleType"),
  time: kept("time", (text) => TIME.test(text)),
  boolean: simple(
    "boolean",
    (text) => (text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined),
    (value: boolean) => (value ? "true" : "false"),
  ),
  int: whole("int", -2147483648, 2147483647),
  integer: whole("integer", -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  unsignedInt: whole("unsignedInt", 0, 4294967295),
  nonNegativeInteger: whole("nonNegativeInteger", 0, Number.MAX_SAFE_INTEGER),
  positiveInteger: whole("positiveInteger", 1, Number.MAX_SAFE_INTEGER),
  long: whole("long", -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  unsignedLong: whole("unsignedLong", 0, Number.MAX_SAFE_INTEGER),
  float: floating("float"),
  double: floating("double"),
  dateTime: simple("dateTime", parseDateTime, (value: Date) => value.toISOString().replace(".000Z", "Z")),
  duration: simple("duration", parseDuration, printDuration),
  base64Binary: simple(
    "base64Binary",
    (text): Uint8Array | undefined => {
      const packed = text.replace(/\s+/g, "");
      return BASE64.test(packed) ? Buffer.from(packed, "base64") : undefined;
    },
    (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
  ),
  hexBinary: simple(
    "hexBinary",
    (text): Uint8Array | undefined => (HEX.test(text) ? Buffer.from(text, "hex") : undefined),
    (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex").toUpperCase(),
  ),
  /** Read with the prefixes in scope; written with a declaration of its own beside it. */
  QName: simple(
    "QName",
    (text, element): QName | undefined => element?.resolve(text),
    (value) => value.name,
    { qualified: true },
  ),
} as const;
