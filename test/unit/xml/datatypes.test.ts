import { describe, expect, it } from "vitest";
import { xs } from "#xml/datatypes";
import { readXml } from "#xml/reader";
import { list, restrict } from "#xml/schema";
import type { XmlElement } from "#xml/tree";

/** Written text, its value (undefined: refused), and the text we write for that value. */
type Row = readonly [written: string, value: unknown, canonical?: string];

/** A simple type, whatever its values. */
interface Values {
  parse(text: string, element?: XmlElement): unknown;
  print(value: never): string;
}

const utc = (...parts: Parameters<typeof Date.UTC>): Date => new Date(Date.UTC(...parts));
const scope = readXml(`<x xmlns="urn:d" xmlns:p="urn:p"/>`);

const tables: Readonly<Record<string, readonly [Values, readonly Row[]]>> = {
  boolean: [
    xs.boolean,
    [
      ["true", true, "true"],
      ["0", false, "false"],
      ["1", true, "true"],
      ["True", undefined],
      ["", undefined],
      ["yes", undefined],
    ],
  ],
  int: [
    xs.int,
    [
      ["+7", 7, "7"],
      ["-0", -0, "0"],
      ["00123", 123, "123"],
      ["2147483647", 2147483647, "2147483647"],
      ["2147483648", undefined],
      ["-2147483648", -2147483648, "-2147483648"],
      ["-2147483649", undefined],
      ["1e3", undefined],
      ["0x10", undefined],
      ["1.0", undefined],
      ["", undefined],
      ["-", undefined],
      ["٣", undefined],
    ],
  ],
  nonNegativeInteger: [
    xs.nonNegativeInteger,
    [
      ["0", 0, "0"],
      ["-1", undefined],
    ],
  ],
  positiveInteger: [
    xs.positiveInteger,
    [
      ["1", 1, "1"],
      ["0", undefined],
    ],
  ],
  unsignedInt: [
    xs.unsignedInt,
    [
      ["4294967295", 4294967295, "4294967295"],
      ["4294967296", undefined],
    ],
  ],
  float: [
    xs.float,
    [
      ["-1.50E1", -15, "-15"],
      [".5", 0.5, "0.5"],
      ["5.", 5, "5"],
      ["INF", Infinity, "INF"],
      ["-INF", -Infinity, "-INF"],
      ["NaN", NaN, "NaN"],
      ["Infinity", undefined],
      ["", undefined],
      [".", undefined],
      ["1,5", undefined],
      ["0x1", undefined],
    ],
  ],
  dateTime: [
    xs.dateTime,
    [
      ["2026-11-21T10:00:00Z", utc(2026, 10, 21, 10), "2026-11-21T10:00:00Z"],
      ["2026-11-21T10:00:00.120Z", utc(2026, 10, 21, 10, 0, 0, 120), "2026-11-21T10:00:00.120Z"],
      ["2026-11-21T10:00:00.000Z", utc(2026, 10, 21, 10), "2026-11-21T10:00:00Z"],
      ["2026-11-21T10:00:00", utc(2026, 10, 21, 10), "2026-11-21T10:00:00Z"],
      ["2026-11-21T10:00:00.5+02:00", utc(2026, 10, 21, 8, 0, 0, 500), "2026-11-21T08:00:00.500Z"],
      ["2026-11-21T10:00:00.123456Z", utc(2026, 10, 21, 10, 0, 0, 123), "2026-11-21T10:00:00.123Z"],
      ["2026-11-21T24:00:00Z", utc(2026, 10, 22), "2026-11-22T00:00:00Z"],
      ["2026-11-21T24:00:00.000Z", utc(2026, 10, 22), "2026-11-22T00:00:00Z"],
      ["2026-06-30T23:59:60Z", utc(2026, 6, 1), "2026-07-01T00:00:00Z"],
      ["2026-06-30T23:59:60.250Z", utc(2026, 6, 1, 0, 0, 0, 250), "2026-07-01T00:00:00.250Z"],
      ["2026-06-30T23:59:61Z", undefined],
      ["0001-01-01T00:00:00Z", new Date("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z"],
      ["9999-12-31T23:59:59.999Z", utc(9999, 11, 31, 23, 59, 59, 999), "9999-12-31T23:59:59.999Z"],
      ["0099-01-01T00:00:00Z", new Date("0099-01-01T00:00:00Z"), "0099-01-01T00:00:00Z"],
      ["2024-02-29T00:00:00-14:00", utc(2024, 1, 29, 14), "2024-02-29T14:00:00Z"],
      ["2026-02-29T00:00:00Z", undefined],
      ["2026-02-29T00:00:00.000Z", undefined],
      ["2026-04-31T00:00:00Z", undefined],
      ["0000-12-31T23:59:59.999Z", undefined],
      ["-00001-01-01T00:00:00Z", undefined],
      ["Sat, 21 Nov 2026 GMT", undefined],
      ["2026-11-21t10:00:00z", undefined],
      ["2026-11-21T10:00:00.Z", undefined],
      ["2026-13-01T00:00:00Z", undefined],
      ["2026-00-01T00:00:00Z", undefined],
      ["2026-01-01T24:00:01Z", undefined],
      ["2026-01-01T25:00:00Z", undefined],
      ["2026-01-01T00:60:00Z", undefined],
      ["2026-01-01T00:00:00+15:00", undefined],
      ["2026-01-01T00:00:00+02:60", undefined],
      ["12026-01-01T00:00:00Z", undefined],
      ["0000-01-01T00:00:00Z", undefined],
      ["2026-01-01", undefined],
      ["2026-01-01 00:00:00", undefined],
      ["yesterday", undefined],
    ],
  ],
  duration: [
    xs.duration,
    [
      ["PT60S", 60_000, "PT1M"],
      ["P1DT2H", 93_600_000, "PT26H"],
      ["P1Y1M", (365 + 30) * 86_400_000, "PT9480H"],
      ["-PT0.5S", -500, "-PT0.5S"],
      ["PT0S", 0, "PT0S"],
      ["PT1.001S", 1001, "PT1.001S"],
      ["PT9007199254740S", 9_007_199_254_740_000, "PT2501999792H59M"],
      ["PT9007199254741S", undefined],
      ["P", undefined],
      ["PT", undefined],
      ["P1DT", undefined],
      ["60", undefined],
      ["PT1H2S3M", undefined],
      ["P-1D", undefined],
      ["PT.5S", undefined],
      [`P${"9".repeat(400)}Y`, undefined],
    ],
  ],
  time: [
    xs.time,
    [
      ["24:00:00", "24:00:00", "24:00:00"],
      ["23:59:59.5Z", "23:59:59.5Z", "23:59:59.5Z"],
      ["24:00:01", undefined],
      ["9:00:00", undefined],
    ],
  ],
  hexBinary: [
    xs.hexBinary,
    [
      ["0aFF", Buffer.from([10, 255]), "0AFF"],
      ["", Buffer.alloc(0), ""],
      ["0aF", undefined],
      ["0g", undefined],
    ],
  ],
  base64Binary: [
    xs.base64Binary,
    [
      ["AQ ID", Buffer.from([1, 2, 3]), "AQID"],
      ["AQ==", Buffer.from([1]), "AQ=="],
      ["", Buffer.alloc(0), ""],
      ["A===", undefined],
      ["AQI", undefined],
      ["AQ=D", undefined],
      ["AQ-_", undefined],
    ],
  ],
  QName: [
    xs.QName,
    [
      ["p:x", { namespace: "urn:p", name: "x" }, "x"],
      ["x", { namespace: "urn:d", name: "x" }, "x"],
      ["q:x", undefined],
      [":x", undefined],
      ["p:", undefined],
      ["p:x:y", undefined],
      ["p:1", undefined],
      ["", undefined],
    ],
  ],
  NCName: [
    xs.NCName,
    [
      ["größe", "größe", "größe"],
      ["a:b", undefined],
      ["1a", undefined],
      ["", undefined],
    ],
  ],
  language: [
    xs.language,
    [
      ["en-GB", "en-GB", "en-GB"],
      ["english-language-", undefined],
      ["", undefined],
    ],
  ],
  "a list": [
    list(xs.int),
    [
      ["1 -2", [1, -2], "1 -2"],
      ["", [], ""],
      ["1 x", undefined],
    ],
  ],
  "a pattern": [
    restrict(xs.string, { pattern: "a|b{2}" }),
    [
      ["a", "a", "a"],
      ["bb", "bb", "bb"],
      ["ab", undefined],
      ["b", undefined],
    ],
  ],
  "a length": [
    restrict(xs.hexBinary, { length: 2 }),
    [
      ["0102", Buffer.from([1, 2]), "0102"],
      ["01", undefined],
      ["010203", undefined],
    ],
  ],
  "a range": [
    restrict(xs.float, { minInclusive: -1, maxInclusive: 1 }),
    [
      ["-1", -1, "-1"],
      ["1.01", undefined],
      ["NaN", undefined],
    ],
  ],
};

describe.each(Object.entries(tables))("%s", (_, [schema, rows]) => {
  it.each(rows.map((row) => [row[0].slice(0, 40), ...row] as const))("%s", (__, written, value, canonical) => {
    const parsed: unknown = schema.parse(written, scope);
    expect(parsed).toEqual(value);
    if (value !== undefined) expect(schema.print(parsed as never)).toBe(canonical);
  });
});

describe("large values", () => {
  it("are judged without recursion", () => {
    const text = "A".repeat(8 * 1024 * 1024);
    expect(xs.base64Binary.parse(text)?.length).toBe(6 * 1024 * 1024);
    expect(xs.hexBinary.parse(text)?.length).toBe(4 * 1024 * 1024);
    expect(xs.base64Binary.parse(`${text}=`)).toBeUndefined();
    expect(xs.int.parse("1".repeat(1024 * 1024))).toBeUndefined();
  });
});

describe("printing whole numbers", () => {
  it("rounds and keeps to the range of the type", () => {
    expect(xs.int.print(1.6)).toBe("2");
    expect(xs.int.print(1e12)).toBe("2147483647");
    expect(xs.nonNegativeInteger.print(-5)).toBe("0");
  });
});
