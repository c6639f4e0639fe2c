import { describe, expect, it } from "vitest";
import { MAX_CFG_BYTES, readXmlFile, type XmlNode } from "#config/xml-file";

const read = (text: string | Uint8Array) => readXmlFile(typeof text === "string" ? Buffer.from(text) : text);

const rootOf = (text: string | Uint8Array): XmlNode => {
  const { root, problems } = read(text);
  expect(problems).toEqual([]);
  if (!root) throw new Error("no root");
  return root;
};

describe("readXmlFile", () => {
  it("gives elements in the order of the file with their attributes, text and places", () => {
    const root = rootOf('<?xml version="1.0"?>\n<config>\n  <a x="1 &lt; 2">one</a>\n\t<b/><a>two</a>\n</config>\n');
    expect(root).toMatchObject({ tag: "config", line: 2, column: 1, trimmed: "" });
    expect(root.children).toMatchObject([
      { tag: "a", line: 3, column: 3, text: "one" },
      { tag: "b", line: 4, column: 2, text: "" },
      { tag: "a", line: 4, column: 6, text: "two" },
    ]);
    expect(root.children[0]?.attributes).toEqual(new Map([["x", "1 < 2"]]));
  });

  const places: readonly (readonly [what: string, text: string, line: number, column: number])[] = [
    ["line feeds", "<config>\n\n <a/>\n</config>", 3, 2],
    ["carriage returns and line feeds", "<config>\r\n\r\n <a/>\r\n</config>", 3, 2],
    ["carriage returns alone", "<config>\r\r <a/>\r</config>", 3, 2],
    ["a comment over several lines", "<config><!-- one\ntwo\nthree --><a/></config>", 3, 10],
    ["a byte order mark", "\uFEFF<config><a/></config>", 1, 9],
    ["a declaration", '<?xml version="1.0" encoding="utf-8"?><config><a/></config>', 1, 47],
    ["blank lines before the declaration", '\n\n<?xml version="1.0"?>\n<config><a/></config>', 4, 9],
    ["characters outside the basic plane", "<config><!--\u{1F4F7}--><a/></config>", 1, 18],
  ];
  it.each(places)("counts lines and columns after %s", (_, text, line, column) => {
    expect(rootOf(text).children[0]).toMatchObject({ line, column });
  });

  const texts: readonly (readonly [what: string, xml: string, text: string, trimmed: string])[] = [
    ["nothing", "", "", ""],
    ["outer blanks", " \t\n a b \r\n ", " \t\n a b \n ", "a b"],
    ["the five named entities", "&lt;&gt;&amp;&quot;&apos;", "<>&\"'", "<>&\"'"],
    ["numeric references", "&#65;&#x42;&#x1F4F7;", "AB\u{1F4F7}", "AB\u{1F4F7}"],
    ["blanks written as references", " &#32;a&#9; ", "  a\t ", " a\t"],
    ["references twice escaped", "&amp;lt;", "&lt;", "&lt;"],
    ["a CDATA section, as it is", "\n <![CDATA[ <&lt; ]]>\n", "\n  <&lt; \n", " <&lt; "],
    ["a comment inside", "a<!-- c -->b", "ab", "ab"],
    ["a processing instruction inside", "a<?x y?>b", "ab", "ab"],
    ["what looks like numbers", "00123", "00123", "00123"],
  ];
  it.each(texts)("reads text with %s", (_, xml, text, trimmed) => {
    expect(rootOf(`<config>${xml}</config>`)).toMatchObject({ text, trimmed });
  });

  const encodings: readonly (readonly [what: string, bytes: Buffer])[] = [
    ["UTF-8 without a declaration", Buffer.from("<config>Größe</config>")],
    ["UTF-16 by its byte order mark", Buffer.from("\uFEFF<config>Größe</config>", "utf16le")],
    [
      "Latin-1 by the declaration",
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><config>Größe</config>', "latin1"),
    ],
    ["UTF-8 called UTF-16 by mistake", Buffer.from('<?xml version="1.0" encoding="utf-16"?><config>Größe</config>')],
  ];
  it.each(encodings)("decodes %s", (_, bytes) => {
    expect(rootOf(bytes).text).toBe("Größe");
  });

  it("decodes GB2312 by the declaration", () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="gb2312"?><config>'),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from("</config>"),
    ]);
    expect(rootOf(bytes).text).toBe("中");
  });

  const broken: readonly (readonly [what: string, text: string, line: number, column: number, message: RegExp])[] = [
    ["an empty file", "", 1, 1, /tag/],
    ["something that is not XML", "http_port=8000\n", 1, 1, /not expected/],
    ["an end tag that does not fit", "<config>\n  <a>\n  </b>\n</config>", 3, 3, /Expected closing tag 'a'.*line 2/],
    ["an end tag that is missing", "<config>\n<a>\n", 3, 1, /ends before all its tags are closed/],
    ["a root that is not closed", "<config>\n", 1, 1, /Unclosed tag 'config'/],
    ["a start tag that is cut off", "<config>\n<a", 2, 3, /tags are closed/],
    ["an attribute without quotes", "<config>\n <a x=1/></config>", 2, 5, /without value/],
    ["an attribute given twice", "<config>\n <a x='1' x='2'/></config>", 2, 11, /repeated/],
    ["a second root", "<a/>\n<b/>", 2, 1, /after the root tag/],
    ["text behind the root", "<a></a>\nmore", 2, 1, /Extra text/],
    ["a DOCTYPE", '\n<!DOCTYPE config [<!ENTITY a "b">]><config/>', 2, 1, /DOCTYPE is not allowed/],
    ["an entity of its own", "<config>\n <a>&copy;</a></config>", 2, 5, /&copy; is not known/],
    ["a reference to a forbidden character", "<config>&#0;</config>", 1, 9, /&#0; is not known/],
    ["a reference beyond Unicode", "<config>&#x110000;</config>", 1, 9, /not known/],
    ["a control character", "<config>\n\u0001</config>", 2, 1, /does not allow/],
    ["a comment without end", "<config>\n <!-- ", 2, 2, /comment without end/],
    ["a CDATA section without end", "<config><![CDATA[ </config>", 1, 9, /CDATA section without end/],
    ["an instruction without end", "<config><?x </config>", 1, 9, /instruction without end/],
    ["unknown markup", "<config><!ELEMENT a></config>", 1, 9, /neither a tag nor a comment/],
    ["a tag that is a name of JavaScript", "<config><__proto__/></config>", 1, 1, /reserved/],
    [
      "an encoding that nobody knows",
      '<?xml version="1.0" encoding="klingon"?><config/>',
      1,
      1,
      /klingon is not known/,
    ],
  ];
  it.each(broken)("tells where %s is", (_, text, line, column, message) => {
    const { root, problems } = read(text);
    expect(root).toBeUndefined();
    expect(problems).toMatchObject([{ severity: "error", line, column }]);
    expect(problems[0]?.message).toMatch(message);
  });

  it("tells the line of bytes that are not UTF-8", () => {
    const { root, problems } = read(
      Buffer.concat([Buffer.from("<config>\n<a>"), Buffer.from([0xe9]), Buffer.from("</a></config>")]),
    );
    expect(root).toBeUndefined();
    expect(problems).toMatchObject([{ severity: "error", line: 2 }]);
    expect(problems[0]?.message).toMatch(/not utf-8/);
  });

  it("takes a lone & as it stands and warns, since stream addresses have them", () => {
    const { root, problems } = read('<config>\n<url a="?b&c=1">rtsp://h/test.mp4&t=unicast&p=udp</url></config>');
    expect(root?.children[0]?.text).toBe("rtsp://h/test.mp4&t=unicast&p=udp");
    expect(root?.children[0]?.attributes.get("a")).toBe("?b&c=1");
    expect(problems.map(({ severity, line, column }) => [severity, line, column])).toEqual([
      ["warning", 2, 11],
      ["warning", 2, 34],
      ["warning", 2, 44],
    ]);
  });

  it("refuses a file that is too large", () => {
    const { root, problems } = read(Buffer.alloc(MAX_CFG_BYTES + 1, " "));
    expect(root).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual([`the file is larger than ${MAX_CFG_BYTES} bytes`]);
  });

  const hostile: readonly (readonly [what: string, text: string])[] = [
    ["deep nesting", "<a>".repeat(200_000)],
    ["deep nesting that is closed", `${"<a>".repeat(2_000)}${"</a>".repeat(2_000)}`],
    ["many lone ampersands", `<a>${"&".repeat(1_000_000)}</a>`],
    ["many comments that do not end", "<a>".concat("<!-- ".repeat(200_000))],
    ["many instructions that do not end", "<a>".concat("<?x ".repeat(200_000))],
    ["inner blanks without end", `<a>x${" ".repeat(1_000_000)}y</a>`],
    ["many attributes", `<a ${Array.from({ length: 20_000 }, (_, i) => `a${i}="1"`).join(" ")}/>`],
  ];
  it.each(hostile)("reads or refuses %s in reasonable time", (_, text) => {
    const { problems } = read(text);
    expect(problems.length).toBeLessThanOrEqual(51);
  });
});
