import { describe, expect, it } from "vitest";
import { declareService, operation } from "#onvif/operation";
import { catalogueOf } from "#onvif/schema/catalogue";
import { writeSchemas } from "#onvif/xsd";
import { xs } from "#xml/datatypes";
import {
  any,
  attribute,
  element,
  enumeration,
  list,
  many,
  nillable,
  optional,
  optionalAttribute,
  raw,
  restrict,
  schemaNamespace,
  some,
  text,
  union,
} from "#xml/schema";

const a = schemaNamespace("urn:a", "a");
const b = schemaNamespace("urn:b", "b");

/** The declarations in the document of `a`, each on a line of its own. */
const written = (types: Readonly<Record<string, unknown>>, prefix = "a"): string[] => {
  const document = writeSchemas(catalogueOf([{ namespace: a, modules: [types] }])).get(`${prefix}.xsd`) ?? "";
  return document
    .replace(/\n {4,}/g, "")
    .replace(/\n {2}(<\/)/g, "$1")
    .trimEnd()
    .split("\n")
    .slice(2, -1)
    .map((line) => line.trim());
};

describe("writeSchemas", () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      "an enumeration",
      { T: enumeration(xs.string, "x", "<") },
      `<xs:simpleType name="T"><xs:restriction base="xs:string"><xs:enumeration value="x"/><xs:enumeration value="&lt;"/></xs:restriction></xs:simpleType>`,
    ],
    ["a list", { T: list(xs.int) }, `<xs:simpleType name="T"><xs:list itemType="xs:int"/></xs:simpleType>`],
    [
      "a union",
      { T: union(xs.dateTime, xs.duration, (value): value is Date => value instanceof Date) },
      `<xs:simpleType name="T"><xs:union memberTypes="xs:dateTime xs:duration"/></xs:simpleType>`,
    ],
    [
      "an element that may have no value, and text beside it",
      { T: a.sequence({ A: nillable(optional(xs.int)) }).mixed() },
      `<xs:complexType name="T" mixed="true"><xs:sequence><xs:element name="A" type="xs:int" minOccurs="0" nillable="true"/></xs:sequence></xs:complexType>`,
    ],
    [
      "elements with their numbers",
      { T: a.sequence({ A: element(xs.int), B: optional(xs.int), C: many(raw), D: some(xs.int, { min: 2, max: 4 }) }) },
      `<xs:complexType name="T"><xs:sequence><xs:element name="A" type="xs:int"/><xs:element name="B" type="xs:int" minOccurs="0"/><xs:element name="C" type="xs:anyType" minOccurs="0" maxOccurs="unbounded"/><xs:element name="D" type="xs:int" minOccurs="2" maxOccurs="4"/></xs:sequence></xs:complexType>`,
    ],
    [
      "attributes",
      {
        T: a
          .sequence({ x: attribute(xs.int), y: optionalAttribute(restrict(xs.string, { maxLength: 3 })) })
          .open({ elements: false }),
      },
      `<xs:complexType name="T"><xs:sequence/><xs:attribute name="x" type="xs:int" use="required"/><xs:attribute name="y"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:attribute><xs:anyAttribute processContents="lax"/></xs:complexType>`,
    ],
    [
      "text with attributes",
      { T: a.sequence({ Value: text(xs.string), x: attribute(xs.int) }) },
      `<xs:complexType name="T"><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="x" type="xs:int" use="required"/></xs:extension></xs:simpleContent></xs:complexType>`,
    ],
    [
      "one of several",
      { T: a.sequence({ A: optional(xs.int), B: optional(xs.int), C: many(xs.int) }).oneOf("A", "C") },
      `<xs:complexType name="T"><xs:sequence><xs:choice><xs:element name="A" type="xs:int"/><xs:element name="C" type="xs:int" maxOccurs="unbounded"/></xs:choice><xs:element name="B" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>`,
    ],
    [
      "a repeated choice",
      { T: a.choice({ A: many(xs.int) }) },
      `<xs:complexType name="T"><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="A" type="xs:int"/></xs:choice></xs:complexType>`,
    ],
    [
      "an element of another namespace",
      { T: a.sequence({ Out: element(xs.int, { namespace: b }), u: optionalAttribute(xs.int, { namespace: b }) }) },
      `<xs:complexType name="T"><xs:sequence><xs:element ref="b:Out"/></xs:sequence><xs:attribute ref="b:u"/></xs:complexType>`,
    ],
    [
      "any element where nothing else can stand",
      { T: a.sequence({ A: element(xs.int) }).open({ attributes: false }) },
      `<xs:complexType name="T"><xs:sequence><xs:element name="A" type="xs:int"/><xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>`,
    ],
    [
      "any other element where one of our own can stand",
      { T: a.sequence({ A: optional(xs.int) }).open({ attributes: false }) },
      `<xs:complexType name="T"><xs:sequence><xs:element name="A" type="xs:int" minOccurs="0"/><xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>`,
    ],
    [
      "no wildcard where a foreign element can stand",
      { T: a.sequence({ A: optional(xs.int, { namespace: b }) }).open({ attributes: false }) },
      `<xs:complexType name="T"><xs:sequence><xs:element ref="b:A" minOccurs="0"/></xs:sequence></xs:complexType>`,
    ],
    [
      "a wildcard of its own number",
      { T: a.sequence({ Any: any({ min: 1, max: 1 }) }) },
      `<xs:complexType name="T"><xs:sequence><xs:any namespace="##any" processContents="lax"/></xs:sequence></xs:complexType>`,
    ],
  ])("writes %s", (_, types, line) => {
    expect(written(types)).toContain(line);
  });

  it("writes extensions by the name of their base, whose wildcard leaves room for their elements", () => {
    const Base = a.sequence({ A: element(xs.int) }).open({ attributes: false });
    const Derived = a.extend(Base, { B: element(xs.int) });
    expect(written({ Base, Derived })).toEqual([
      `<xs:complexType name="Base"><xs:sequence><xs:element name="A" type="xs:int"/><xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>`,
      `<xs:complexType name="Derived"><xs:complexContent><xs:extension base="a:Base"><xs:sequence><xs:element name="B" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>`,
    ]);
  });

  it("puts what belongs to another namespace into that one's document and imports it", () => {
    const T = a.sequence({ Out: element(b.sequence({ In: element(xs.int) }), { namespace: b }) });
    const Part = b.sequence({ X: element(xs.int) });
    const documents = writeSchemas(catalogueOf([{ namespace: a, modules: [{ T, Part }] }]));
    expect([...documents.keys()]).toEqual(["a.xsd", "b.xsd"]);
    expect(documents.get("a.xsd")).toContain(`<xs:import namespace="urn:b" schemaLocation="b.xsd"/>`);
    expect(documents.get("b.xsd")).toContain(`<xs:complexType name="Part">`);
    expect(documents.get("b.xsd")).toContain(`<xs:element name="Out">`);
  });

  it("declares the elements of messages", () => {
    const Token = restrict(xs.string, { maxLength: 8 });
    const Get = operation({
      access: "READ_MEDIA",
      spec: "S 1",
      element: "Fetch",
      request: a.sequence({ Token: element(Token) }),
      response: a.sequence({}),
    });
    const S = declareService({ namespace: a, name: "S", version: "1", operations: { Get } });
    expect(written({ Token, S })).toEqual([
      expect.stringContaining(`name="Token"`),
      `<xs:element name="Fetch"><xs:complexType><xs:sequence><xs:element name="Token" type="a:Token"/></xs:sequence></xs:complexType></xs:element>`,
      `<xs:element name="FetchResponse"><xs:complexType><xs:sequence/></xs:complexType></xs:element>`,
    ]);
  });
});
