import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { decode, encode, encodeElement, namespacesOf } from "#xml/codec";
import { xs } from "#xml/datatypes";
import { readXml } from "#xml/reader";
import {
  any,
  attribute,
  element,
  enumeration,
  type Infer,
  lazy,
  list,
  many,
  nillable,
  optional,
  optionalAttribute,
  restrict,
  type Schema,
  schemaNamespace,
  simple,
  type SimpleSchema,
  some,
  text,
  union,
} from "#xml/schema";

const a = schemaNamespace("urn:a", "a");
const b = schemaNamespace("urn:b", "b");

const Colour = enumeration(xs.string, "red", "green");
const Point = a.sequence({ x: attribute(xs.float), y: optionalAttribute(xs.float) });
const Labelled = b.extend(
  a.sequence({ token: attribute(restrict(xs.string, { maxLength: 4 })), Name: element(xs.string) }),
  {
    Colour: optional(Colour),
    Point: many(Point),
    Size: some(xs.int, { max: 2 }),
  },
);
interface Tree {
  readonly Name: string;
  readonly Child?: readonly Tree[] | undefined;
}
const Tree: Schema<Tree> = a.sequence({ Name: element(xs.string), Child: many(lazy((): Schema<Tree> => Tree)) });

const read = <S extends Schema>(schema: S, xml: string, strict = false): Infer<S> =>
  decode(schema, readXml(xml), { strict });
const reasonOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.context["reason"];
    throw error;
  }
  return "accepted";
};

const good = `<r xmlns:a="urn:a" xmlns:b="urn:b" token="t1"><a:Name> n </a:Name><b:Colour> red</b:Colour><b:Point x="1.5"/><b:Point x="-2" y="1e3"/><b:Size>7</b:Size></r>`;

/** An instant, or ms. */
const instantOrDuration = union(xs.dateTime, xs.duration, (value): value is Date => value instanceof Date);

