import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { Base64Stream } from "#wire/rtsp/base64-stream";

const decode = (chunks: readonly string[]): string => {
  const stream = new Base64Stream();
  return chunks.map((chunk) => stream.push(Buffer.from(chunk)).toString("latin1")).join("");
};

describe("a stream of base64 texts", () => {
  it.each<[string, readonly string[], string]>([
    ["one text", ["T1BUSU9OUw=="], "OPTIONS"],
    ["no padding needed", ["QUJD"], "ABC"],
    ["one padding", ["QUI="], "AB"],
    ["a text behind one with padding, in one chunk", ["QQ==QUI=QUJD"], "AABABC"],
    ["a character at a time", "QQ==QUI=QUJD".split(""), "AABABC"],
    ["cut within the padding", ["QQ=", "=QUI="], "AAB"],
    ["line breaks as in RFC 1421", ["QU\r\nJD\r\n\r\nRA=\r\n=\r\n"], "ABCD"],
    ["blanks and tabs", [" Q U\tJ D "], "ABC"],
    ["the last text without its padding", ["QUJDRA"], "ABCD"],
    ["all values", ["AAAA////++++"], "\0\0\0\xff\xff\xff\xfb\xef\xbe"],
    ["nothing", [""], ""],
  ])("reads %s", (_name, chunks, text) => {
    expect(decode(chunks)).toBe(text);
  });

  it.each([
    ["RTSP that is not encoded", "OPTIONS * RTSP/1.0"],
    ["padding behind one character", "Q==="],
    ["a zero byte", "QU\0I="],
    ["the alphabet for URLs", "QU-_"],
    ["what is not ASCII", "QU\u00e9I"],
  ])("refuses %s", (_name, text) => {
    expect(() => decode([text])).toThrow(DecodeError);
  });

  it("gives each byte out as soon as its bits are there", () => {
    const stream = new Base64Stream();
    expect("QUJD".split("").map((character) => stream.push(Buffer.from(character)).toString())).toEqual([
      "",
      "A",
      "B",
      "C",
    ]);
  });

  it("forgets what was begun when a new request begins", () => {
    const stream = new Base64Stream();
    stream.push(Buffer.from("Q"));
    stream.reset();
    expect(stream.push(Buffer.from("QUJD")).toString()).toBe("ABC");
  });

  it("reads any messages, each padded on its own, with any line breaks, however they are cut", () => {
    const message = fc.uint8Array({ maxLength: 200 });
    const width = fc.constantFrom(4, 5, 64, 76, 1000);
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        width,
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, columns, cuts) => {
          const lines = new RegExp(`.{${columns}}`, "g");
          const text = messages.map((bytes) => Buffer.from(bytes).toString("base64").replace(lines, "$&\r\n")).join("");
          const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
            (one, other) => one - other,
          );
          const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
          expect(decode(chunks)).toBe(Buffer.concat(messages).toString("latin1"));
        },
      ),
    );
  });

  it("agrees with Node's decoder on text that has no padding in its midst", () => {
    fc.assert(
      fc.property(fc.base64String(), (text) => {
        expect(decode([text])).toBe(Buffer.from(text, "base64").toString("latin1"));
      }),
    );
  });
});
