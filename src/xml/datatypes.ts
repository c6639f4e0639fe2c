import { isNcName } from "./characters.js";
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

/** As Date prints it, and the same without a fraction. */
const USUAL_DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;

/** Without fractions of a second where there are none. */
const printDateTime = (date: Date): string => date.toISOString().replace(".000Z", "Z");

/** An instant of the years 1 to 9999; without a zone it is read as UTC, as cameras do. */
function parseDateTime(text: string): Date | undefined {
  // Most clients write it so, and taking it apart below takes four times as long. Date lets days run into the next month.
  if (USUAL_DATE_TIME.test(text)) {
    const usual = new Date(text);
    if (usual.getTime() >= YEAR_1_MS && usual.getUTCDate() === Number(text.slice(8, 10))) return usual;
  }
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", zone = "Z"] = match;
  const parts = [+year, +month, +day, +hour, +minute, +second] as const;
  const [yearNumber, monthNumber, dayNumber, hours, minutes, seconds] = parts;
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > 31) return undefined;
  if (yearNumber < 1 || hours > 24 || minutes > 59 || seconds > 60) return undefined;
  if (hours === 24 && minutes + seconds > 0) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(yearNumber, monthNumber - 1, dayNumber);
  if (date.getUTCMonth() !== monthNumber - 1) return undefined;
  const milliseconds = fraction === "" ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  date.setTime(date.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds);
  if (zone === "Z") return date;
  const zoneMinutes = Number(zone.slice(4));
  const offset = Number(zone.slice(1, 3)) * 60 + zoneMinutes;
  if (zoneMinutes > 59 || offset > MAX_ZONE_MINUTES) return undefined;
  return new Date(date.getTime() - (zone.startsWith("-") ? -offset : offset) * 60_000);
}

const MAX_ZONE_MINUTES = 14 * 60;
/** There is no year 0 (XML Schema 1.0 part 2 §3.2.7). */
const YEAR_1_MS = Date.parse("0001-01-01T00:00:00Z");

const DURATION =
  /^(-)?P(?:(\d{1,16})Y)?(?:(\d{1,16})M)?(?:(\d{1,16})D)?(T(?:(\d{1,16})H)?(?:(\d{1,16})M)?(?:(\d{1,16}(?:\.\d{1,16})?)S)?)?$/;
const DAY_MS = 86_400_000;

function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match || text.endsWith("P") || text.endsWith("T")) return undefined;
  const [, sign, years = "0", months = "0", days = "0", , hours = "0", minutes = "0", seconds = "0"] = match;
  const total =
    (Number(years) * 365 + Number(months) * 30 + Number(days)) * DAY_MS +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Math.round(Number(seconds) * 1000);
  if (!Number.isSafeInteger(total)) return undefined;
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

// A search for what is wrong takes no memory; an expression for the whole text overflows the stack on megabytes.
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const NOT_HEX = /[^0-9A-Fa-f]/;

const isBase64 = (text: string): boolean => {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return text.length % 4 === 0 && !NOT_BASE64.test(padding > 0 ? text.slice(0, -padding) : text);
};

const TIME = /^(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)(Z|[+-]\d\d:\d\d)?$/;
const LANGUAGE = /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/;

export const xs = {
  string: simple(
    "string",
    (text) => text,
    (value: string) => value,
    { whiteSpace: "preserve" },
  ),
  token: kept("token"),
  NCName: kept("NCName", (text) => isNcName(text)),
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
  dateTime: simple("dateTime", parseDateTime, printDateTime),
  duration: simple("duration", parseDuration, printDuration),
  base64Binary: simple(
    "base64Binary",
    (text): Uint8Array | undefined => {
      const packed = text.replace(/\s+/g, "");
      return isBase64(packed) ? Buffer.from(packed, "base64") : undefined;
    },
    (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
  ),
  hexBinary: simple(
    "hexBinary",
    (text): Uint8Array | undefined =>
      text.length % 2 === 0 && !NOT_HEX.test(text) ? Buffer.from(text, "hex") : undefined,
    (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex").toUpperCase(),
  ),
  /** Read with the prefixes in scope; written with a declaration of its own beside it. */
  QName: simple(
    "QName",
    (text, element): QName | undefined => {
      const colon = text.indexOf(":");
      const isWellFormed = isNcName(text.slice(colon + 1)) && (colon < 0 || isNcName(text.slice(0, colon)));
      return isWellFormed ? element?.resolve(text) : undefined;
    },
    (value) => value.name,
    { qualified: true },
  ),
} as const;