describe("decode", () => {
  it("reads attributes, inherited members of another namespace, lists and simple values", () => {
    expect(read(Labelled, good)).toEqual({
      token: "t1",
      Name: " n ",
      Colour: "red",
      Point: [{ x: 1.5 }, { x: -2, y: 1000 }],
      Size: [7],
    });
  });

  it.each([
    ["a required element is missing", good.replace(/<b:Size>7<.b:Size>/, ""), "missing"],
    ["a required attribute is missing", good.replace(' token="t1"', ""), "missing"],
    ["members stand in the wrong order", good.replace(/(<b:Colour>.*?<.b:Colour>)(.*)<.r>/, "$2$1</r>"), "order"],
    ["a single element comes twice", good.replace("<b:Colour> red</b:Colour>", "$&$&"), "too-many"],
    ["a list is longer than its maximum", good.replace("<b:Size>7</b:Size>", "$&$&$&"), "too-many"],
    ["an unknown element stands in a closed type", good.replace("<b:Size>", "<b:Weight/>$&"), "unexpected"],
    ["a value is outside its type", good.replace(">7<", ">7.5<"), "value"],
    ["a value is outside its enumeration", good.replace("red", "blue"), "value"],
    ["text is longer than allowed", good.replace("t1", "t1234"), "value"],
    ["an element stands where text is expected", good.replace("> n <", "><b:x/><"), "unexpected"],
  ])("refuses a document when %s", (_, xml, reason) => {
    expect(reasonOf(() => read(Labelled, xml))).toBe(reason);
  });

  it("takes an empty list of values for a value that is there", () => {
    const Listed = a.sequence({ Values: element(list(xs.int)), Rows: many(list(xs.int), { max: 1 }) });
    expect(read(Listed, "<r><Values/></r>")).toEqual({ Values: [] });
    expect(read(Listed, "<r><Values>1</Values><Rows>2 3</Rows></r>")).toEqual({ Values: [1], Rows: [[2, 3]] });
    expect(reasonOf(() => read(Listed, "<r><Values/><Rows/><Rows/></r>"))).toBe("too-many");
  });

  it("collapses XML's white space where the type says so, and no other", () => {
    const Words = a.sequence({ Token: element(xs.token), Text: element(xs.string) });
    expect(read(Words, "<r><Token>\n a \t b\u00A0</Token><Text> a  b </Text></r>")).toEqual({
      Token: "a b\u00A0",
      Text: " a  b ",
    });
  });

  it("names the path, what is expected, and line and column", () => {
    const xml = `<r xmlns:b="urn:b" token="t">\n <Name>n</Name>\n <b:Size>x</b:Size></r>`;
    expect(() => read(Labelled, xml)).toThrow("r/Size (line 3, column 2): xs:int is expected");
  });

  it("accepts a member in the wrong namespace unless strict", () => {
    const xml = `<r token="t"><Name>n</Name><Size>1</Size></r>`;
    expect(read(Labelled, xml).Size).toEqual([1]);
    expect(reasonOf(() => read(Labelled, xml, true))).toBe("unexpected");
  });

  it("skips unknown elements of open types, and refuses those of the type's own namespace when strict", () => {
    const Open = a.sequence({ Name: element(xs.string) }).open();
    const xml = `<r xmlns="urn:a"><Name>n</Name><Later/></r>`;
    expect(read(Open, xml)).toEqual({ Name: "n" });
    expect(reasonOf(() => read(Open, xml, true))).toBe("unexpected");
  });

  it("holds to exactly one of a group of members", () => {
    const One = a.sequence({ A: optional(xs.int), B: optional(xs.int) }).oneOf("A", "B");
    expect(reasonOf(() => read(One, `<r/>`))).toBe("missing");
    expect(reasonOf(() => read(One, `<r><A>1</A><B>1</B></r>`))).toBe("unexpected");
    expect(read(One, `<r><B>1</B></r>`)).toEqual({ B: 1 });
  });

  it("holds elements of any name to their number", () => {
    const One = a.sequence({ Name: attribute(xs.string), Any: any({ min: 1, max: 1 }) });
    expect(read(One, `<r Name="n"><z/></r>`).Any?.map(({ name }) => name)).toEqual(["z"]);
    expect(reasonOf(() => read(One, `<r Name="n"/>`))).toBe("missing");
    expect(reasonOf(() => read(One, `<r Name="n"><z/><z/></r>`))).toBe("too-many");
  });

  it("reads a union by the first of its types that fits, and refuses what fits none", () => {
    const Term = a.sequence({ Until: element(instantOrDuration) });
    expect(read(Term, "<r><Until> 2026-01-15T12:00:00Z </Until></r>")).toEqual({
      Until: new Date("2026-01-15T12:00Z"),
    });
    expect(read(Term, "<r><Until>PT1M</Until></r>")).toEqual({ Until: 60_000 });
    expect(reasonOf(() => read(Term, "<r><Until>soon</Until></r>"))).toBe("value");
    expect(() => read(Term, "<r><Until>soon</Until></r>")).toThrow("xs:dateTime or xs:duration is expected");
  });

  it.each(["true", "1"])(
    "reads an element that says it has no value (nil %s) as null, where the type allows it",
    (nil) => {
      const Term = a.sequence({ Until: nillable(optional(xs.dateTime)), Size: optional(xs.int) });
      const none = (name: string): string =>
        `<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><${name} i:nil="${nil}"/></r>`;
      expect(read(Term, none("Until"))).toEqual({ Until: null });
      expect(reasonOf(() => read(Term, none("Size")))).toBe("value");
      expect(reasonOf(() => read(Term, none("Until").replace(nil, "false")))).toBe("value");
      expect(
        reasonOf(() => read(Term, none("Until").replace("<Until", "<Until>2026-01-15T12:00:00Z</Until><Until"))),
      ).toBe("too-many");
    },
  );

  it("reads the text of a mixed type beside its elements", () => {
    const Mixed = a.sequence({ Kind: attribute(xs.string), Any: any() }).mixed();
    expect(read(Mixed, `<r Kind="k"> a &amp; <z/>b</r>`)).toMatchObject({ Kind: "k", text: " a & b" });
    expect(read(Mixed, `<r Kind="k"/>`)).toEqual({ Kind: "k", text: "" });
  });

  it("reads the members of a choice in any order", () => {
    const Any = a.choice({ A: many(xs.int), B: many(xs.int) });
    expect(read(Any, `<r><B>1</B><A>2</A><B>3</B></r>`)).toEqual({ B: [1, 3], A: [2] });
  });
});

