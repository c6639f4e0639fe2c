import { describe, expect, it } from "vitest";
import { declareService, operation } from "#onvif/operation";
import { writeWsdl, wsdlFile } from "#onvif/wsdl";
import { readXml } from "#xml/reader";
import { schemaNamespace } from "#xml/schema";
import type { XmlElement } from "#xml/tree";

const a = schemaNamespace("urn:a", "a");
const message = a.sequence({});
const Things = declareService({
  namespace: a,
  name: "Things",
  version: "1",
  operations: {
    Get: operation({ access: "READ_MEDIA", spec: "S 1", request: message, response: message }),
    Put: operation({
      access: "ACTUATE",
      spec: "S 2",
      element: "PutThing",
      action: "urn:put",
      request: message,
      response: message,
    }),
  },
});

const below = (element: XmlElement | undefined, ...names: string[]): XmlElement[] =>
  names.reduce<XmlElement[]>(
    (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
    element ? [element] : [],
  );

describe("writeWsdl", () => {
  const root = readXml(writeWsdl(Things));

  it("names the document after the service and imports the schema document beside it", () => {
    expect(wsdlFile(Things)).toBe("things.wsdl");
    expect(below(root, "types", "schema", "import")[0]?.attribute("schemaLocation")).toBe("a.xsd");
  });

  it("gives each operation its messages, with the names of their elements", () => {
    expect(
      below(root, "message").map((one) => [one.attribute("name"), one.child("part")?.attribute("element")]),
    ).toEqual([
      ["GetRequest", "a:Get"],
      ["GetResponse", "a:GetResponse"],
      ["PutRequest", "a:PutThing"],
      ["PutResponse", "a:PutThingResponse"],
    ]);
    expect(below(root, "portType", "operation").map((one) => one.child("input")?.attribute("message"))).toEqual([
      "a:GetRequest",
      "a:PutRequest",
    ]);
  });

  it("binds to SOAP 1.2 with the actions", () => {
    const binding = below(root, "binding").find(({ prefix }) => prefix === "wsdl");
    expect(binding?.attribute("type")).toBe("a:Things");
    expect(below(binding, "operation", "operation").map((one) => one.attribute("soapAction"))).toEqual([
      "urn:a/Get",
      "urn:put",
    ]);
  });
});
