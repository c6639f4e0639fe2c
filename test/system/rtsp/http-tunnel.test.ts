import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { carrierStage, connectThrough, dial, TunnelClient } from "../../support/carriers.js";
import type { FakeHost } from "../../support/fake-host.js";
import { RtspClient, serverAddress, setUpTcp, urlA, type RtspStage } from "../../support/rtsp-client.js";
import { connectText } from "../../support/text-client.js";

const OPTIONS = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A client at that host with both halves open. */
async function tunnelled(
  host: FakeHost,
  {
    isSecure = false,
    cookie = "c",
    encode,
  }: { isSecure?: boolean; cookie?: string; encode?: (chunk: Buffer) => string } = {},
): Promise<{ readonly client: RtspClient; readonly tunnel: TunnelClient }> {
  const tunnel = TunnelClient.open(await dial(host, isSecure), await dial(host, isSecure), cookie, encode);
  return { tunnel, client: RtspClient.over(host, tunnel) };
}

const ended = async (stage: RtspStage, stream: Duplex): Promise<boolean> => {
  await stage.host.clock.settle();
  return stream.destroyed || stream.readableEnded;
};

describe("check 47: RTSP through a pair of HTTP requests", () => {
  it.each([
    ["HTTP/1.0", ""],
    ["HTTP/1.1", "Access-Control-Allow-Origin: *\r\n"],
  ])("answers the GET of %s at once, with these headers exactly, and its content never ends", async (version, more) => {
    await using stage = await carrierStage();
    const client = await connectText(stage.client("192.0.2.20").net, serverAddress, 554, stage.host.clock);
    const origin = more === "" ? "" : "Origin: http://page.example\r\n";
    client.send(
      `GET /any/path?x=y ${version}\r\nx-sessioncookie: abc\r\n${origin}Accept: application/x-rtsp-tunnelled\r\n\r\n`,
    );
    expect(await client.until("\r\n\r\n")).toBe(
      `${version} 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n` +
        `${more}Connection: close\r\n\r\n`,
    );
    expect(client.pending).toHaveLength(0);
    expect(client.ended).toBe(false);
  });

  it.each([false, true])("never answers the POST, and takes what comes with its headers; TLS: %s", async (isSecure) => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const tunnel = new TunnelClient(await dial(host, isSecure), "c");
    const client = RtspClient.over(host, tunnel);
    tunnel.get();
    const input = await dial(host, isSecure);
    let answered = "";
    input.on("data", (chunk: Buffer) => (answered += chunk.toString()));
    tunnel.post(input, base64(OPTIONS));
    for (let turns = 0; turns < 5; turns++) await stage.host.clock.settle();
    expect(client.takeResponse().status).toBe(200);
    expect((await client.request("DESCRIBE", urlA)).status).toBe(200);
    await setUpTcp(client);
    expect((await client.request("PLAY", urlA)).status).toBe(200);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(client.frames(0)).toHaveLength(1);
    expect(answered).toBe("");
  });

  /** The GET and the POST of clients, from the fixtures. */
  const clients = ["ffmpeg", "gstreamer", "vlc-live555"].map((name) => {
    const text = readFileSync(new URL(`../../fixtures/rtsp-clients/tunnels/${name}.txt`, import.meta.url), "utf8");
    const [get = "", post = ""] = text.slice(text.indexOf("GET ")).split("\n\n");
    return [name, get, post] as const;
  });
  it.each(clients)("plays to %s in its own words", async (_name, get, post) => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const words = (text: string): string => `${text.trim().replaceAll("\n", "\r\n")}\r\n\r\n`;
    const output = await connectText(host.net, serverAddress, 554, stage.host.clock);
    output.send(words(get));
    await output.until("\r\n\r\n");
    const input = await connectText(host.net, serverAddress, 554, stage.host.clock);
    input.send(words(post));
    const ask = async (request: string): Promise<string> => {
      input.send(base64(`${request}\r\n\r\n`));
      return output.until("\r\n\r\n");
    };
    expect(await ask("OPTIONS rtsp://192.0.2.10/a RTSP/1.0\r\nCSeq: 2")).toMatch(/^RTSP\/1\.0 200 OK\r\nCSeq: 2\r\n/);
    const setUp = await ask(
      "SETUP rtsp://192.0.2.10/a/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1",
    );
    const session = /Session: (\w+)/.exec(setUp)?.[1];
    expect(await ask(`PLAY rtsp://192.0.2.10/a/ RTSP/1.0\r\nCSeq: 4\r\nSession: ${session}`)).toContain("RTP-Info");
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(output.pending.subarray(0, 2)).toEqual(Buffer.of(0x24, 0));
    expect(input.pending).toHaveLength(0);
  });

  it.each<[string, (chunk: Buffer) => string]>([
    ["line breaks (RFC 1421)", (chunk) => chunk.toString("base64").replace(/.{64}/g, "$&\r\n") + "\r\n"],
    [
      "a text of its own for every five bytes",
      (chunk) => (chunk.toString("latin1").match(/[^]{1,5}/g) ?? []).map(base64).join(""),
    ],
    ["LF alone", (chunk) => chunk.toString("base64").replace(/.{10}/g, "$&\n")],
  ])("reads requests in base64 with %s", async (_name, encode) => {
    await using stage = await carrierStage();
    const { client } = await tunnelled(stage.client("192.0.2.20"), { encode });
    expect((await client.request("DESCRIBE", urlA, { Accept: "application/sdp" })).status).toBe(200);
    await setUpTcp(client);
    expect((await client.request("PLAY", urlA)).status).toBe(200);
  });

  it("reads requests that are cut after every byte, and two in one segment", async () => {
    await using stage = await carrierStage();
    const { client, tunnel } = await tunnelled(stage.client("192.0.2.20"));
    for (const character of base64(OPTIONS)) {
      tunnel.input?.write(character);
      await stage.host.clock.settle();
    }
    expect(client.takeResponse().status).toBe(200);
    tunnel.input?.write(base64(OPTIONS) + base64(OPTIONS));
    await stage.host.clock.settle();
    expect([client.takeResponse().status, client.takeResponse().status]).toEqual([200, 200]);
  });

  it("closes a GET for which no POST has come after 5 s", async () => {
    await using stage = await carrierStage();
    const output = await dial(stage.client("192.0.2.20"), false);
    const tunnel = new TunnelClient(output, "c");
    tunnel.get();
    await stage.host.clock.advance(4999);
    expect([output.destroyed, stage.server.connections]).toEqual([false, 1]);
    await stage.host.clock.advance(1);
    expect(await ended(stage, output)).toBe(true);
    await stage.host.clock.advance(1000);
    expect([stage.server.connections, stage.host.clock.pendingTimers]).toEqual([0, 0]);
  });

  it("refuses a cookie from another address, and one that nobody has", async () => {
    await using stage = await carrierStage();
    const tunnel = new TunnelClient(await dial(stage.client("192.0.2.20"), false), "c");
    tunnel.get();
    await stage.host.clock.settle();
    for (const [address, cookie] of [
      ["192.0.2.66", "c"],
      ["192.0.2.20", "d"],
    ] as const) {
      const thief = await connectText(stage.client(address).net, serverAddress, 554, stage.host.clock);
      thief.send(`POST /a HTTP/1.0\r\nx-sessioncookie: ${cookie}\r\n\r\n${base64(OPTIONS)}`);
      expect((await thief.rest()).toString()).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(tunnel.readableLength).toBe(0);
  });

  it("refuses a POST without TLS for a GET with it", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const tunnel = new TunnelClient(await dial(host, true), "c");
    tunnel.get();
    await stage.host.clock.settle();
    const open = await connectText(host.net, serverAddress, 554, stage.host.clock);
    open.send(`POST /a HTTP/1.0\r\nx-sessioncookie: c\r\n\r\n${base64(OPTIONS)}`);
    expect((await open.rest()).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("takes the POST from another address where that is allowed (NAT pools)", async () => {
    await using stage = await carrierStage({ tunnelSameAddress: false });
    const host = stage.client("192.0.2.20");
    const tunnel = TunnelClient.open(await dial(host, false), await dial(stage.client("192.0.2.21"), false), "c");
    expect((await RtspClient.over(host, tunnel).request("OPTIONS", "*")).status).toBe(200);
  });

  it("goes on with another POST when the client has closed one, also in the midst of a group of four", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const { client, tunnel } = await tunnelled(host);
    await setUpTcp(client, urlA, [0]);
    expect((await client.request("PLAY", urlA)).status).toBe(200);
    tunnel.input?.write("Q");
    await stage.host.clock.settle();
    tunnel.input?.destroy();
    for (let second = 0; second < 20; second++) {
      await stage.host.clock.advance(1000);
      stage.path.publish(0);
    }
    await stage.host.clock.settle();
    expect(client.frames(0)).toHaveLength(20);
    tunnel.post(await dial(host, false));
    expect((await client.request("PAUSE", urlA)).status).toBe(200);
  });

  it("takes a new POST while the one before is open, and closes that", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const { client, tunnel } = await tunnelled(host);
    await client.request("OPTIONS", "*");
    const before = tunnel.input;
    tunnel.post(await dial(host, false));
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
    expect(before?.destroyed).toBe(true);
  });

  it("closes the GET some seconds after TEARDOWN when the client has closed the POST", async () => {
    await using stage = await carrierStage();
    const { client, tunnel } = await tunnelled(stage.client("192.0.2.20"));
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    expect((await client.request("TEARDOWN", urlA)).status).toBe(200);
    tunnel.input?.destroy();
    await stage.host.clock.advance(4000);
    expect(client.ended).toBe(false);
    await stage.host.clock.advance(2000);
    expect(client.ended).toBe(true);
    expect(stage.server.connections).toBe(0);
  });

  it("ends with the GET, and the POST with it", async () => {
    await using stage = await carrierStage();
    const { client, tunnel } = await tunnelled(stage.client("192.0.2.20"));
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    tunnel.output.destroy();
    await stage.host.clock.settle();
    expect([stage.server.connections, stage.server.sessions().length, stage.path.leases]).toEqual([0, 0, 0]);
    expect(tunnel.input?.destroyed).toBe(true);
  });

  it("closes a tunnel that carries no base64", async () => {
    await using stage = await carrierStage();
    const { client } = await tunnelled(stage.client("192.0.2.20"), { encode: (chunk) => chunk.toString() });
    await client.send(OPTIONS);
    expect(client.ended).toBe(true);
    expect(stage.server.connections).toBe(0);
  });

  it("serves several tunnels on one port, each its own, with one stream", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const clients = [];
    for (const cookie of ["a", "b", "c"]) clients.push((await tunnelled(host, { cookie })).client);
    clients.push(await connectThrough("rtsp", host), await connectThrough("ws", host));
    for (const client of clients) {
      await setUpTcp(client, urlA, [0]);
      await client.request("PLAY", urlA);
    }
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(clients.map((client) => client.frames(0).length)).toEqual([1, 1, 1, 1, 1]);
    expect(stage.path.players).toBe(5);
  });

  it("lets a client that has lost its tunnel open it anew with the same cookie", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.20");
    const lost = await tunnelled(host);
    await setUpTcp(lost.client);
    const again = await tunnelled(host);
    expect((await again.client.request("OPTIONS", "*")).status).toBe(200);
    expect(lost.client.ended).toBe(true);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("lets a page in a browser ask whether it may", async () => {
    await using stage = await carrierStage();
    const page = await connectText(stage.client("192.0.2.20").net, serverAddress, 554, stage.host.clock);
    page.send("OPTIONS /a HTTP/1.1\r\nOrigin: http://p\r\nAccess-Control-Request-Headers: x-sessioncookie\r\n\r\n");
    const answer = (await page.rest()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain("Access-Control-Allow-Headers: x-sessioncookie, Pragma, Cache-Control\r\n");
  });

  it("answers other requests of HTTP with 404 on a port for streams", async () => {
    await using stage = await carrierStage();
    const browser = await connectText(stage.client("192.0.2.20").net, serverAddress, 554, stage.host.clock);
    browser.send("GET /favicon.ico HTTP/1.1\r\nHost: a\r\n\r\n");
    expect((await browser.rest()).toString()).toMatch(/^HTTP\/1\.1 404 /);
    await stage.host.clock.advance(2000);
    expect(stage.server.connections).toBe(0);
  });

  it("takes neither tunnels nor WebSockets on a listener that is to have none", async () => {
    await using stage = await carrierStage();
    await stage.server.listen({ port: 555 }, { tunnels: false, webSockets: false });
    for (const header of ["x-sessioncookie: a", "Upgrade: websocket\r\nSec-WebSocket-Protocol: rtsp.onvif.org"]) {
      const client = await connectText(stage.client("192.0.2.20").net, serverAddress, 555, stage.host.clock);
      client.send(`GET /a HTTP/1.1\r\n${header}\r\n\r\n`);
      expect((await client.rest()).toString()).toMatch(/^HTTP\/1\.1 404 /);
    }
  });

  it("counts half tunnels and silent connections as connections, and cuts them off in time", async () => {
    await using stage = await carrierStage({ maxConnections: 4 });
    const host = stage.client("192.0.2.20");
    new TunnelClient(await dial(host, false), "a").get();
    for (const port of [554, 322, 322]) await host.net.connect(serverAddress, port);
    await stage.host.clock.settle();
    expect(stage.server.connections).toBe(4);
    const late = await connectText(host.net, serverAddress, 554, stage.host.clock);
    expect((await late.rest()).toString()).toMatch(/^RTSP\/1\.0 503 /);
    const lateTls = await connectText(host.net, serverAddress, 322, stage.host.clock);
    expect((await lateTls.rest()).length).toBe(0);
    await stage.host.clock.advance(5500);
    expect(stage.server.connections).toBe(3);
    await stage.host.clock.advance(5500);
    expect([stage.server.connections, stage.host.clock.pendingTimers]).toEqual([0, 0]);
  });

  it("drops what a client sends behind its GET", async () => {
    await using stage = await carrierStage();
    const { client, tunnel } = await tunnelled(stage.client("192.0.2.20"));
    for (let times = 0; times < 100; times++) tunnel.output.write("x".repeat(60_000));
    await stage.host.clock.settle();
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
  });

  it("tells in its log by what a client came", async () => {
    await using stage = await carrierStage();
    const { client } = await tunnelled(stage.client("192.0.2.20"), { isSecure: true });
    await setUpTcp(client);
    await client.close();
    for (const event of ["connection closed", "session closed"])
      expect(stage.log.find(({ message }) => message === event)?.facts).toMatchObject({ carrier: "https" });
  });
});
