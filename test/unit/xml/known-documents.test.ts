import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { KnownDocuments } from "#xml/known-documents";
import { readXmlBytes } from "#xml/reader";
import type { XmlElement } from "#xml/tree";

/** The elements named `v…` may vary. */
function* varying(root: XmlElement): Iterable<XmlElement> {
  if (root.name.startsWith("v")) yield root;
  for (const child of root.children) yield* varying(child);
}

/** Everything about a tree but the text that positions are counted in. */
const shapeOf = (element: XmlElement): unknown => {
  const { namespace, name, prefix, attributes, text, offset, position, children } = element;
  return { namespace, name, prefix, attributes, text, offset, position, children: children.map(shapeOf) };
};

const known = () => {
  const documents = new KnownDocuments(varying, { maxElements: 100 });
  return { read: (text: string) => documents.read(Buffer.from(text)) };
};

const bodyOf = (root: XmlElement) => root.child("b");

describe("known documents", () => {
  it.each([
    ["the same document", "<a><h><v>12</v></h><b>x</b></a>", "<a><h><v>12</v></h><b>x</b></a>"],
    ["another text", "<a><h><v>12</v></h><b>x</b></a>", "<a><h><v>3 </v></h><b>x</b></a>"],
    [
      "several texts",
      '<a><h><v n=">">12</v><w/><vv>z</vv></h><b>x</b></a>',
      '<a><h><v n=">">34</v><w/><vv>y</vv></h><b>x</b></a>',
    ],
    [
      "namespaces and lines",
      "<p:a xmlns:p='u'>\n<p:v>12</p:v>\n<b>x</b></p:a>",
      "<p:a xmlns:p='u'>\n<p:v>77</p:v>\n<b>x</b></p:a>",
    ],
  ])("have the tree that reading them gives: %s", (_, first, second) => {
    const { read } = known();
    const [one, other] = [read(first), read(second)];
    expect(shapeOf(one)).toEqual(shapeOf(readXmlBytes(Buffer.from(first))));
    expect(shapeOf(other)).toEqual(shapeOf(readXmlBytes(Buffer.from(second))));
    expect(bodyOf(other)).toBe(bodyOf(one));
  });

  it.each([
    ["text that may not vary", "<a><v>12</v><b>x</b></a>", "<a><v>12</v><b>y</b></a>"],
    ["a name", "<a><v>12</v><b>x</b></a>", "<a><v>12</v><b>x</c></a>"],
    ["an attribute", "<a><v n='1'>12</v><b>x</b></a>", "<a><v n='2'>12</v><b>x</b></a>"],
    ["an element in place of a text", "<a><v>1234</v><b>x</b></a>", "<a><v><c/></v><b>x</b></a>"],
    ["a reference in place of a text", "<a><v>1234</v><b>x</b></a>", "<a><v>&lt;</v><b>x</b></a>"],
    ["a line end that is normalised", "<a><v>1234</v><b>x</b></a>", "<a><v>1\r\n4</v><b>x</b></a>"],
    ["a character that is not allowed", "<a><v>1234</v><b>x</b></a>", "<a><v>1\u00014</v><b>x</b></a>"],
    ["the end of a section", "<a><v>1234</v><b>x</b></a>", "<a><v>1]]></v><b>x</b></a>"],
    ["a character of two bytes", "<a><v>1234</v><b>x</b></a>", "<a><v>1é4</v><b>x</b></a>"],
    ["a comment in a text", "<a><v>1<!---->2</v><b>x</b></a>", "<a><v>3<!---->4</v><b>x</b></a>"],
    ["a text of two parts", "<a><v>1<c/>2</v><b>x</b></a>", "<a><v>1<c/>3</v><b>x</b></a>"],
  ])("are read anew when they differ in %s", (_, first, second) => {
    const { read } = known();
    const one = read(first);
    const outcome = (make: () => XmlElement): unknown => {
      try {
        const root = make();
        expect(root).not.toBe(one);
        return shapeOf(root);
      } catch (error) {
        return error instanceof DecodeError ? error.message : error;
      }
    };
    expect(outcome(() => read(second))).toEqual(outcome(() => readXmlBytes(Buffer.from(second))));
  });

  it("refuse bytes that are not UTF-8 in a text that may vary", () => {
    const documents = new KnownDocuments(varying);
    documents.read(Buffer.from("<a><v>12</v></a>"));
    expect(() => documents.read(Buffer.from("<a><v>\xff2</v></a>", "latin1"))).toThrow(DecodeError);
  });

  it("are given up for others: of one length, and of many", () => {
    const { read } = known();
    const first = read("<a><b>00</b></a>");
    expect(read("<a><b>00</b></a>")).toBe(first);
    for (let n = 10; n < 14; n++) read(`<a><b>${n}</b></a>`);
    const second = read("<a><b>00</b></a>");
    expect(second).not.toBe(first);
    for (let n = 1; n < 34; n++) read(`<a><b>${"x".repeat(10 + n)}</b></a>`);
    expect(read("<a><b>00</b></a>")).not.toBe(second);
  });

  it.each([
    ["long", `<a>${" ".repeat(5000)}</a>`],
    ["of many elements", `<a>${"<b/>".repeat(80)}</a>`],
    ["not of ASCII alone", "<a>é</a>"],
  ])("are not kept when they are %s", (_, text) => {
    const { read } = known();
    expect(read(text)).not.toBe(read(text));
  });
});
