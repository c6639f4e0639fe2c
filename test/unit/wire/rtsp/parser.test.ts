import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { Headers, writeFrame, writeRequest, writeResponse, type RtspMessage } from "#wire/rtsp/message";
import { DEFAULT_LIMITS, RtspParser, type ParserLimits } from "#wire/rtsp/parser";

function parse(chunks: readonly (string | Buffer)[], limits: Partial<ParserLimits> = {}): RtspMessage[] {
  const parser = new RtspParser({ ...DEFAULT_LIMITS, ...limits });
  const messages: RtspMessage[] = [];
  for (const chunk of chunks) {
    parser.push(Buffer.from(chunk));
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
  }
  return messages;
}

const shown = (message: RtspMessage): unknown => {
  if (message.kind === "frame") return [message.channel, message.payload.toString()];
  const start = message.kind === "request" ? [message.method, message.target] : [message.status, message.reason];
  return [...start, Object.fromEntries(message.headers.lines), message.body.toString()];
};

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
  return "none";
};

describe("the RTSP parser", () => {
  it.each<[string, string, unknown[]]>([
    ["a request", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", [["OPTIONS", "*", { CSeq: "1" }, ""]]],
    ["a response", "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", [[200, "OK", { CSeq: "1" }, ""]]],
    ["a response without a reason", "RTSP/1.0 461\r\nCSeq: 1\r\n\r\n", [[461, "", { CSeq: "1" }, ""]]],
    ["lines that end in LF alone", "OPTIONS * RTSP/1.0\nCSeq: 1\n\n", [["OPTIONS", "*", { CSeq: "1" }, ""]]],
    ["empty lines before it", "\r\n\r\n\nOPTIONS * RTSP/1.0\r\n\r\n", [["OPTIONS", "*", {}, ""]]],
    [
      "odd case and spaces",
      "Play  rtsp://h/a  rtsp/1.0 \r\ncseq :  7 \r\n\r\n",
      [["Play", "rtsp://h/a", { cseq: "7" }, ""]],
    ],
    ["spaces in the target", "DESCRIBE rtsp://h/a b c RTSP/1.0\r\n\r\n", [["DESCRIBE", "rtsp://h/a b c", {}, ""]]],
    ["a target in UTF-8", "DESCRIBE rtsp://h/ä RTSP/1.0\r\n\r\n", [["DESCRIBE", "rtsp://h/ä", {}, ""]]],
    ["a folded header", "OPTIONS * RTSP/1.0\r\nA: b\r\n  c\r\n\td\r\n\r\n", [["OPTIONS", "*", { A: "b c d" }, ""]]],
    ["an empty value", "OPTIONS * RTSP/1.0\r\nA:\r\n\r\n", [["OPTIONS", "*", { A: "" }, ""]]],
    [
      "a body",
      "ANNOUNCE * RTSP/1.0\r\nContent-Length: 3\r\n\r\nabc",
      [["ANNOUNCE", "*", { "Content-Length": "3" }, "abc"]],
    ],
    [
      "frames",
      "$\x00\x00\x02ab$\x05\x00\x00",
      [
        [0, "ab"],
        [5, ""],
      ],
    ],
    [
      "frames between messages",
      "$\x01\x00\x01xOPTIONS * RTSP/1.0\r\n\r\n$\x00\x00\x01y\r\nOPTIONS /a RTSP/1.0\r\n\r\n",
      [
        [1, "x"],
        ["OPTIONS", "*", {}, ""],
        [0, "y"],
        ["OPTIONS", "/a", {}, ""],
      ],
    ],
  ])("reads %s, whole and byte by byte", (_name, text, expected) => {
    expect(parse([text]).map(shown)).toEqual(expected);
    expect(parse([...Buffer.from(text)].map((byte) => Buffer.of(byte))).map(shown)).toEqual(expected);
  });

  it("keeps repeated headers and finds them without case", () => {
    const [message] = parse(["OPTIONS * RTSP/1.0\r\nUser-Agent: a\r\nuser-agent: b\r\n\r\n"]);
    if (message?.kind !== "request") throw new Error("no request");
    expect(message.headers.get("USER-AGENT")).toBe("a");
    expect(message.headers.all("User-Agent")).toEqual(["a", "b"]);
  });

  it.each<[string, string, string]>([
    ["binary rubbish", "\x16\x03\x01", "rtsp-start"],
    ["a space first", " OPTIONS * RTSP/1.0\r\n\r\n", "rtsp-start"],
    ["one word", "OPTIONS\r\n\r\n", "rtsp-start-line"],
    ["two words", "OPTIONS RTSP/1.0\r\n\r\n", "rtsp-start-line"],
    ["no version", "OPTIONS * RTSP\r\n\r\n", "rtsp-start-line"],
    ["HTTP", "GET / HTTP/1.1\r\n\r\n", "rtsp-protocol"],
    ["a method that is no token", "A(B * RTSP/1.0\r\n\r\n", "rtsp-method"],
    ["a header without colon", "OPTIONS * RTSP/1.0\r\nCSeq 1\r\n\r\n", "rtsp-header"],
    ["a header without name", "OPTIONS * RTSP/1.0\r\n: 1\r\n\r\n", "rtsp-header"],
    ["a NUL in a header", "OPTIONS * RTSP/1.0\r\nA: \0\r\n\r\n", "rtsp-control-character"],
    ["a CR in a header", "OPTIONS * RTSP/1.0\r\nA: b\rC: d\r\n\r\n", "rtsp-control-character"],
    ["a length that is no number", "OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", "rtsp-content-length"],
    ["two lengths", "OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "rtsp-content-length"],
    ["a long target", `OPTIONS rtsp://h/${"a".repeat(4096)} RTSP/1.0\r\n\r\n`, "rtsp-target-too-long"],
    ["a long first line", "A".repeat(8193), "rtsp-target-too-long"],
    ["a long header line", `OPTIONS * RTSP/1.0\r\nA: ${"a".repeat(8192)}`, "rtsp-line-too-long"],
    ["256 headers", `OPTIONS * RTSP/1.0\r\n${"A: b\r\n".repeat(256)}`, "rtsp-too-many-headers"],
    ["a large head", `OPTIONS * RTSP/1.0\r\n${`A: ${"b".repeat(8000)}\r\n`.repeat(9)}`, "rtsp-head-too-large"],
    ["a large body", "OPTIONS * RTSP/1.0\r\nContent-Length: 131073\r\n\r\n", "rtsp-body-too-large"],
  ])("refuses %s", (_name, text, code) => {
    expect(codeOf(() => parse([text]))).toBe(code);
  });

  it("accepts 255 headers and the longest target", () => {
    expect(parse([`OPTIONS * RTSP/1.0\r\n${"A: b\r\n".repeat(255)}\r\n`])).toHaveLength(1);
    expect(parse([`OPTIONS /${"a".repeat(4095)} RTSP/1.0\r\n\r\n`])).toHaveLength(1);
  });

  it("names the CSeq of a message that it refuses, so that it can be answered", () => {
    const refuse = (text: string): unknown => {
      try {
        parse([text]);
      } catch (error) {
        return error instanceof DecodeError ? error.context["cseq"] : error;
      }
      return undefined;
    };
    expect(refuse("OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 131073\r\n\r\n")).toBe("7");
    expect(refuse(`OPTIONS /${"a".repeat(4096)} RTSP/1.0\r\nCSeq: 8\r\n\r\n`)).toBe("8");
  });

  it("reads nothing more after an error", () => {
    const parser = new RtspParser();
    parser.push(Buffer.from("\0"));
    expect(codeOf(() => parser.next())).toBe("rtsp-start");
    parser.push(Buffer.from("OPTIONS * RTSP/1.0\r\n\r\n"));
    expect(codeOf(() => parser.next())).toBe("rtsp-start");
  });

  it("does not change frames it has handed out when more arrives", () => {
    const parser = new RtspParser();
    parser.push(Buffer.from("$\x00\x00\x02a"));
    expect(parser.next()).toBeUndefined();
    parser.push(Buffer.from("b$\x00\x00\x02c"));
    const first = parser.next();
    expect(parser.next()).toBeUndefined();
    parser.push(Buffer.from("d".repeat(3000)));
    if (first?.kind !== "frame") throw new Error("no frame");
    expect(first.payload.toString()).toBe("ab");
  });

  it("reads what is written, however it is cut", () => {
    const token = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,10}$/).filter((name) => !/^content-length$/i.test(name));
    const text = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const headers = fc.array(fc.tuple(token, text), { maxLength: 5 });
    const body = fc.uint8Array({ maxLength: 50 });
    const message = fc.oneof(
      fc.record({ kind: fc.constant("request" as const), method: token, target: text, headers, body }),
      fc.record({ kind: fc.constant("response" as const), status: fc.integer({ min: 100, max: 599 }), headers, body }),
      fc.record({ kind: fc.constant("frame" as const), channel: fc.nat(255), payload: body }),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(300)), (messages, cuts) => {
        const bytes = Buffer.concat(
          messages.map((one) => {
            if (one.kind === "frame") return writeFrame(one.channel, one.payload);
            const lines = new Headers(one.headers);
            if (one.kind === "request") return writeRequest(one.method, one.target, lines, one.body);
            return writeResponse(one.status, lines, one.body);
          }),
        );
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const parsed = parse(edges.slice(1).map((end, index) => bytes.subarray(edges[index], end)));
        const bodies = parsed.map((one) => (one.kind === "frame" ? one.payload : one.body).toString("hex"));
        const sent = messages.map((one) => Buffer.from(one.kind === "frame" ? one.payload : one.body).toString("hex"));
        expect(bodies).toEqual(sent);
        expect(parsed.map((one) => one.kind)).toEqual(messages.map((one) => one.kind));
      }),
    );
  });
});

describe("messages that are written", () => {
  it("have no header of a client's making", () => {
    const text = writeResponse(551, new Headers([["Unsupported", "a\r\nX-Evil: 1"]])).toString();
    expect(text).toBe("RTSP/1.0 551 Option not supported\r\nUnsupported: a X-Evil: 1\r\n\r\n");
  });
});
