import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { ClientConnection } from "#rtsp/client/client-connection";
import { Login } from "#rtsp/client/login";
import { readOffer } from "#rtsp/client/offer";
import { RtspClient } from "#rtsp/client/rtsp-client";
import { readTalkOffer } from "#rtsp/client/talk-offer";
import { CodedError, DecodeError } from "#util/errors";
import { MixedReplaceParser } from "#wire/mime/mixed-replace";
import { parseOrigin } from "#wire/rtsp/origin";
import { writeFrame } from "#wire/rtsp/message";
import { FakeClock } from "../support/fake-clock.js";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { mutants } from "../support/fuzz.js";
import { proxyOf, proxyStage } from "../support/proxy-stage.js";
import { cameraSdp } from "../support/scripted-camera.js";
import { fakeHost } from "../support/fake-host.js";
import { keyFrame } from "../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../support/relay-packets.js";

const body = cameraSdp();
const frames = new UnitSender(publishedFormats.h264).packets(keyFrame(300), 0).map((packet) => writeFrame(0, packet));

/** All that a camera says from the first answer on, whatever it is asked. */
const conversation = (more = ""): Buffer =>
  Buffer.concat([
    Buffer.from(
      `RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, GET_PARAMETER\r\n\r\n${more}` +
        `RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://192.0.2.10/live/\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
        "RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 1;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=00005EED\r\n\r\n" +
        "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 1;timeout=60\r\nTransport: RTP/AVP/TCP;interleaved=2-3\r\n\r\n" +
        "RTSP/1.0 200 OK\r\nCSeq: 5\r\nSession: 1\r\nRTP-Info: url=x;seq=1;rtptime=2\r\n\r\n",
    ),
    ...frames,
  ]);

/** A stream that swallows what is written and says what the test says. */
class Peer extends Duplex {
  readonly localAddress = "192.0.2.40";
  readonly remoteAddress = "192.0.2.10";
  override _read(): void {
    // What there is has been pushed.
  }
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

test("100,000 damaged answers are taken or refused, and nothing stays behind", async () => {
  const clock = new FakeClock();
  const login = new Login({ username: "u", password: "p" }, true, () => "c");
  let answered = 0;
  const pending: Promise<unknown>[] = [];
  const answers = [
    'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256\r\n\r\n',
    "RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: rtsp://b/c\r\n\r\n",
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 1;timeout=60\r\nTransport: RTP/AVP;unicast;client_port=1-2;server_port=3-4;ssrc=5\r\n\r\n",
    `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    "REDIRECT rtsp://a RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://b\r\n\r\n$\u0000\u0000\u0004abcd",
  ];
  for (const [index, bytes] of [
    ...mutants(
      answers.map((text) => Buffer.from(text, "latin1")),
      100_000,
    ),
  ].entries()) {
    const peer = new Peer();
    const listener = { frame: () => {}, request: () => ({ status: 200 }), closed: () => {} };
    const connection = new ClientConnection(peer, clock, 10_000, listener);
    const client = new RtspClient(connection, login, "fuzz");
    const asked =
      index % 3 === 0
        ? client.setup(["rtsp://a/b"], { profile: "RTP/AVP", lower: "UDP" })
        : client
            .describe("rtsp://a")
            .then((described) => (index % 2 === 0 ? readTalkOffer : readOffer)("rtsp://a", described));
    pending.push(
      asked.then(
        () => answered++,
        (error: unknown) => {
          if (!(error instanceof CodedError)) throw error;
        },
      ),
    );
    peer.emit("data", bytes);
    connection.close();
    peer.destroy();
    if (pending.length === 1000) await Promise.all(pending.splice(0));
  }
  await Promise.all(pending);
  expect(answered).toBeGreaterThan(1000);
  await clock.advance(60_000);
  expect(clock.pendingTimers).toBe(0);
}, 600_000);

test("100,000 damaged URLs are read or refused", () => {
  let read = 0;
  fuzz(["rtsp://admin:p%40ss@192.0.2.1:554/cam?channel=1", "rtsp+https://[fe80::1]/a", "rtsps://h"], (bytes) => {
    refusesOnlyWith(DecodeError, () => {
      read += parseOrigin(bytes.toString()).url === "" ? 0 : 1;
    });
  });
  expect(read).toBeGreaterThan(1000);
}, 600_000);

test("100,000 damaged streams of pictures are cut or refused", () => {
  let cut = 0;
  const type = "multipart/x-mixed-replace; boundary=b";
  const stream = "--b\r\nContent-Length: 4\r\n\r\nabcd\r\n--b\r\n\r\nefgh\r\n--b\r\n\r\n";
  fuzz([stream, stream.replaceAll("\r", "")], (bytes, random) => {
    refusesOnlyWith(DecodeError, () => {
      const parser = new MixedReplaceParser(type, 1000);
      const middle = random(bytes.length + 1);
      for (const chunk of [bytes.subarray(0, middle), bytes.subarray(middle)])
        for (const part of parser.push(chunk)) cut += part.length > 0 ? 1 : 0;
    });
  });
  expect(cut).toBeGreaterThan(10_000);
}, 600_000);

test("1,000 cameras that talk nonsense are left, and nothing of them stays", { timeout: 600_000 }, async () => {
  const host = fakeHost({ addresses: ["192.0.2.10"] });
  let script: string[] = [];
  await host.net.listen({ port: 554 }, (connection) => {
    // One answer for each request, as far as the damage lets us tell.
    connection.on("data", () => connection.write(Buffer.from(script.shift() ?? "", "latin1")));
  });
  let had = 0;
  for (const bytes of mutants([conversation(), conversation("OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n")], 1000)) {
    script = bytes.toString("latin1").split(/(?=RTSP\/1\.0 )/);
    const proxy = proxyStage(host.network, [proxyOf({ url: "rtsp://192.0.2.10/live", onDemand: false })]);
    for (let turns = 0; turns < 8; turns++) await host.clock.settle();
    had += proxy.paths.paths.filter(({ description }) => description !== undefined).length;
    await proxy.close();
    expect(proxy.host.net.connections.filter(({ destroyed }) => !destroyed)).toHaveLength(0);
  }
  expect(had).toBeGreaterThan(100);
  await host.clock.advance(60_000);
  expect(host.clock.pendingTimers).toBe(0);
});
