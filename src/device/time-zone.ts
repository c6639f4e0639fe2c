/** A date and time of day without a zone; `month` and `day` count from 1. */
export interface CivilDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** When daylight saving time changes, in seconds of local time from 1 January, 00:00, of `year`. */
type TransitionRule = (year: number) => number;

/** A time zone string, read. Offsets are seconds east of Greenwich. */
export interface TimeZone {
  readonly text: string;
  readonly standardOffset: number;
  readonly daylight:
    { readonly offset: number; readonly start: TransitionRule; readonly end: TransitionRule } | undefined;
}

const DAY = 86_400;
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysBefore = (year: number, month: number): number =>
  Math.round((Date.UTC(year, month - 1, 1) - Date.UTC(year, 0, 1)) / 1000 / DAY);

/** `hh[:mm[:ss]]` in seconds, or undefined beyond `maximumHours`. */
const seconds = (text: string, maximumHours: number): number | undefined => {
  const match = /^([+-]?)(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes, rest] = [Number(match[2]), Number(match[3] ?? 0), Number(match[4] ?? 0)];
  if (hours > maximumHours || minutes > 59 || rest > 59) return undefined;
  return (match[1] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
};

/** `Mm.w.d`: day d (0 is Sunday) of week w (5 is the last) of month m. */
const weekdayRule = (month: number, week: number, weekday: number): TransitionRule | undefined => {
  if (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6) return undefined;
  return (year) => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    let day = ((weekday - first + 7) % 7) + (week - 1) * 7;
    if (day >= length) day -= 7;
    return (daysBefore(year, month) + day) * DAY;
  };
};

/** `Jn` never counts 29 February and starts with 1; a bare `n` counts it and starts with 0. */
const dayRule = (julian: boolean, n: number): TransitionRule | undefined => {
  if (n > 365 || (julian && n < 1)) return undefined;
  return (year) => (julian ? n - 1 + (isLeap(year) && n > 59 ? 1 : 0) : n) * DAY;
};

const transitionRule = (text: string): TransitionRule | undefined => {
  const [date = "", time = "2", ...more] = text.split("/");
  const at = seconds(time, 167);
  if (at === undefined || more.length > 0) return undefined;
  const weekday = /^M(\d{1,2})\.(\d)\.(\d)$/.exec(date);
  const day = /^(J?)(\d{1,3})$/.exec(date);
  const rule = weekday
    ? weekdayRule(Number(weekday[1]), Number(weekday[2]), Number(weekday[3]))
    : day && dayRule(day[1] === "J", Number(day[2]));
  return rule ? (year) => rule(year) + at : undefined;
};

const NAME = "([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
const OFFSET = "([+-]?\\d{1,2}(?::\\d{1,2}){0,2})";
const ZONE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?(?:,([^,]+),([^,]+))?)?$`);

/**
 * Reads a zone such as `CET-1CEST,M3.5.0,M10.5.0/3` (IEEE 1003.1 §8.3), with times of change up to ±167 hours; undefined
 * for anything else. The form `:name` and names of a zone database are left to implementations there and refused here.
 * Daylight saving time without rules changes on the dates of the United States, as is customary.
 */
export const parseTimeZone = (text: string): TimeZone | undefined => {
  const match = text.length <= 128 ? ZONE.exec(text) : null;
  if (!match) return undefined;
  const [, , standardText = "", daylightName, daylightText, startText = "M3.2.0", endText = "M11.1.0"] = match;
  const west = seconds(standardText, 24);
  if (west === undefined) return undefined;
  // "-0" would otherwise become a negative zero that leaks into equality checks.
  const standardOffset = 0 - west;
  if (daylightName === undefined) return { text, standardOffset, daylight: undefined };
  const daylightWest = daylightText === undefined ? west - 3600 : seconds(daylightText, 24);
  const start = transitionRule(startText);
  const end = transitionRule(endText);
  if (daylightWest === undefined || !start || !end) return undefined;
  return { text, standardOffset, daylight: { offset: 0 - daylightWest, start, end } };
};

/** Seconds east of Greenwich in force at `utcMs`; without `daylightSavings` the rules of the zone are ignored. */
export const offsetAt = (zone: TimeZone, utcMs: number, daylightSavings: boolean): number => {
  if (!daylightSavings || !zone.daylight) return zone.standardOffset;
  const year = new Date(utcMs + zone.standardOffset * 1000).getUTCFullYear();
  const since = (utcMs - Date.UTC(year, 0, 1)) / 1000;
  const start = zone.daylight.start(year) - zone.standardOffset;
  const end = zone.daylight.end(year) - zone.daylight.offset;
  const inForce = start < end ? since >= start && since < end : since >= start || since < end;
  return inForce ? zone.daylight.offset : zone.standardOffset;
};

/** The UTC date and time of an instant. */
export const civilOf = (utcMs: number): CivilDateTime => {
  const date = new Date(utcMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
};

/** The instant of a UTC date and time of the years 1970–9999; undefined where there is none (30 February, 25:00). */
export const instantOf = (civil: CivilDateTime): number | undefined => {
  const { year, month, day, hour, minute, second } = civil;
  const whole = [year, month, day, hour, minute, second].every(Number.isInteger);
  if (!whole || year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  // tt:Time allows seconds to 61 for leap seconds, which then count into the next minute.
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 61) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};