describe("encode", () => {
  it("writes members in schema order under the prefixes of their namespaces, and reads back the same", () => {
    const value = { Size: [1, 2], Name: "a<b", token: 'q"', Point: [{ x: 1 }] };
    const xml = encodeElement(b, "r", Labelled, value);
    expect(xml).toBe(
      `<b:r token="q&quot;"><a:Name>a&lt;b</a:Name><b:Point x="1"/><b:Size>1</b:Size><b:Size>2</b:Size></b:r>`,
    );
    expect(
      namespacesOf(Labelled)
        .map(({ prefix }) => prefix)
        .toSorted(),
    ).toEqual(["a", "b"]);
    expect(read(Labelled, xml.replace("<b:r", '<b:r xmlns:a="urn:a" xmlns:b="urn:b"'), true)).toEqual(value);
  });

  it("writes types that contain themselves", () => {
    const value: Tree = { Name: "1", Child: [{ Name: "2", Child: [{ Name: "3" }] }] };
    const xml = encodeElement(a, "t", Tree, value);
    expect(read(Tree, xml.replace("<a:t", '<a:t xmlns:a="urn:a"'), true)).toEqual(value);
  });

  it("writes text with attributes, lists, QNames and what was kept as read", () => {
    const Mixed = a.sequence({
      Kind: attribute(xs.QName),
      Values: element(list(xs.int)),
      Data: element(a.sequence({ content: text(xs.base64Binary), type: optionalAttribute(xs.string) })),
      Any: any(),
    });
    const xml = `<a:m xmlns:a="urn:a" xmlns:z="urn:z" Kind="z:k"><a:Values>1 2</a:Values><a:Data type="t">AQI=</a:Data><z:more z:n="1"><z:in>x</z:in></z:more></a:m>`;
    const value = read(Mixed, xml, true);
    expect(value.Kind).toEqual({ namespace: "urn:z", name: "k" });
    const again = encodeElement(a, "m", Mixed, value).replace("<a:m", '<a:m xmlns:a="urn:a"');
    const second = read(Mixed, again, true);
    expect(second).toMatchObject({
      Kind: value.Kind,
      Values: [1, 2],
      Data: { content: Buffer.from([1, 2]), type: "t" },
    });
    expect(second.Any?.[0]?.attribute("n", "urn:z")).toBe("1");
    expect(second.Any?.[0]?.child("in", "urn:z")?.text).toBe("x");
  });
});

