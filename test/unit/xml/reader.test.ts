import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { readXml, readXmlBytes, type XmlLimits } from "#xml/reader";
import type { XmlElement } from "#xml/tree";

/** An element as nested plain values, for comparison. */
type Plain = { name: string; attributes?: Record<string, string>; text?: string; children?: Plain[] };
const plain = (element: XmlElement): Plain => ({
  name: expanded(element.namespace, element.name),
  ...(element.attributes.length > 0 && {
    attributes: Object.fromEntries(
      element.attributes.map(({ namespace, name, value }) => [expanded(namespace, name), value]),
    ),
  }),
  ...(element.text !== "" && { text: element.text }),
  ...(element.children.length > 0 && { children: element.children.map(plain) }),
});
const expanded = (namespace: string, name: string): string => (namespace === "" ? name : `{${namespace}}${name}`);

/** Code of the error, `accepted` when there is none. */
function verdict(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("readXml", () => {
  it.each<[string, string, Plain]>([
    ["an empty element", "<a/>", { name: "a" }],
    [
      "white space in tags",
      "<a  x = '1'\n\ty=\"2\" ><b ></b\n></a >",
      { name: "a", attributes: { x: "1", y: "2" }, children: [{ name: "b" }] },
    ],
    [
      "a byte order mark, a declaration, comments and instructions",
      "\uFEFF<?xml version='1.0'?>\n<!-- - --><?p <x> ?>\n<a/>\n<!----><?q?>\n",
      { name: "a" },
    ],
    ["text with the five entities", "<a>&lt;&gt;&amp;&quot;&apos;</a>", { name: "a", text: `<>&"'` }],
    ["character references", "<a>&#65;&#x41;&#x1F600;&#13;</a>", { name: "a", text: "AA😀\r" }],
    ["CDATA as it stands", "<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>", { name: "a", text: "x<b>&amp;]]>" }],
    [
      "text around children, joined",
      "<a>x<b/>y<!-- no -->z</a>",
      { name: "a", text: "xyz", children: [{ name: "b" }] },
    ],
    ["line ends as line feeds", "<a>1\r\n2\r3\n<![CDATA[\r\n]]></a>", { name: "a", text: "1\n2\n3\n\n" }],
    [
      "white space in attributes as blanks, references kept",
      "<a x='1\r\n2\t3&#10;&#9;'/>",
      { name: "a", attributes: { x: "1 2 3\n\t" } },
    ],
    ["blanks of text, which passwords may have", "<a>  p w  </a>", { name: "a", text: "  p w  " }],
    ["numbers as they are written", "<a x='0x10'>00123</a>", { name: "a", attributes: { x: "0x10" }, text: "00123" }],
    [
      "a greater-than sign and quotes in text and values",
      `<a x='">"' y="'">]>"'</a>`,
      { name: "a", attributes: { x: '">"', y: "'" }, text: `]>"'` },
    ],
    [
      "names that objects inherit",
      "<__proto__ constructor='1'><toString/></__proto__>",
      { name: "__proto__", attributes: { constructor: "1" }, children: [{ name: "toString" }] },
    ],
    [
      "names of other alphabets",
      "<größe жук='1'><変/></größe>",
      { name: "größe", attributes: { жук: "1" }, children: [{ name: "変" }] },
    ],
    ["characters beyond the basic plane", "<a>𝄞</a>", { name: "a", text: "𝄞" }],
    [
      "the default namespace, taken back",
      "<a xmlns='urn:1'><b xmlns=''/></a>",
      { name: "{urn:1}a", children: [{ name: "b" }] },
    ],
    [
      "a prefix bound again within",
      "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>",
      { name: "{urn:1}a", children: [{ name: "{urn:2}b" }, { name: "{urn:1}c" }] },
    ],
    [
      "attributes outside the default namespace",
      "<a xmlns='urn:1' xmlns:p='urn:1' x='1' p:x='2'/>",
      { name: "{urn:1}a", attributes: { x: "1", "{urn:1}x": "2" } },
    ],
    [
      "a prefix declared after its use in the same tag",
      "<p:a p:x='1' xmlns:p='urn:1'/>",
      { name: "{urn:1}a", attributes: { "{urn:1}x": "1" } },
    ],
    [
      "the prefix xml without a declaration",
      "<a xml:lang='en'/>",
      { name: "a", attributes: { "{http://www.w3.org/XML/1998/namespace}lang": "en" } },
    ],
    ["the prefix xml with its own declaration", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", { name: "a" }],
    [
      "the same local name from two namespaces",
      "<a xmlns:p='urn:1' xmlns:q='urn:2' p:x='1' q:x='2'/>",
      { name: "a", attributes: { "{urn:1}x": "1", "{urn:2}x": "2" } },
    ],
  ])("reads %s", (_, text, expected) => {
    expect(plain(readXml(text))).toEqual(expected);
  });

  it.each([
    ["nothing", ""],
    ["white space alone", " \n"],
    ["what is not XML", "GET / HTTP/1.1"],
    ["JSON", `{"a":1}`],
    ["text before the root", "x<a/>"],
    ["text after the root", "<a/>x"],
    ["a reference after the root", "<a/>&#32;"],
    ["two roots", "<a/><b/>"],
    ["a root that does not end", "<a>"],
    ["a start tag that does not end", "<a"],
    ["an end tag that does not end", "<a></a"],
    ["an end tag alone", "</a>"],
    ["an end tag of another name", "<a></b>"],
    ["an end tag of a longer name", "<a></ab>"],
    ["an end tag of a shorter name", "<ab></a>"],
    ["an end tag of another prefix for the same namespace", "<p:a xmlns:p='u' xmlns:q='u'></q:a>"],
    ["an end tag with an attribute", "<a></a x='1'>"],
    ["an end tag with a blank before its name", "<a></ a>"],
    ["tags that overlap", "<a><b></a></b>"],
    ["a blank before the name", "< a/>"],
    ["no name", "<>"],
    ["a name that begins with a digit", "<1a/>"],
    ["a name that begins with a hyphen", "<-a/>"],
    ["a name with a forbidden sign", "<a$/>"],
    ["a name of two colons", "<a:b:c xmlns:a='u'/>"],
    ["a name that begins with a colon", "<:a/>"],
    ["a name that ends with a colon", "<a: xmlns:a='u'/>"],
    ["an attribute name that begins with a digit", "<a 1='x'/>"],
    ["an attribute without a value", "<a x/>"],
    ["an attribute without quotes", "<a x=1/>"],
    ["an attribute whose value does not end", "<a x='1/>"],
    ["attributes without a blank between", "<a x='1'y='2'/>"],
    ["the same attribute twice", "<a x='1' x='2'/>"],
    [
      "the same attribute twice among many",
      `<a ${Array.from({ length: 20 }, (__, i) => `x${i}=''`).join(" ")} x7=''/>`,
    ],
    ["the same attribute by two prefixes", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"],
    ["the same namespace declaration twice", "<a xmlns:p='u' xmlns:p='v'/>"],
    ["the same default namespace twice", "<a xmlns='u' xmlns='u'/>"],
    ["a less-than sign in a value", "<a x='<'/>"],
    ["a less-than sign in a namespace", "<a xmlns='<'/>"],
    ["a slash inside a tag", "<a / >"],
    ["an unbound prefix of an element", "<p:a/>"],
    ["an unbound prefix of an attribute", "<a p:x='1'/>"],
    ["a prefix used outside its element", "<a><b xmlns:p='u'/><p:c/></a>"],
    ["a prefix bound to nothing", "<a xmlns:p=''/>"],
    ["a declaration of the prefix xmlns", "<a xmlns:xmlns='u'/>"],
    ["a prefix for the namespace of declarations", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>"],
    ["another namespace for the prefix xml", "<a xmlns:xml='u'/>"],
    ["another prefix for the namespace xml", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>"],
    ["the prefix xmlns on an element", "<xmlns:a/>"],
    ["an entity that is not defined", "<a>&nbsp;</a>"],
    ["an ampersand alone", "<a>a & b</a>"],
    ["an ampersand in a value", "<a x='a&b'/>"],
    ["an entity without a semicolon", "<a>&lt</a>"],
    ["an empty reference", "<a>&#;&#x;</a>"],
    ["a reference to no character", "<a>&#0;</a>"],
    ["a reference to a control character", "<a>&#x1;</a>"],
    ["a reference to half a surrogate pair", "<a>&#xD83D;</a>"],
    ["a reference beyond Unicode", "<a>&#x110000;</a>"],
    ["a reference of many digits", "<a>&#000000000000000065;</a>"],
    ["a control character", "<a>\u0001</a>"],
    ["a null character", "<a>\u0000</a>"],
    ["a control character in a comment", "<a><!--\u0002--></a>"],
    ["half a surrogate pair", "<a>\uD83D</a>"],
    ["a character that is none", "<a>\uFFFE</a>"],
    ["the end of a CDATA section in text", "<a>]]></a>"],
    ["a CDATA section that does not end", "<a><![CDATA[x</a>"],
    ["a CDATA section outside the root", "<a/><![CDATA[x]]>"],
    ["a CDATA section in lower case", "<a><![cdata[x]]></a>"],
    ["a comment that does not end", "<a><!-- </a>"],
    ["a comment with two hyphens", "<a><!-- -- --></a>"],
    ["a comment with three hyphens at its end", "<a><!-- ---></a>"],
    ["an instruction that does not end", "<a><?x </a>"],
    ["an instruction without a name", "<a><? x?></a>"],
    ["a declaration after white space", " <?xml version='1.0'?><a/>"],
    ["a declaration inside the root", "<a><?xml version='1.0'?></a>"],
    ["a declaration that does not end", "<?xml version='1.0'"],
    ["a document type", "<!DOCTYPE a><a/>"],
    ["entities that multiply", `<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>`],
    ["an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`],
    ["an external document type", `<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>`],
    ["a parameter entity", `<!DOCTYPE a [<!ENTITY % x SYSTEM "http://192.0.2.1/"> %x;]><a/>`],
    ["a declaration inside the root element", "<a><!ELEMENT a ANY></a>"],
  ])("refuses %s", (_, text) => {
    expect(verdict(() => readXml(text))).toBe("xml-syntax");
  });

  it.each<[string, string, XmlLimits]>([
    ["a document that is longer", "<a>xxxx</a>", { maxLength: 10 }],
    ["a document that is nested deeper", "<a><b><c/></b></a>", { maxDepth: 2 }],
    ["a document of more elements", "<a><b/><b/></a>", { maxElements: 2 }],
    ["an element of more attributes", "<a x='' y='' z=''/>", { maxAttributes: 2 }],
    ["an element of more declarations", "<a xmlns='u' xmlns:y='u' z=''/>", { maxAttributes: 2 }],
    [
      "a place of more namespaces in scope",
      "<a xmlns:x='u'><b xmlns:x='u'><c xmlns:x='u'/></b></a>",
      { maxNamespaces: 2 },
    ],
  ])("refuses %s than allowed", (_, text, limits) => {
    expect(verdict(() => readXml(text, limits))).toBe("xml-limit");
  });

  it.each<[string, string, XmlLimits]>([
    ["the longest document", "<a>xxx</a>", { maxLength: 10 }],
    ["the deepest", "<a><b/></a>", { maxDepth: 2 }],
    ["the one of most elements", "<a><b/></a>", { maxElements: 2 }],
    ["the most attributes", "<a x='' y=''/>", { maxAttributes: 2 }],
    [
      "the most namespaces in scope, again and again",
      "<a xmlns:x='u'><b xmlns:x='u'/><b xmlns:x='u'/><b xmlns:x='u'/></a>",
      { maxNamespaces: 2 },
    ],
  ])("accepts %s that is allowed", (_, text, limits) => {
    expect(verdict(() => readXml(text, limits))).toBe("accepted");
  });

  it("refuses 100,000 levels of nesting without trying them", () => {
    expect(verdict(() => readXml("<a>".repeat(100_000)))).toBe("xml-limit");
  });

  it("names line and column of the fault", () => {
    expect(() => readXml("<a>\n  <b>\n </c></a>")).toThrow("XML line 3, column 2: </c> does not close <b>");
  });

  it("gives each element its place and resolves QNames by the prefixes there", () => {
    const root = readXml("<a xmlns='urn:1'>\n <b xmlns:p='urn:2'>p:x</b></a>");
    const b = root.child("b", "urn:1");
    expect(b?.position).toEqual({ line: 2, column: 2 });
    expect(b?.resolve(b.text)).toEqual({ namespace: "urn:2", name: "x" });
    expect(b?.resolve("x")).toEqual({ namespace: "urn:1", name: "x" });
    expect(root.resolve("p:x")).toBeUndefined();
    expect(root.child("b", "urn:2")).toBeUndefined();
  });
});

describe("readXmlBytes", () => {
  it("reads UTF-8 with and without a byte order mark", () => {
    const bytes = Buffer.from("<a>ä𝄞</a>");
    expect(readXmlBytes(bytes).text).toBe("ä𝄞");
    expect(readXmlBytes(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])).text).toBe("ä𝄞");
  });

  it.each([
    ["bytes that are not UTF-8", Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])],
    ["an overlong form", Buffer.from([0x3c, 0xc0, 0xbc, 0x2f, 0x61, 0x3e])],
    ["a surrogate in UTF-8", Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x61, 0x3e])],
    ["UTF-16", Buffer.from("\uFEFF<a/>", "utf16le")],
    ["a sequence that is cut off", Buffer.from("<a>ä").subarray(0, 4)],
    ["two byte order marks", Buffer.from("\uFEFF\uFEFF<a/>")],
  ])("refuses %s", (_, bytes) => {
    expect(verdict(() => readXmlBytes(bytes))).toBe("xml-syntax");
  });

  it("refuses more bytes than the characters allowed can take, before decoding them", () => {
    expect(verdict(() => readXmlBytes(Buffer.alloc(31, 0xff), { maxLength: 10 }))).toBe("xml-limit");
  });
});
