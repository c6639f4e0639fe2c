import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlainRequests } from "#http/plain-request";

const read = (text: string) => new PlainRequests().read(Buffer.from(text, "latin1"));
const post = (lines: readonly string[], body = "hi"): string =>
  ["POST /onvif/device_service HTTP/1.1", "Host: cam", `Content-Length: ${body.length}`, ...lines, "", body].join(
    "\r\n",
  );

describe("PlainRequests", () => {
  it("reads target, headers, body and whether the connection is to go on", () => {
    const request = read(post(['SOAPAction: "a b"', "X-Empty:", "connection: Close", "Authorization:Digest a=1"]));
    expect(request).toEqual({
      head: {
        target: "/onvif/device_service",
        headers: {
          host: "cam",
          "content-length": "2",
          soapaction: '"a b"',
          "x-empty": "",
          connection: "Close",
          authorization: "Digest a=1",
        },
        isLast: true,
        bodyLength: 2,
      },
      body: Buffer.from("hi"),
    });
    expect(read(post(["Connection: keep-alive"]))?.head.isLast).toBe(false);
    expect(read(post([], ""))?.body).toHaveLength(0);
  });

  it.each([
    ["another method", post([]).replace("POST", "PUT")],
    ["an older version", post([]).replace("1.1", "1.0")],
    ["an absolute target", post([]).replace("/onvif", "http://cam/onvif")],
    ["a control character in the target", post([]).replace("/onvif", "/\x01onvif")],
    ["no host", post([]).replace("Host: cam\r\n", "")],
    ["no length", post([]).replace("Content-Length: 2\r\n", "")],
    ["a length that is no number", post([]).replace("Length: 2", "Length: +2")],
    ["a list of lengths", post([]).replace("Length: 2", "Length: 2, 2")],
    ["two lengths", post(["Content-Length: 2"])],
    ["a header twice", post(["X-A: 1", "x-a: 1"])],
    ["a name that objects have", post(["Constructor: 1"])],
    ["a transfer coding", post(["Transfer-Encoding: chunked"])],
    ["an expectation", post(["Expect: 100-continue"])],
    ["an upgrade", post(["Connection: Upgrade", "Upgrade: websocket"])],
    ["a wish for the connection that is not known", post(["Connection: close, x"])],
    ["a wish by another name", post(["Proxy-Connection: close"])],
    ["a folded line", post(["X-A: 1\r\n 2"])],
    ["a line without a name", post([": 1"])],
    ["a space behind the name", post(["X-A : 1"])],
    ["a tab in front of the value", post(["X-A:\t1"])],
    ["a space behind the value", post(["X-A: 1 "])],
    ["a character that is not ASCII", post(["X-A: \xe9"])],
    ["a line feed alone", post(["X-A: 1\nX-B: 2"])],
    ["a carriage return alone", post(["X-A: 1\rX-B: 2"])],
    ["a zero byte", post(["X-A: \0"])],
    ["an empty line in front", `\r\n${post([])}`],
    ["less of the body than announced", post([]).slice(0, -1)],
    ["more than one request", `${post([])}POST`],
    ["a head that is not whole", post([]).slice(0, 40)],
    ["a head that is too long", post([`X-A: ${"y".repeat(5_000)}`])],
    ["nothing", ""],
  ])("leaves alone %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  const name = fc.stringMatching(/^X-[A-Za-z0-9-]{1,20}$/);
  const value = fc.stringMatching(/^([!-~]([ -~]{0,40}[!-~])?)?$/);

  it("reads whatever headers there are", () => {
    const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase(), maxLength: 12 });
    fc.assert(
      fc.property(headers, fc.string({ maxLength: 300, unit: "binary-ascii" }), (some, body) => {
        const requests = new PlainRequests();
        const text = post(
          some.map(([key, content]) => `${key}: ${content}`),
          body,
        );
        // The second time it is known.
        for (let times = 0; times < 2; times++) {
          const request = requests.read(Buffer.from(text, "latin1"));
          expect(request?.body.toString("latin1")).toBe(body);
          for (const [key, content] of some) expect(request?.head.headers[key.toLowerCase()]).toBe(content);
        }
      }),
    );
  });

  it("takes a head that comes again apart once, unless it holds a login, and keeps a few", () => {
    const requests = new PlainRequests();
    const head = (line: string) => requests.read(Buffer.from(post([line])))?.head;
    const first = head("X-A: 1");
    expect(head("X-A: 1")).toBe(first);
    expect(Object.isFrozen(first?.headers)).toBe(true);
    expect(head("Authorization: Digest 1")).not.toBe(head("Authorization: Digest 1"));
    const long = `X-A: ${"y".repeat(1_000)}`;
    expect(head(long)).not.toBe(head(long));
    for (let n = 0; n < 32; n++) head(`X-B: ${n}`);
    expect(head("X-A: 1")).not.toBe(first);
    expect(head("X-A: 1")).toEqual(first);
  });
});
