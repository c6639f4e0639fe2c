import { describe, expect, it } from "vitest";
import { carrierStage, dial } from "../../support/carriers.js";
import { serverAddress, urlA, type RtspStage } from "../../support/rtsp-client.js";
import { connectText, TextClient } from "../../support/text-client.js";
import { clientFrame, serverFrames, type Frame } from "../../support/web-socket-frames.js";

const BINARY = 2;
const TEXT = 1;
const CONTINUED = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const request = (method: string, cseq: number, headers = "", url = urlA): string =>
  `${method} ${url} RTSP/1.0\r\nCSeq: ${cseq}\r\n${headers}\r\n`;

const handshake = (changes: Readonly<Record<string, string | undefined>> = {}, path = "/webSocketServer"): string => {
  const headers: Record<string, string | undefined> = {
    Host: serverAddress,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": "KSO+hOFs1q5SkEnx8bvp6w==",
    "Sec-WebSocket-Protocol": "rtsp.onvif.org",
    "Sec-WebSocket-Version": "13",
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
};

const open = async (stage: RtspStage, isSecure = false): Promise<TextClient> => {
  const stream = await dial(stage.client("192.0.2.20"), isSecure);
  return new TextClient(stream, () => stage.host.clock.settle(), 50);
};

/** A client behind the handshake. */
async function upgraded(stage: RtspStage, isSecure = false): Promise<TextClient> {
  const client = await open(stage, isSecure);
  client.send(handshake());
  expect(await client.until("\r\n\r\n")).toMatch(/^HTTP\/1\.1 101 /);
  return client;
}

/** The frames that came since the last call. */
async function frames(stage: RtspStage, client: TextClient): Promise<Frame[]> {
  for (let turns = 0; turns < 5; turns++) await stage.host.clock.settle();
  const found = serverFrames(client.pending);
  await client.bytes(
    found.reduce(
      (sum, { payload }) => sum + payload.length + (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10),
      0,
    ),
  );
  return found;
}

describe("check 48: RTSP through a WebSocket", () => {
  it.each([false, true])("answers the handshake by RFC 6455 with the sub-protocol; TLS: %s", async (isSecure) => {
    await using stage = await carrierStage();
    const client = await open(stage, isSecure);
    client.send(handshake());
    const lines = (await client.until("\r\n\r\n")).trimEnd().split("\r\n");
    expect(lines[0]).toBe("HTTP/1.1 101 Switching Protocols");
    // SHA-1 of the key and the GUID of RFC 6455 §1.3, computed apart.
    expect(lines).toContain("Sec-WebSocket-Accept: G/cEt4HtsYEnP0MnSVkKRk459gM=");
    expect(lines).toContain("Sec-WebSocket-Protocol: rtsp.onvif.org");
    expect(lines.slice(1).map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining(["upgrade: websocket", "connection: upgrade"]),
    );
    expect(lines.join("\n")).not.toMatch(/Extensions/i);
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ["Firefox's list of connection options", { Connection: "keep-alive, Upgrade" }, "/x"],
    ["another case", { Connection: "UPGRADE", Upgrade: "WebSocket" }, "/x"],
    ["an offer of compression, which is not taken", { "Sec-WebSocket-Extensions": "permessage-deflate" }, "/x"],
    ["several sub-protocols", { "Sec-WebSocket-Protocol": "chat, rtsp.onvif.org" }, "/x"],
    ["any path", {}, "/a/b?c=d"],
    ["the path of an absolute URL", {}, "http://192.0.2.10/x"],
  ])("takes %s", async (_name, changes, path) => {
    await using stage = await carrierStage();
    const client = await open(stage);
    client.send(handshake(changes, path));
    const head = await client.until("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).toContain("Sec-WebSocket-Protocol: rtsp.onvif.org\r\n");
    expect(head).not.toMatch(/Extensions/i);
  });

  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    ["no sub-protocol", { "Sec-WebSocket-Protocol": undefined }],
    ["another sub-protocol", { "Sec-WebSocket-Protocol": "chat" }],
    ["a sub-protocol twice", { "Sec-WebSocket-Protocol": "rtsp.onvif.org, rtsp.onvif.org" }],
    ["no key", { "Sec-WebSocket-Key": undefined }],
    ["a key that is none", { "Sec-WebSocket-Key": "x" }],
    ["an unknown version", { "Sec-WebSocket-Version": "99" }],
    ["a connection that is to be kept", { Connection: "keep-alive" }],
  ])("refuses a handshake with %s", async (_name, changes) => {
    await using stage = await carrierStage();
    const client = await open(stage);
    client.send(handshake(changes));
    expect((await client.rest()).toString()).toMatch(/^HTTP\/1\.1 400 /);
    await stage.host.clock.advance(12_000);
    expect([stage.server.connections, stage.host.clock.pendingTimers]).toEqual([0, 0]);
  });

  it("sends one message, or all packets of a unit, in each binary frame", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(clientFrame(BINARY, request("SETUP", 1, "Transport: RTP/AVP/TCP\r\n", `${urlA}/trackID=0`)));
    const [setup, ...others] = await frames(stage, client);
    expect(others).toEqual([]);
    expect(setup).toMatchObject({ opcode: BINARY, isLast: true });
    expect(setup?.payload.toString()).toMatch(/^RTSP\/1\.0 200 OK\r\n[^]*\r\n\r\n$/);
    client.send(clientFrame(BINARY, request("PLAY", 2)));
    expect(await frames(stage, client)).toHaveLength(1);
    const { rtp } = stage.path.publish(0, { packets: [1400, 1400, 300] });
    const [unit, report, ...none] = await frames(stage, client);
    expect(none).toEqual([]);
    expect(unit).toMatchObject({ opcode: BINARY, isLast: true });
    expect(unit?.payload).toEqual(Buffer.from(rtp.interleaved(0)));
    expect([report?.opcode, report?.payload[0], report?.payload[1]]).toEqual([BINARY, 0x24, 1]);
    const large = stage.path.publish(0, { packets: Array.from({ length: 60 }, () => 1400) });
    expect((await frames(stage, client)).map(({ payload }) => payload.length)).toEqual([
      large.rtp.interleaved(0).length,
    ]);
  });

  it.each<[string, readonly Buffer[]]>([
    [
      "a frame for each byte",
      request("OPTIONS", 1)
        .split("")
        .map((byte) => clientFrame(BINARY, byte)),
    ],
    [
      "fragments of one message",
      [
        clientFrame(BINARY, "OPTI", false),
        clientFrame(CONTINUED, "ONS * RTSP/1.0\r\n", false),
        clientFrame(CONTINUED, "CSeq: 1\r\n\r\n"),
      ],
    ],
    [
      "a ping between two fragments",
      [
        clientFrame(BINARY, "OPTIONS * RTSP/1.0\r\n", false),
        clientFrame(PING, "?"),
        clientFrame(CONTINUED, "CSeq: 1\r\n\r\n"),
      ],
    ],
    ["text", [clientFrame(TEXT, request("OPTIONS", 1))]],
    [
      "empty messages around it",
      [clientFrame(BINARY, ""), clientFrame(BINARY, request("OPTIONS", 1)), clientFrame(BINARY, "")],
    ],
    ["ws: as the scheme of its URL", [clientFrame(BINARY, request("OPTIONS", 1, "", "ws://192.0.2.10/a"))]],
  ])("reads a request in %s", async (_name, sent) => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    for (const frame of sent) {
      client.send(frame);
      await stage.host.clock.settle();
    }
    const answers = (await frames(stage, client)).filter(({ opcode }) => opcode === BINARY);
    expect(answers.map(({ payload }) => payload.toString().split("\r\n")[0])).toEqual(["RTSP/1.0 200 OK"]);
  });

  it("reads two requests in one frame, and frames that are cut anywhere", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    const bytes = clientFrame(BINARY, request("OPTIONS", 1) + request("OPTIONS", 2));
    for (const byte of bytes) {
      client.send(Buffer.of(byte));
      await stage.host.clock.settle();
    }
    expect(await frames(stage, client)).toHaveLength(2);
  });

  it("takes a request that comes in the same segment as the handshake", async () => {
    await using stage = await carrierStage();
    const client = await open(stage);
    client.send(Buffer.concat([Buffer.from(handshake()), clientFrame(BINARY, request("OPTIONS", 1))]));
    await client.until("\r\n\r\n");
    expect(await frames(stage, client)).toHaveLength(1);
  });

  it("answers pings, but not without end to a client that does not read", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(clientFrame(PING, "hello"));
    expect(await frames(stage, client)).toEqual([{ opcode: PONG, isLast: true, payload: Buffer.from("hello") }]);
    client.connection.pause();
    const near = stage.host.net.connections.at(-1);
    for (let times = 0; times < 100; times++) {
      client.send(Buffer.concat(Array.from({ length: 100 }, () => clientFrame(PING, "x".repeat(100)))));
      await stage.host.clock.settle();
    }
    expect(near?.writableLength).toBeLessThan(200_000);
  });

  it("ends with the client's closing frame, which it answers", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(clientFrame(BINARY, request("SETUP", 1, "Transport: RTP/AVP/TCP\r\n", `${urlA}/trackID=0`)));
    client.send(clientFrame(BINARY, request("PLAY", 2)));
    await frames(stage, client);
    client.send(clientFrame(CLOSE, Buffer.from([3, 232])));
    expect((await frames(stage, client)).map(({ opcode }) => opcode)).toEqual([CLOSE]);
    expect([stage.server.sessions().length, stage.server.connections, stage.path.leases]).toEqual([0, 0, 0]);
  });

  it("ends with the closing frame of a client that leaves its TCP connection open", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(clientFrame(BINARY, request("SETUP", 1, "Transport: RTP/AVP/TCP\r\n", `${urlA}/trackID=0`)));
    await frames(stage, client);
    client.connection.pause();
    client.send(clientFrame(CLOSE, Buffer.from([3, 232])));
    await stage.host.clock.settle();
    expect([stage.server.sessions().length, stage.server.connections]).toEqual([0, 0]);
  });

  it.each<[string, Buffer]>([
    ["a message that is too long", clientFrame(BINARY, Buffer.alloc(60_000), false)],
    ["a frame without a mask", Buffer.from([0x82, 1, 0x41])],
    ["reserved bits", Buffer.from([0xf2, 0x80, 0, 0, 0, 0])],
    ["an unknown opcode", clientFrame(5, "x")],
    ["a continuation of nothing", clientFrame(CONTINUED, "x")],
    ["text that is no UTF-8", clientFrame(TEXT, Buffer.from([0xff]))],
    ["what is not RTSP", clientFrame(BINARY, "\0\0\0\0")],
  ])("ends at %s", async (name, bytes) => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(bytes);
    if (name.includes("too long"))
      for (let times = 0; times < 5; times++) client.send(clientFrame(CONTINUED, Buffer.alloc(60_000), false));
    await frames(stage, client);
    await stage.host.clock.advance(6000);
    expect([stage.server.connections, stage.host.clock.pendingTimers]).toEqual([0, 0]);
    expect(client.ended).toBe(true);
  });

  it("closes a client that does not answer the closing handshake", async () => {
    await using stage = await carrierStage();
    const client = await upgraded(stage);
    client.send(clientFrame(BINARY, "DESCRIBE * RTSP/1.0\r\n\r\n"));
    expect((await frames(stage, client)).map(({ opcode }) => opcode)).toEqual([BINARY, CLOSE]);
    await stage.host.clock.advance(6000);
    expect(client.ended).toBe(true);
    expect(stage.server.connections).toBe(0);
  });

  it("is served beside RTSP and HTTP tunnels on one port", async () => {
    await using stage = await carrierStage();
    const socket = await upgraded(stage);
    const plain = await connectText(stage.client("192.0.2.20").net, serverAddress, 554, stage.host.clock);
    plain.send(request("OPTIONS", 1));
    expect((await plain.message()).head).toMatch(/^RTSP\/1\.0 200/);
    socket.send(clientFrame(BINARY, request("OPTIONS", 1)));
    expect(await frames(stage, socket)).toHaveLength(1);
  });
});
