import { describe, expect, it } from "vitest";
import { RtspServer } from "#rtsp/server/server";
import { DecodeError } from "#util/errors";
import { Base64Stream } from "#wire/rtsp/base64-stream";
import { readOpening } from "#wire/rtsp/opening";
import { silentLogger } from "#util/log";
import { fakeHost } from "../support/fake-host.js";
import { FakeDirectory, FakePath } from "../support/fake-path.js";
import { mutants } from "../support/fuzz.js";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { clientFrame } from "../support/web-socket-frames.js";

describe("the openings of connections", () => {
  it("survive 100,000 damages", () => {
    const samples = [
      "GET /a HTTP/1.0\r\nx-sessioncookie: 3a7f\r\nAccept: application/x-rtsp-tunnelled\r\nPragma: no-cache\r\n\r\n",
      "POST /a HTTP/1.1\r\nx-sessioncookie: 3a7f\r\nContent-Length: 32767\r\n\r\nT1BUSU9OUyAqIFJUU1AvMS4w",
      "GET /a HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: rtsp.onvif.org\r\n\r\n",
      "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    ];
    fuzz(samples, (bytes) => {
      const opening = readOpening(bytes);
      if (opening && "bodyAt" in opening && opening.bodyAt > bytes.length) throw new Error("content behind the end");
    });
  }, 600_000);
});

describe("streams of base64 texts", () => {
  it("survive 100,000 damages, however they are cut", () => {
    const message = Buffer.from("DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\n").toString("base64");
    fuzz([message + message, message.replace(/.{20}/g, "$&\r\n"), "QQ==QUI=QUJD"], (bytes, random) => {
      const stream = new Base64Stream();
      refusesOnlyWith(DecodeError, () => {
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + random(bytes.length);
          stream.push(bytes.subarray(at, end));
          at = end;
        }
      });
    });
  }, 600_000);
});

describe("the entrance of the RTSP server", () => {
  const url = "rtsp://192.0.2.10/a";
  const requests = [
    `DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`,
    `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP\r\n\r\n`,
    `PLAY ${url} RTSP/1.0\r\nCSeq: 3\r\n\r\n`,
  ];
  const head = (method: string, headers: string): string => `${method} /a HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
  const get = Buffer.from(head("GET", "x-sessioncookie: c\r\n"));
  const post = Buffer.from(
    head("POST", "x-sessioncookie: c\r\n") + requests.map((text) => Buffer.from(text).toString("base64")).join("\r\n"),
  );
  const handshake = head(
    "GET",
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: KSO+hOFs1q5SkEnx8bvp6w==\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: rtsp.onvif.org\r\n",
  );
  const webSocket = Buffer.concat([
    Buffer.from(handshake),
    ...requests.map((text) => clientFrame(2, text)),
    clientFrame(9, "ping"),
    clientFrame(8, Buffer.from([3, 232])),
  ]);

  it("survives 3,000 damaged conversations and keeps nothing of them", { timeout: 600_000 }, async () => {
    const host = fakeHost({ addresses: ["192.0.2.10"] });
    const directory = new FakeDirectory();
    const path = directory.add(new FakePath("a", host.clock));
    const server = new RtspServer(host, silentLogger, directory, { sessionTimeoutSeconds: 1 });
    await server.listen({ port: 554 });
    let answered = 0;
    const connect = async (): Promise<ReturnType<typeof host.net.connect>> => {
      const connection = await host.net.connect("192.0.2.10", 554);
      connection.on("data", () => answered++);
      return connection;
    };
    for (const bytes of mutants([webSocket, post, get], 3000)) {
      const output = await connect();
      output.write(get);
      const connection = await connect();
      connection.write(bytes);
      await host.clock.settle();
      path.publish(0);
      output.destroy();
      connection.destroy();
      await host.clock.settle();
    }
    expect(answered).toBeGreaterThan(3000);
    await host.clock.advance(12_000);
    expect([server.connections, server.sessions().length, path.leases, path.readings]).toEqual([0, 0, 0, 0]);
    expect(host.clock.pendingTimers).toBe(0);
    await server.close();
  });
});
