import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declareService, operation } from "#onvif/operation";
import { catalogueOf } from "#onvif/schema/catalogue";
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
  text,
  union,
} from "#xml/schema";
import { drift } from "./drift.js";
import { OfficialSchemas } from "./official-schemas.js";

/** A small standard of our own with every construct that the comparison knows. */
const standard = `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:z="urn:z" xmlns:y="urn:y" targetNamespace="urn:z">
  <w:types><schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:z" elementFormDefault="qualified" version="1.2">
    <simpleType name="Colour"><restriction base="string"><enumeration value="red"/><enumeration value="green"/></restriction></simpleType>
    <simpleType name="Token"><restriction base="string"><maxLength value="8"/></restriction></simpleType>
    <simpleType name="Numbers"><list itemType="int"/></simpleType>
    <simpleType name="When"><union memberTypes="dateTime duration"/></simpleType>
    <complexType name="Note" mixed="true"><sequence><element name="Until" type="dateTime" nillable="true"/></sequence></complexType>
    <complexType name="Base"><sequence><element name="Name" type="z:Token"/></sequence><attribute name="token" type="z:Token" use="required"/></complexType>
    <complexType name="Thing"><complexContent><extension base="z:Base"><sequence>
      <element name="Colour" type="z:Colour" minOccurs="0"/>
      <element name="Inner" minOccurs="0" maxOccurs="unbounded"><complexType><sequence><element name="Deep" type="int"/></sequence></complexType></element>
      <element name="Data" type="anyType" minOccurs="0"/>
      <any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>
    </sequence><anyAttribute/></extension></complexContent></complexType>
    <complexType name="Either"><choice><element name="A" type="int"/><element name="B" type="int"/></choice></complexType>
    <complexType name="Stream"><choice minOccurs="0" maxOccurs="unbounded"><element name="A" type="int"/><element name="B" type="int"/></choice></complexType>
    <complexType name="Labelled"><simpleContent><extension base="z:Token"><attribute name="Critical" type="boolean"/></extension></simpleContent></complexType>
    <element name="GetThing"><complexType><sequence><element name="Token" type="z:Token"/></sequence></complexType></element>
    <element name="GetThingResponse"><complexType><sequence><element name="Thing" type="z:Thing"/></sequence></complexType></element>
    <element name="Remove"><complexType><sequence/></complexType></element>
    <element name="RemoveResponse"><complexType><sequence/></complexType></element>
  </schema></w:types>
  <w:message name="GetThingRequest"><w:part name="p" element="z:GetThing"/></w:message>
  <w:message name="GetThingResponse"><w:part name="p" element="z:GetThingResponse"/></w:message>
  <w:message name="RemoveRequest"><w:part name="p" element="z:Remove"/></w:message>
  <w:message name="RemoveResponse"><w:part name="p" element="z:RemoveResponse"/></w:message>
  <w:portType name="Things">
    <w:operation name="GetThing"><w:input message="z:GetThingRequest"/><w:output message="z:GetThingResponse"/></w:operation>
    <w:operation name="Remove"><w:input message="z:RemoveRequest"/><w:output message="z:RemoveResponse"/></w:operation>
    <w:operation name="Tell"><w:input message="y:TellRequest"/><w:output message="y:TellResponse"/></w:operation>
  </w:portType>
  <w:binding name="ThingsBinding" type="z:Things">
    <w:operation name="GetThing"><s:operation soapAction="urn:z/GetThing"/></w:operation>
    <w:operation name="Remove"><s:operation soapAction="urn:z/Away"/></w:operation>
  </w:binding>
</w:definitions>`;

/** Messages of another namespace, in a document of their own. */
const messages = `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:y="urn:y" targetNamespace="urn:y">
  <w:types><schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:y" elementFormDefault="qualified">
    <element name="Tell"><complexType><sequence><element name="What" type="string"/></sequence></complexType></element>
    <element name="TellResponse"><complexType><sequence/></complexType></element>
  </schema></w:types>
  <w:message name="TellRequest"><w:part name="p" element="y:Tell"/></w:message>
  <w:message name="TellResponse"><w:part name="p" element="y:TellResponse"/></w:message>
</w:definitions>`;

