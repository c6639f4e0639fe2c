import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "#util/errors";
import { MixedReplaceParser } from "#wire/mime/mixed-replace";

const type = "multipart/x-mixed-replace; boundary=frame";
const part = (content: string, boundary = "--frame", length = true): string =>
  `${boundary}\r\nContent-Type: image/jpeg\r\n${length ? `Content-Length: ${content.length}\r\n` : ""}\r\n${content}\r\n`;

const read = (text: string, contentType = type, step = text.length, maxBytes = 1000): string[] => {
  const parser = new MixedReplaceParser(contentType, maxBytes);
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += step)
    for (const one of parser.push(Buffer.from(text.slice(at, at + step), "latin1"))) parts.push(one.toString("latin1"));
  return parts;
};

describe("pictures that replace one another", () => {
  test.each<[string, string, string]>([
    ["with lengths", type, part("one") + part("two")],
    ["without lengths", type, `${part("one", "--frame", false)}${part("two", "--frame", false)}--frame\r\n`],
    ["with the dashes in the header too", type.replace("frame", "--frame"), part("one") + part("two")],
    [
      "with more dashes in the body",
      type,
      part("one", "----frame", false) + part("two", "----frame", false) + "----frame",
    ],
    ["with the boundary in quotes", type.replace("frame", '"frame"'), part("one") + part("two")],
    ["with a charset behind", `${type}; charset=x`, part("one") + part("two")],
    ["in odd case", type.toUpperCase().replace("FRAME", "frame"), part("one") + part("two")],
    [
      "with LF alone",
      type,
      `${part("one", "--frame", false)}${part("two", "--frame", false)}--frame\r\n`.replaceAll("\r", ""),
    ],
    ["behind something else", type, `preamble\r\n${part("one")}${part("two")}`],
    ["with blanks in their heads", type, part("one").replace("Length: ", "Length :  ") + part("two")],
    ["with an empty one among them", type, part("one") + part("") + part("two")],
    ["with a boundary in one that has a length", type, part("one") + part("two")],
    ["with no line end in front of the boundary", type, "--frame\r\n\r\none--frame\r\n\r\ntwo--frame"],
    ["with the end", type, `${part("one", "--frame", false)}${part("two", "--frame", false)}--frame--\r\n`],
  ])("are read %s, however they are cut", (_name, contentType, text) => {
    for (let step = 1; step <= text.length; step++) expect(read(text, contentType, step)).toEqual(["one", "two"]);
  });

  test("may hold what looks like a boundary, when their length is told", () => {
    expect(read(part("a--frame\r\n\r\nb"))).toEqual(["a--frame\r\n\r\nb"]);
  });

  test.each([
    ["another type", "image/jpeg"],
    ["no boundary", "multipart/x-mixed-replace"],
    ["an empty boundary", "multipart/x-mixed-replace; boundary=--"],
    ["another multipart", "multipart/mixed; boundary=a"],
  ])("are not there with %s", (_name, contentType) => {
    expect(() => new MixedReplaceParser(contentType, 1000)).toThrow(DecodeError);
  });

  test.each([
    ["a length beyond the limit", "--frame\r\nContent-Length: 1001\r\n\r\n"],
    ["a picture without end", `--frame\r\n\r\n${"x".repeat(2000)}`],
    ["a head without end", `--frame\r\n${"x: y\r\n".repeat(4000)}`],
  ])("are refused with %s", (_name, text) => {
    expect(() => read(text, type, 100)).toThrow(DecodeError);
  });

  test("can be anything", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (contents) => {
        const parser = new MixedReplaceParser(type, 10_000);
        const pushed = contents.flatMap((content) => [
          Buffer.from(`--frame\r\nContent-Length: ${content.length}\r\n\r\n`),
          Buffer.from(content),
          Buffer.from("\r\n"),
        ]);
        const whole = parser.push(Buffer.concat(pushed));
        expect(whole).toEqual(contents.filter(({ length }) => length > 0).map((content) => Buffer.from(content)));
      }),
    );
  });
});
