import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "#config/nearest";
import { readCfg } from "#config/read";
import { attribute, content, defaultsOf, group, type Member, optional, repeated } from "#config/schema";
import { choice, decimal, flag, integer, oneOf, parseIpAddress, text } from "#config/values";
import { writeCfg } from "#config/write";

const doc = "A tag.";
const about = <T extends string>(tag: T) => ({ tag, doc });

const house = group(about("config"), {
  port: integer({ ...about("http_port"), default: 8000, min: 1, max: 65_535 }),
  open: flag({ ...about("is_open"), default: true }),
  name: text({ ...about("name"), default: "house" }),
  colour: choice({ ...about("colour"), values: ["Red", "Green"], default: undefined }),
  secret: text({ ...about("secret"), default: "", maxLength: 8, secret: true }),
  cellar: optional(group(about("cellar"), { depth: decimal({ ...about("depth"), default: 2, min: 0, max: 9 }) })),
  guests: repeated(text({ ...about("guest"), default: "" })),
  rooms: repeated(
    group(about("room"), {
      use: content(text({ ...about("room"), default: "" })),
      floor: attribute(integer({ ...about("floor"), default: 0, min: -3, max: 99 })),
    }),
  ),
});

const read = (xml: string) => readCfg("a.cfg", Buffer.from(xml), house);
const told = (xml: string): readonly string[] =>
  read(xml).issues.map(({ severity, line, column, tag, message }) => `${line}:${column} ${severity} ${tag} ${message}`);

describe("a group", () => {
  it("has its defaults when nothing is written", () => {
    const expected = { port: 8000, open: true, name: "house", secret: "", guests: [], rooms: [] };
    expect(read("<config/>")).toMatchObject({ value: expected, issues: [] });
    expect(defaultsOf(house)).toStrictEqual(expected);
  });

  it("takes its members in any order, keeps the order of repeated ones, and freezes all", () => {
    const { value, issues } = read(
      "<config><guest>Ada</guest><room floor='1'>bath</room><name> my house </name><guest>Bob</guest>" +
        "<is_open>0</is_open><cellar><depth>1.5</depth></cellar><room>hall</room><colour>gReEN</colour>" +
        "<http_port> 80 </http_port></config>",
    );
    expect(issues).toEqual([]);
    expect(value).toStrictEqual({
      port: 80,
      open: false,
      name: "my house",
      colour: "Green",
      secret: "",
      cellar: { depth: 1.5 },
      guests: ["Ada", "Bob"],
      rooms: [
        { use: "bath", floor: 1 },
        { use: "hall", floor: 0 },
      ],
    });
    expect([value, value.rooms, value.rooms[0], value.guests, value.cellar].every(Object.isFrozen)).toBe(true);
  });

  it("takes an empty tag for its default, but the presence of a group for the group", () => {
    const { value, issues } = read(
      "<config><http_port></http_port><name/><cellar/><guest/><colour> </colour></config>",
    );
    expect(value).toStrictEqual({ ...defaultsOf(house), cellar: { depth: 2 } });
    expect(issues).toEqual([]);
  });

  it("collects every wrong value with its place and what is expected", () => {
    const xml = `<config>
  <http_port>80000</http_port>
  <is_open>yes</is_open>
  <colour>blue</colour>
  <cellar><depth>deep</depth></cellar>
  <room floor="x">hall</room>
</config>`;
    expect(told(xml)).toEqual([
      '2:3 error http_port "80000" is not allowed; expected 1 to 65535',
      '3:3 error is_open "yes" is not allowed; expected 0 or 1',
      '4:3 error colour "blue" is not allowed; expected Red or Green',
      '5:11 error depth "deep" is not allowed; expected 0 to 9, decimals too',
      '6:3 error floor "x" is not allowed; expected -3 to 99',
    ]);
    expect(read(xml).value.port).toBe(8000);
  });

  it("never shows a secret, and keeps its blanks", () => {
    expect(read("<config><secret> p w </secret></config>").value.secret).toBe(" p w ");
    expect(told("<config><secret>hunter2hunter2</secret></config>")).toEqual([
      "1:9 error secret the value is not allowed; expected up to 8 characters",
    ]);
  });

  it("warns of what it does not know and says what was probably meant", () => {
    const xml = `<config>
 <httpport>1</httpport>
 <Name>x</Name>
 <quux/>
 <cellar width="1"><dept>1</dept></cellar>
 <room flor="2">hall</room>
 <name><b/>x</name>
 stray
</config>`;
    expect(told(xml)).toEqual([
      "2:2 warning httpport is not known inside <config>; it is ignored. Did you mean <http_port>?",
      "3:2 warning Name is not known inside <config>; it is ignored. Did you mean <name>?",
      "4:2 warning quux is not known inside <config>; it is ignored",
      '1:1 warning config the text "stray" between its tags is ignored',
      "7:8 warning b is not known inside <name>",
      "5:20 warning dept is not known inside <cellar>; it is ignored. Did you mean <depth>?",
      '5:2 warning cellar has no attribute "width"; it is ignored',
      '6:2 warning room has no attribute "flor"; it is ignored. Did you mean floor?',
    ]);
  });

  it("counts the first of a tag that is given again, and warns", () => {
    const xml = "<config><name>a</name>\n<name>b</name></config>";
    expect(read(xml).value.name).toBe("a");
    expect(told(xml)).toEqual(["2:1 warning name is given again; only the first one counts"]);
  });

  it("lets name spaces pass", () => {
    expect(read("<config xmlns:x='urn:x' xml:lang='en'><name>a</name></config>").issues).toEqual([]);
  });
});