const y = schemaNamespace("urn:y", "y");
const z = schemaNamespace("urn:z", "z");
const When = union(xs.dateTime, xs.duration, (value): value is Date => value instanceof Date);
const Note = z.sequence({ Until: nillable(element(xs.dateTime)) }).mixed();
const Colour = enumeration(xs.string, "red", "green");
const Token = restrict(xs.string, { maxLength: 8 });
const Numbers = list(xs.int);
const Base = z.sequence({ token: attribute(Token), Name: element(Token) });
const things = {
  Colour: optional(Colour),
  Inner: many(z.sequence({ Deep: element(xs.int) })),
  Data: optional(raw),
};
const Thing = z.extend(Base, things).open();
const Either = z.sequence({ A: optional(xs.int), B: optional(xs.int) }).oneOf("A", "B");
const Stream = z.choice({ A: many(xs.int), B: many(xs.int) });
const Labelled = z.sequence({ Value: text(Token), Critical: optionalAttribute(xs.boolean) });
const GetThing = operation({
  access: "READ_MEDIA",
  spec: "Things 1",
  request: z.sequence({ Token: element(Token) }),
  response: z.sequence({ Thing: element(Thing) }),
});
const Remove = operation({
  access: "ACTUATE",
  spec: "Things 2",
  action: "urn:z/Away",
  request: z.sequence({}),
  response: z.sequence({}),
});
const Tell = operation({
  access: "ACTUATE",
  spec: "Things 3",
  namespace: y,
  request: y.sequence({ What: element(xs.string) }),
  response: y.sequence({}),
});
const Things = declareService({ namespace: z, name: "Things", version: "1.2", operations: { GetThing, Remove, Tell } });
const declared = { When, Note, Colour, Token, Numbers, Base, Thing, Either, Stream, Labelled, Things };

