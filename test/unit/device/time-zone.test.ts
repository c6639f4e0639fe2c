import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilOf, instantOf, offsetAt, parseTimeZone } from "#device/time-zone";

/** Seconds east of Greenwich as the runtime's zone database has it. */
const databaseOffset = (zone: string): ((ms: number) => number) => {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (ms) => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return (Date.UTC(year, month - 1, day, hour, minute, second) - ms) / 1000;
  };
};

describe("POSIX time zones", () => {
  it.each([
    ["UTC0", "UTC"],
    ["CST-8", "Asia/Shanghai"],
    ["IST-5:30", "Asia/Kolkata"],
    ["<+0545>-5:45", "Asia/Kathmandu"],
    ["<-03>3", "America/Sao_Paulo"],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin"],
    ["GMT0BST,M3.5.0/1,M10.5.0", "Europe/London"],
    ["EST5EDT,M3.2.0,M11.1.0", "America/New_York"],
    ["PST8PDT", "America/Los_Angeles"],
    ["IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Dublin"],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney"],
    ["NZST-12NZDT,M9.5.0,M4.1.0/3", "Pacific/Auckland"],
    ["<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "Australia/Lord_Howe"],
    ["<-04>4<-03>,M9.1.6/24,M4.1.6/24", "America/Santiago"],
    ["<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "America/Nuuk"],
  ])("reads %s as %s has it, through 2025 and to the half hour around the changes", (text, name) => {
    const zone = parseTimeZone(text);
    const offset = databaseOffset(name);
    expect(zone).toBeDefined();
    if (!zone) return;
    const start = Date.UTC(2025, 0, 1);
    const halfHours = Array.from({ length: 365 * 48 }, (_, index) => start + index * 1_800_000);
    const changes = halfHours.filter((ms) => offsetAt(zone, ms, true) !== offsetAt(zone, ms - 1_800_000, true));
    const isNear = (ms: number): boolean => changes.some((change) => Math.abs(change - ms) <= 5_400_000);
    const asked = halfHours.filter((ms, index) => index % 16 === 0 || isNear(ms));
    const wrong = asked.filter((ms) => offsetAt(zone, ms, true) !== offset(ms)).map((ms) => new Date(ms).toISOString());
    expect(wrong).toEqual([]);
  });

  it.each([
    ["a rule by day of the year without leap day", "AAA0BBB,J60,J300", "2024-03-01T02:00:00Z", "2024-03-01T01:59:59Z"],
    ["a rule by day of the year with leap day", "AAA0BBB,59,299", "2024-02-29T02:00:00Z", "2024-02-29T01:59:59Z"],
    [
      "the fifth weekday where there are four",
      "AAA0BBB,M2.5.0/0,M11.1.0",
      "2025-02-23T00:00:00Z",
      "2025-02-22T23:59:59Z",
    ],
  ])("changes at %s", (_, text, after, before) => {
    const zone = parseTimeZone(text);
    expect(zone && offsetAt(zone, Date.parse(after), true)).toBe(3600);
    expect(zone && offsetAt(zone, Date.parse(before), true)).toBe(0);
  });

  it("can have daylight saving time all year", () => {
    const zone = parseTimeZone("EST5EDT,0/0,J365/25");
    for (const day of ["2025-01-01T04:00:00Z", "2025-01-01T06:00:00Z", "2025-07-01T00:00:00Z", "2025-12-31T23:59:59Z"])
      expect(zone && offsetAt(zone, Date.parse(day), true), day).toBe(-4 * 3600);
  });

  it("ignores its daylight saving rules when they are switched off", () => {
    const zone = parseTimeZone("CET-1CEST,M3.5.0,M10.5.0/3");
    const july = Date.parse("2025-07-01T00:00:00Z");
    expect(zone && [offsetAt(zone, july, true), offsetAt(zone, july, false)]).toEqual([7200, 3600]);
  });

  it.each([
    ["nothing", ""],
    ["a name without offset", "INVALIDTIMEZONE"],
    ["a bare UTC", "UTC"],
    ["a name of the zone database", "Europe/Berlin"],
    ["the form left to implementations", ":Europe/Berlin"],
    ["a name of two letters", "AB1"],
    ["an offset beyond a day", "AAA25"],
    ["minutes beyond an hour", "AAA1:60"],
    ["only one rule", "AAA1BBB,M3.2.0"],
    ["rules without a daylight name", "AAA1,M3.2.0,M11.1.0"],
    ["a month beyond the year", "AAA1BBB,M13.1.0,M11.1.0"],
    ["a sixth week", "AAA1BBB,M3.6.0,M11.1.0"],
    ["an eighth weekday", "AAA1BBB,M3.1.7,M11.1.0"],
    ["day 0 of a count from 1", "AAA1BBB,J0,J100"],
    ["day 366 of a count from 0", "AAA1BBB,366,100"],
    ["a change beyond a week", "AAA1BBB,M3.2.0/168,M11.1.0"],
    ["two times of change", "AAA1BBB,M3.2.0/1/2,M11.1.0"],
    ["trailing text", "AAA1 "],
    ["overlong text", `AAA1BBB,M3.2.0,M11.1.0/${"0".repeat(200)}`],
  ])("refuses %s", (_, text) => expect(parseTimeZone(text)).toBeUndefined());

  it("reads or refuses any text, and always gives a whole number of seconds", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."ABC<>+-0123456789,./:MJ".split("")), maxLength: 40 });
    fc.assert(
      fc.property(letters, fc.integer({ min: 0, max: 4_000_000_000_000 }), (text, ms) => {
        const zone = parseTimeZone(text);
        return !zone || Number.isInteger(offsetAt(zone, ms, true));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("civil dates", () => {
  it("return to the instant they came from", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 }),
        (second) => instantOf(civilOf(second * 1000)) === second * 1000,
      ),
    );
  });

  it.each([
    ["30 February", { month: 2, day: 30 }],
    ["29 February of a common year", { year: 2025, month: 2, day: 29 }],
    ["month 13", { month: 13 }],
    ["month 0", { month: 0 }],
    ["day 0", { day: 0 }],
    ["hour 24", { hour: 24 }],
    ["minute 60", { minute: 60 }],
    ["second 62", { second: 62 }],
    ["a negative hour", { hour: -1 }],
    ["half a day", { day: 1.5 }],
    ["no number", { year: Number.NaN }],
    ["a year before the epoch", { year: 1969 }],
  ])("do not have %s", (_, part) => {
    const civil = { year: 2026, month: 1, day: 15, hour: 12, minute: 0, second: 0, ...part };
    expect(instantOf(civil)).toBeUndefined();
  });

  it("count a leap second into the next minute", () => {
    const civil = { year: 2016, month: 12, day: 31, hour: 23, minute: 59, second: 60 };
    expect(instantOf(civil)).toBe(Date.UTC(2017, 0, 1));
  });
});