describe("readCfg", () => {
  it("wants the right root tag", () => {
    expect(told("<onvif><http_port>1</http_port></onvif>")).toEqual([
      "1:1 error onvif the root tag has to be <config>",
    ]);
  });

  it("gives the defaults of a file that is not well formed", () => {
    const { value, issues } = read("<config><name>x</config>");
    expect(value).toStrictEqual(defaultsOf(house));
    expect(issues).toMatchObject([{ severity: "error", file: "a.cfg", line: 1, column: 16, tag: "" }]);
  });

  it("bounds the number of issues without losing that there was an error", () => {
    const { issues } = read(`<config>${"<x/>".repeat(5000)}<http_port>0</http_port></config>`);
    expect(issues.length).toBeLessThan(210);
    expect(issues.at(-1)?.message).toMatch(/^48\d\d more problems$/);
    expect(issues.some(({ severity, tag }) => severity === "error" && tag === "http_port")).toBe(true);
  });
});

describe("values", () => {
  const port = integer({ ...about("v"), default: 1, min: -1, max: 100 });
  const mode = choice({ ...about("v"), values: ["TCP", "UDP"], default: "TCP" });
  const rate = oneOf({ ...about("v"), default: 0, values: [0, 8000], unit: "Hz" });
  const speed = decimal({ ...about("v"), default: 1, min: 0.1, max: 1e15 });
  const level = integer({ ...about("v"), default: 1, min: 0, max: 1, labels: ["low", "high"] });
  const address = text({ ...about("v"), default: "", allowed: "an address", parse: parseIpAddress });
  type Row = readonly [what: string, member: Member, written: string, value: unknown];
  const wrong = Symbol("wrong");

  const rows: readonly Row[] = [
    ["the lower bound", port, "-1", -1],
    ["the upper bound", port, "100", 100],
    ["below the lower bound", port, "-2", wrong],
    ["above the upper bound", port, "101", wrong],
    ["leading zeros", port, "007", 7],
    ["a plus sign", port, "+7", 7],
    ["minus zero", port, "-0", 0],
    ["decimals of a whole number", port, "7.0", wrong],
    ["an exponent of a whole number", port, "1e1", wrong],
    ["hexadecimal digits", port, "0x10", wrong],
    ["more digits than any number has", port, "9".repeat(400), wrong],
    ["a unit behind the number", port, "7 s", wrong],
    ["a word in another case", mode, "udp", "UDP"],
    ["a word that is not listed", mode, "SCTP", wrong],
    ["a listed number", rate, "8000", 8000],
    ["a number that is not listed", rate, "8001", wrong],
    ["decimals", speed, "29.97", 29.97],
    ["an exponent", speed, "1.5e3", 1500],
    ["no digits before the point", speed, ".5", wrong],
    ["a word for a number", speed, "NaN", wrong],
    ["infinity", speed, "Infinity", wrong],
    ["a labelled number", level, "0", 0],
    ["a label", level, "low", wrong],
    ["an IPv4 address", address, "192.0.2.1", "192.0.2.1"],
    ["an IPv4 address with a large octet", address, "192.0.2.256", wrong],
    ["three octets", address, "192.0.2", wrong],
    ["an IPv6 address", address, "2001:db8::1", "2001:db8::1"],
    ["an IPv6 address with two gaps", address, "1::2::3", wrong],
    ["a host name", address, "localhost", wrong],
  ];
  it.each(rows)("reads %s", (_, member, written, expected) => {
    const { value, issues } = readCfg(
      "a.cfg",
      Buffer.from(`<config><v>${written}</v></config>`),
      group(about("config"), { v: member }),
    );
    expect(issues.map(({ severity }) => severity)).toEqual(expected === wrong ? ["error"] : []);
    if (expected !== wrong) expect(value).toEqual({ v: expected });
  });
});