describe("drift", () => {
  let folder = "";
  let official: OfficialSchemas;
  const prefixes = new Map([
    ["http://www.w3.org/2001/XMLSchema", "xs"],
    ["urn:y", "y"],
    ["urn:z", "z"],
  ]);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "drift-"));
    const schemas = path.join(folder, "schemas");
    writeFileSync(path.join(folder, "operations.tsv"), "request_element\taccess_class\nz:GetThing\tREAD_MEDIA\n");
    mkdirSync(schemas);
    writeFileSync(path.join(schemas, "things.wsdl"), standard);
    writeFileSync(path.join(schemas, "told.wsdl"), messages);
    official = new OfficialSchemas(schemas, prefixes);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const compare = (changed: Readonly<Record<string, unknown>>, isWanted?: (name: string) => boolean): string[] =>
    drift(catalogueOf([{ namespace: z, modules: [{ ...declared, ...changed }] }]), official, prefixes, isWanted);

  it("finds nothing where both say the same", () => {
    expect(compare({})).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      "a missing member",
      { Base: z.sequence({ token: attribute(Token) }) },
      "z:Base/z:Name: expected 1 of z:Token / declared nothing",
    ],
    [
      "an extra member",
      { Either: z.sequence({ A: optional(xs.int), B: optional(xs.int), C: optional(xs.int) }).oneOf("A", "B") },
      "z:Either/z:C: expected nothing / declared xs:int",
    ],
    [
      "another number of occurrences",
      { Stream: z.choice({ A: many(xs.int), B: many(xs.int, { max: 3 }) }) },
      "z:Stream/z:B (occurs): expected 0..* / declared 0..3",
    ],
    [
      "another order of elements",
      { Either: z.sequence({ B: optional(xs.int), A: optional(xs.int) }).oneOf("A", "B") },
      "z:Either (order of elements): expected z:A z:B / declared z:B z:A",
    ],
    [
      "a missing choice",
      { Either: z.sequence({ A: optional(xs.int), B: optional(xs.int) }) },
      "z:Either (exactly one of): expected z:A z:B / declared none",
    ],
    [
      "a sequence that should be a choice",
      { Stream: z.sequence({ A: many(xs.int), B: many(xs.int) }) },
      "z:Stream (order): expected choice / declared sequence",
    ],
    [
      "another type name for the same content",
      {
        Labelled: z.sequence({
          Value: text(restrict(xs.string, { maxLength: 8 })),
          Critical: optionalAttribute(xs.boolean),
        }),
      },
      "z:Labelled (text): expected z:Token / declared an anonymous type",
    ],
    [
      "an attribute that need not be there",
      { Labelled: z.sequence({ Value: text(Token), Critical: attribute(xs.boolean) }) },
      "z:Labelled@Critical (occurs): expected 0..1 / declared 1",
    ],
    ["a missing base", { Thing: z.sequence(things).open() }, "z:Thing (extends): expected z:Base / declared nothing"],
    [
      "a difference inside an anonymous type",
      { Thing: z.extend(Base, { ...things, Inner: many(z.sequence({ Deep: element(xs.float) })) }).open() },
      "z:Thing/z:Inner/z:Deep: expected xs:int / declared xs:float",
    ],
    [
      "missing wildcards",
      { Thing: z.extend(Base, things).open({ elements: false }) },
      "z:Thing (xs:any): expected 0..* / declared no",
    ],
    [
      "a wildcard of another number",
      { Thing: z.extend(Base, { ...things, Any: any({ max: 1 }) }).open({ elements: false }) },
      "z:Thing (xs:any): expected 0..* / declared 0..1",
    ],
    [
      "values in another order",
      { Colour: enumeration(xs.string, "green", "red") },
      "z:Colour (enumeration): expected red, green / declared green, red",
    ],
    [
      "another length",
      { Token: restrict(xs.string, { maxLength: 9 }) },
      "z:Token (maxLength): expected 8 / declared 9",
    ],
    ["another item type", { Numbers: list(xs.float) }, "z:Numbers (list of): expected xs:int / declared xs:float"],
    [
      "other types in a union",
      { When: union(xs.time, xs.duration, (value): value is string => typeof value === "string") },
      "z:When (union of): expected xs:dateTime | xs:duration / declared xs:time | xs:duration",
    ],
    [
      "a type in place of a union",
      { When: restrict(xs.dateTime, {}) },
      "z:When (variety): expected union / declared restriction",
    ],
    [
      "an element that must have a value",
      { Note: z.sequence({ Until: element(xs.dateTime) }).mixed() },
      "z:Note/z:Until (nillable): expected yes / declared no",
    ],
    [
      "missing text beside elements",
      { Note: z.sequence({ Until: nillable(element(xs.dateTime)) }) },
      "z:Note (mixed): expected yes / declared no",
    ],
    [
      "messages of the service's namespace that belong to another",
      { Things: { ...Things, operations: { ...Things.operations, Tell: { ...Tell, namespace: z } } } },
      "z:Tell (request element): expected y:Tell / declared z:Tell",
    ],
    [
      "another message of another namespace",
      { Things: { ...Things, operations: { ...Things.operations, Tell: { ...Tell, request: y.sequence({}) } } } },
      "y:Tell/y:What: expected 1 of xs:string / declared nothing",
    ],
    ["a type of our own", { Own: z.sequence({}) }, "z:Own: expected nothing / declared a type"],
    [
      "a missing operation",
      { Things: { ...Things, operations: { GetThing } } },
      "z:Remove: expected an operation / declared nothing",
    ],
    [
      "an operation of our own",
      { Things: { ...Things, operations: { ...Things.operations, Add: Remove } } },
      "z:Add: expected nothing / declared an operation",
    ],
    [
      "another action",
      { Things: { ...Things, operations: { GetThing, Remove: { ...Remove, action: "urn:z/Remove" } } } },
      "z:Remove (soapAction): expected urn:z/Away / declared urn:z/Remove",
    ],
    [
      "another element name",
      { Things: { ...Things, operations: { GetThing: { ...GetThing, element: "Get" }, Remove } } },
      "z:GetThing (response element): expected z:GetThingResponse / declared z:GetResponse",
    ],
    [
      "another access class",
      { Things: { ...Things, operations: { GetThing: { ...GetThing, access: "PRE_AUTH" }, Remove } } },
      "z:GetThing (access): expected READ_MEDIA / declared PRE_AUTH",
    ],
    [
      "another message",
      { Things: { ...Things, operations: { GetThing: { ...GetThing, request: z.sequence({}) }, Remove } } },
      "z:GetThing/z:Token: expected 1 of z:Token / declared nothing",
    ],
    ["another release", { Things: { ...Things, version: "1.1" } }, "z (version): expected 1.2 / declared 1.1"],
    [
      "another port type",
      { Things: { ...Things, name: "Stuff" } },
      "z:Things: expected a service with this port type / declared nothing",
    ],
  ])("reports %s", (_, changed, line) => {
    expect(compare(changed)).toContain(line);
  });

  it("looks only at what is asked for", () => {
    const changed = { Numbers: list(xs.float), Token: xs.string };
    expect(compare(changed, (name) => name === "z:Numbers")).toEqual([
      "z:Numbers (list of): expected xs:int / declared xs:float",
    ]);
  });
});