describe("encode of what few types have", () => {
  it("writes the values of a kept type once, each for itself", () => {
    let printed = 0;
    const counted = simple(
      "string",
      (text) => text,
      (value: string) => {
        printed++;
        return value;
      },
    );
    const Kept = a.sequence({ Name: element(counted), kind: attribute(counted) }).kept();
    const Holder = a.sequence({ One: many(Kept) });
    const [one, other] = [
      { Name: "a&b", kind: "<" },
      { Name: "ü", kind: "" },
    ];
    const text = '<a:One kind="&lt;"><a:Name>a&amp;b</a:Name></a:One>';
    for (let times = 0; times < 3; times++) {
      expect(encode(Holder, { One: [one, one] }).content).toBe(text + text);
      expect(encode(Holder, { One: [other] }).content).toBe('<a:One kind=""><a:Name>ü</a:Name></a:One>');
    }
    expect(encode(Kept, { ...one, Name: "c" })).toEqual({
      attributes: ' kind="&lt;"',
      content: "<a:Name>c</a:Name>",
    });
    expect(printed).toBe(6);
  });

  it("writes a value of a union by its type", () => {
    const Term = a.sequence({ Until: many(instantOrDuration) });
    const value = { Until: [new Date("2026-01-15T12:00Z"), 90_000] };
    expect(encodeElement(a, "t", Term, value)).toBe(
      "<a:t><a:Until>2026-01-15T12:00:00Z</a:Until><a:Until>PT1M30S</a:Until></a:t>",
    );
  });

  it("writes null as an element without a value", () => {
    const Term = a.sequence({ Until: nillable(element(xs.dateTime)) });
    const xml = encodeElement(a, "t", Term, { Until: null });
    expect(read(Term, xml.replace("<a:t", '<a:t xmlns:a="urn:a"'), true)).toEqual({ Until: null });
  });

  it("writes the text of a mixed type, and knows the namespaces that it mentions", () => {
    const Mixed = a.sequence({ Kind: attribute(xs.string), Any: any() }).mixed(b);
    expect(encodeElement(a, "t", Mixed, { Kind: "k", text: "b:x < y" })).toBe(`<a:t Kind="k">b:x &lt; y</a:t>`);
    expect(namespacesOf(a.sequence({ One: element(Mixed) })).map(({ prefix }) => prefix)).toEqual(["a", "b"]);
  });

  it("writes a QName under the prefix that it brings", () => {
    const Typed = a.sequence({ Type: attribute(xs.QName), Other: element(xs.QName) });
    const value = { Type: { namespace: "urn:z", name: "n", prefix: "z" }, Other: { namespace: "urn:z", name: "n" } };
    expect(encodeElement(a, "t", Typed, value)).toBe(
      `<a:t xmlns:z="urn:z" Type="z:n"><a:Other xmlns:q="urn:z">q:n</a:Other></a:t>`,
    );
  });
});

describe("datatypes", () => {
  it.each([
    [xs.dateTime, "2026-11-21T10:00:00Z", new Date(Date.UTC(2026, 10, 21, 10)), "2026-11-21T10:00:00Z"],
    [
      xs.dateTime,
      "2026-11-21T10:00:00.5+02:00",
      new Date(Date.UTC(2026, 10, 21, 8, 0, 0, 500)),
      "2026-11-21T08:00:00.500Z",
    ],
    [
      xs.dateTime,
      "2026-11-21T10:00:00.123456Z",
      new Date(Date.UTC(2026, 10, 21, 10, 0, 0, 123)),
      "2026-11-21T10:00:00.123Z",
    ],
    [xs.dateTime, "2026-02-30T10:00:00Z", undefined, ""],
    [xs.dateTime, "yesterday", undefined, ""],
    [xs.duration, "PT60S", 60_000, "PT1M"],
    [xs.duration, "P1DT2H", 93_600_000, "PT26H"],
    [xs.duration, "-PT0.5S", -500, "-PT0.5S"],
    [xs.duration, "PT0S", 0, "PT0S"],
    [xs.duration, "P", undefined, ""],
    [xs.duration, "60", undefined, ""],
    [xs.boolean, "1", true, "true"],
    [xs.boolean, "TRUE", undefined, ""],
    [xs.int, "+7", 7, "7"],
    [xs.int, "2147483648", undefined, ""],
    [xs.int, "1e3", undefined, ""],
    [xs.float, "-1.50E1", -15, "-15"],
    [xs.float, "INF", Infinity, "INF"],
    [xs.float, "", undefined, ""],
    [xs.hexBinary, "0aFF", Buffer.from([10, 255]), "0AFF"],
    [xs.hexBinary, "0aF", undefined, ""],
    [xs.base64Binary, "AQ ID", Buffer.from([1, 2, 3]), "AQID"],
    [xs.base64Binary, "A===", undefined, ""],
  ])("%#: reads %s", (schema: SimpleSchema, written: string, value: unknown, canonical: string) => {
    const parsed = schema.parse(written, readXml("<x/>"));
    expect(parsed).toEqual(value);
    if (value !== undefined) expect(schema.print(parsed)).toBe(canonical);
  });
});