describe("nearest", () => {
  const tags = ["http_port", "https_port", "need_auth", "video_encoder", "user"];
  const rows: readonly (readonly [what: string, written: string, meant: string | undefined])[] = [
    ["a missing underscore", "httpport", "http_port"],
    ["a hyphen for the underscore", "http-port", "http_port"],
    ["another case", "Need_Auth", "need_auth"],
    ["swapped letters", "need_atuh", "need_auth"],
    ["a letter too many", "users", "user"],
    ["a letter missing", "video_encodr", "video_encoder"],
    ["something else", "quality", undefined],
    ["a short word that is one letter off", "us", undefined],
    ["a very long word", "x".repeat(100_000), undefined],
  ];
  it.each(rows)("knows what is meant with %s", (_, written, meant) => {
    expect(nearest(written, tags)).toBe(meant);
  });
});

describe("writeCfg", () => {
  const full = {
    ...defaultsOf(house),
    name: "  <R&D>\n ",
    colour: "Red" as const,
    secret: " s ",
    cellar: { depth: 0.5 },
    guests: ["Ada", " Bob"],
    rooms: [{ use: 'a "b"', floor: -3 }],
  };

  it("writes what reads as the same value, blanks and all", () => {
    const { value, issues } = read(writeCfg(house, full, { comments: true, heading: "A -- house." }));
    expect(issues).toEqual([]);
    expect(value).toStrictEqual(full);
  });

  it("writes any text so that it reads as the same", () => {
    const legal = fc
      .string({ unit: "binary", maxLength: 30 })
      .filter((text) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text));
    fc.assert(
      fc.property(legal, legal, fc.array(legal), fc.integer({ min: -3, max: 99 }), (one, two, more, floor) => {
        const value = {
          ...defaultsOf(house),
          name: one || "house",
          secret: [...two].slice(0, 4).join(""),
          guests: more.filter((text) => text !== ""),
          rooms: [{ use: two, floor }],
        };
        const { value: again, issues } = read(writeCfg(house, value, { heading: one }));
        expect(issues).toEqual([]);
        expect(again).toStrictEqual(value);
      }),
    );
  });

  it("explains each tag once, with its limits, and wraps", () => {
    expect(
      writeCfg(house, full, {
        comments: true,
        heading: "House.",
        hide: (path) => path !== "guest" && path !== "http_port",
      }),
    ).toBe(
      `<?xml version="1.0" encoding="utf-8"?>
<!-- House. -->
<config>
    <!-- A tag. (1 to 65535; default 8000) -->
    <http_port>8000</http_port>
    <!-- A tag. (up to 1024 characters) -->
    <guest>Ada</guest>
    <guest>&#32;Bob</guest>
</config>
`,
    );
  });
});
