import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { PlainRequests } from "#http/plain-request";
import { FakeConnection } from "../support/fake-connection.js";
import { fuzz } from "../support/fuzz-run.js";

const ENDS = { localAddress: "192.0.2.10", localPort: 80, remoteAddress: "192.0.2.11", remotePort: 4000 };

const SAMPLES = [
  "POST /onvif/device_service HTTP/1.1\r\nHost: cam:80\r\nContent-Type: application/soap+xml; charset=utf-8\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
  'POST /a?b=c HTTP/1.1\r\nHost: a\r\nSOAPAction: ""\r\nAuthorization: Digest username="x"\r\nContent-Length: 12\r\n\r\n\r\n\r\nHost: b\r\n',
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: keep-alive\r\nX-Empty:\r\n\r\nhi",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
];

/** What node:http makes of bytes that came at once: each request with its body. */
async function byNode(bytes: Buffer): Promise<readonly unknown[]> {
  const read: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      read.push({
        method,
        url,
        headers,
        body: Buffer.concat(chunks).toString("hex"),
        isLast: !response.shouldKeepAlive,
      });
      response.end();
    });
  });
  server.on("clientError", () => read.push("malformed"));
  const [near, far] = FakeConnection.pair(ENDS, 65_536, () => {});
  server.emit("connection", near);
  far.resume();
  far.write(bytes);
  // Streams pass on what they have in a few turns.
  for (let turns = 0; turns < 6; turns++) await new Promise((done) => void setImmediate(done));
  near.destroy();
  far.destroy();
  return read;
}

describe("plain requests", () => {
  it("are, of 100,000 damaged ones, those that node:http reads in the same way", async () => {
    const plain = new Map<string, unknown>();
    const requests = new PlainRequests();
    fuzz(SAMPLES, (bytes) => {
      const request = requests.read(bytes);
      if (!request) return;
      const { target: url, headers, isLast } = request.head;
      plain.set(bytes.toString("latin1"), { method: "POST", url, headers, body: request.body.toString("hex"), isLast });
    });
    expect(plain.size).toBeGreaterThan(1_000);
    for (const [text, request] of plain)
      expect([text, ...(await byNode(Buffer.from(text, "latin1")))]).toEqual([text, request]);
  }, 600_000);
});
