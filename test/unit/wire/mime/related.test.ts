import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { contentIdOf, contentIdUrl, isRelated, readRelated, writeRelated } from "#wire/mime/related";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const texts = ({ root, parts }: ReturnType<typeof readRelated>): unknown => [
  Buffer.from(root).toString("latin1"),
  Object.fromEntries([...parts].map(([id, data]) => [id, Buffer.from(data).toString("latin1")])),
];

describe("a message with parts beside it", () => {
  it("is read as it was written, whatever the parts hold", () => {
    const part = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.string(), fc.array(part, { maxLength: 5 }), (root, all) => {
        const parts = all.map((data, index) => ({ id: `p${index}@x`, contentType: "application/octet-stream", data }));
        const { contentType, body } = writeRelated(root, "application/soap+xml; charset=utf-8", parts);
        const read = readRelated(contentType, body);
        expect(isRelated(contentType)).toBe(true);
        expect(Buffer.from(read.root).toString()).toBe(Buffer.from(root).toString());
        expect([...read.parts].map(([id, data]) => [id, [...data]])).toEqual(
          parts.map(({ id, data }) => [id, [...data]]),
        );
      }),
      { seed: 4 },
    );
  });

  it.each([
    [
      "the root by its Content-ID, wherever it is",
      'multipart/related; start="<b>"; boundary=x',
      "--x\r\nContent-ID: <a>\r\n\r\n1\r\n--x\r\ncontent-id:<b>\r\n\r\n2\r\n--x--",
      ["2", { a: "1" }],
    ],
    [
      "what stands before the first part and behind the last one left out",
      'Multipart/Related;boundary="x"; type="application/xop+xml"',
      "preamble\r\n--x\r\n\r\nroot\r\n--x\r\nContent-Type: a/b\r\nContent-ID: <c>\r\n\r\n\r\n--x--\r\nepilogue",
      ["root", { c: "" }],
    ],
  ])("is read: %s", (_what, type, body, expected) => {
    expect(texts(readRelated(type, bytes(body)))).toEqual(expected);
  });

  it.each([
    ["no boundary", "multipart/related", "--x\r\n\r\n1\r\n--x--"],
    ["another boundary", "multipart/related; boundary=y", "--x\r\n\r\n1\r\n--x--"],
    ["no end", "multipart/related; boundary=x", "--x\r\n\r\n1"],
    ["no head", "multipart/related; boundary=x", "--x\r\nContent-ID: <a>\r\n--x--"],
    ["no parts", "multipart/related; boundary=x", "--x--"],
    ["a start that is not there", 'multipart/related; start="<z>"; boundary=x', "--x\r\n\r\n1\r\n--x--"],
    ["too many parts", "multipart/related; boundary=x", `${"--x\r\n\r\n1\r\n".repeat(17)}--x--`],
  ])("is refused with %s", (_what, type, body) => {
    expect(() => readRelated(type, bytes(body))).toThrow(DecodeError);
  });

  it("is refused, and nothing else, whatever it is", () => {
    const noise = fc.array(fc.constantFrom("--x", "\r\n", "\r\n\r\n", "--", "Content-ID: <a>", "a"), { maxLength: 30 });
    fc.assert(
      fc.property(noise, (pieces) => {
        try {
          readRelated("multipart/related; boundary=x", bytes(pieces.join("")));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it("names its parts by addresses", () => {
    expect([
      contentIdOf(contentIdUrl("a@b")),
      contentIdOf("cid:a%40b"),
      contentIdOf("http://a"),
      contentIdOf("cid:%"),
    ]).toEqual(["a@b", "a@b", undefined, undefined]);
  });
});
