import { describe, expect, test } from "vitest";
import type { RtspRequest } from "#wire/rtsp/message";
import { fakeHost } from "../../support/fake-host.js";
import { proxyOf, proxyStage, type ProxyStage } from "../../support/proxy-stage.js";
import { always, ok, ScriptedCamera, status, type CameraQuirks } from "../../support/scripted-camera.js";

const url = "rtsp://192.0.2.10/live";
const login = { username: "admin", password: "secret" };

describe("a camera that closes when it asks for a login", () => {
  const closing = (isRight: (request: RtspRequest) => boolean): CameraQuirks => ({
    script: {
      DESCRIBE: (request, camera) => {
        if (isRight(request)) return camera.usual(request);
        camera.connection?.end(
          'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n',
        );
        return undefined;
      },
    },
  });

  test("gets it on the next connection, without a rest", async () => {
    const camera = await ScriptedCamera.start(closing(({ headers }) => headers.get("Authorization") !== undefined));
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url, ...login })]);
    await proxy.read();
    expect(camera.connections).toBe(2);
  });

  test("and takes none is tried a few times, and then rests", async () => {
    const camera = await ScriptedCamera.start(closing(() => false));
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url, ...login })]);
    await expect(proxy.read("proxy", 1000)).rejects.toMatchObject({ code: "path-not-ready" });
    expect(camera.connections).toBeLessThanOrEqual(6);
  });
});

describe("a camera that sends us elsewhere", () => {
  const elsewhere = "192.0.2.11";
  const stage = async (
    quirk: CameraQuirks,
    other: CameraQuirks = {},
  ): Promise<{ camera: ScriptedCamera; target: ScriptedCamera; proxy: ProxyStage }> => {
    const camera = await ScriptedCamera.start(quirk);
    const target = await ScriptedCamera.start(
      other,
      fakeHost({ network: camera.host.network, addresses: [elsewhere] }),
    );
    const proxy = proxyStage(camera.host.network, [proxyOf({ url, ...login })]);
    return { camera, target, proxy };
  };
  test.each([
    ["by 302", { DESCRIBE: () => status("302 Found", `Location: rtsp://${elsewhere}/new`) }],
    ["by 301 of OPTIONS", { OPTIONS: () => status("301 Moved", `Location: rtsp://${elsewhere}/new`) }],
  ])("%s is followed, without a rest", async (_name, script) => {
    const { target, proxy } = await stage({ script });
    const { reader } = await proxy.read();
    await target.send(target.picture());
    expect(reader.units).toHaveLength(1);
    expect(target.asked[0]).toBe(`OPTIONS rtsp://${elsewhere}/new`);
    await proxy.close();
  });

  test("by REDIRECT while it plays is answered and followed", async () => {
    const { camera, target, proxy } = await stage({});
    const { reader } = await proxy.read();
    await camera.send(camera.picture());
    const answers: string[] = [];
    camera.connection?.on("data", (chunk: Buffer) => answers.push(chunk.toString("latin1")));
    await camera.send(`REDIRECT rtsp://a RTSP/1.0\r\nCSeq: 5\r\nLocation: rtsp://${elsewhere}/new\r\n\r\n`);
    await proxy.host.clock.advance(100);
    expect(answers.join("")).toMatch(/^RTSP\/1.0 200 OK\r\nCSeq: 5\r\n\r\nTEARDOWN /);
    await target.send(target.picture());
    expect(reader.units).toHaveLength(2);
    expect(reader.endings).toEqual([]);
    await proxy.close();
  });

  test("does not get the password shown that is for another", async () => {
    const asks = always(() => status("401 Unauthorized", 'WWW-Authenticate: Basic realm="r"'));
    const { camera, target, proxy } = await stage(
      { script: { DESCRIBE: () => status("302 Found", `Location: rtsp://${elsewhere}/new`) } },
      { script: asks },
    );
    await expect(proxy.read()).rejects.toThrow(/no way to log in/);
    expect([...camera.requests, ...target.requests].some(({ headers }) => headers.get("Authorization"))).toBe(false);
    await proxy.close();
  });

  test("in a circle is tried again after a rest", async () => {
    const { camera, proxy } = await stage({ script: { DESCRIBE: () => status("302 Found", `Location: ${url}`) } });
    await expect(proxy.read()).rejects.toThrow(/302/);
    expect(camera.connections).toBe(6);
    await proxy.close();
  });

  test.each([
    ["to nowhere", "rtmp://x/y"],
    ["to something that is no URL", "http://["],
  ])("%s is not followed", async (_name, location) => {
    const { proxy } = await stage({ script: { DESCRIBE: () => status("302 Found", `Location: ${location}`) } });
    await expect(proxy.read()).rejects.toThrow(/do not follow/);
    await proxy.close();
  });
});

describe("a camera cannot be had that", () => {
  test.each<[string, CameraQuirks, RegExp, number?]>([
    [
      "does not know the stream",
      { script: { DESCRIBE: () => status("404 Not Found") } },
      /answers DESCRIBE with 404 Not Found/,
    ],
    ["is full", { script: { SETUP: () => status("453 Not Enough Bandwidth") } }, /answers SETUP with 453/],
    [
      "wants a login that nobody has given",
      { script: { DESCRIBE: () => status("401 Unauthorized", 'WWW-Authenticate: Basic realm="r"') } },
      /none are given/,
    ],
    ["speaks something else", { mangle: () => "SSH-2.0-OpenSSH\r\n\r\n" }, /something else than RTSP/],
    ["speaks HTTP", { mangle: () => "HTTP/1.1 400 Bad Request\r\n\r\n" }, /something else than RTSP/],
    ["says nothing", { script: { OPTIONS: () => undefined } }, /does not answer OPTIONS within 10 s/, 12_000],
    ["says nothing to PLAY", { script: { PLAY: () => undefined } }, /does not answer PLAY within 10 s/, 12_000],
    [
      "offers nothing that is not encrypted",
      { sdp: "v=0\r\nm=video 0 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\n" },
      /offers nothing that can be had \(video: it is encrypted \(SRTP\), and no key that could be used is told\)/,
    ],
    ["offers nothing", { sdp: "v=0\r\n" }, /offers nothing that can be had/],
    ["describes itself with rubbish", { sdp: "rubbish" }, /SDP does not start with v=/],
    [
      "describes itself without end",
      { mangle: (text) => text.replace(/Content-Length: \d+/, "Content-Length: 99999999") },
      /body is too large/,
    ],
    [
      "has two tracks on one channel",
      { script: { SETUP: () => ok("Transport: RTP/AVP/TCP;interleaved=0-1") } },
      /two tracks on one channel/,
    ],
    [
      "answers with UDP",
      { script: { SETUP: () => ok("Transport: RTP/AVP;unicast;client_port=4-5") } },
      /with something else/,
    ],
    ["answers with rubbish", { script: { SETUP: () => ok("Transport: RTP/AVP/TCP;interleaved=x") } }, /cannot be read/],
    [
      "closes",
      { script: { PLAY: (_request, camera) => void camera.connection?.destroy() } },
      /closed the connection|connection is closed/,
    ],
  ])("%s", async (_name, quirk, reason, withinMs = 0) => {
    const camera = await ScriptedCamera.start(quirk);
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
    // The path's own patience is shorter than that for answers.
    const failure = proxy.read("proxy", withinMs);
    await expect(failure).rejects.toMatchObject({ code: "path-not-ready" });
    await proxy.host.clock.advance(withinMs);
    expect(JSON.stringify(proxy.log)).toMatch(reason);
    expect(proxy.host.net.connections.filter(({ destroyed }) => !destroyed)).toEqual([]);
  });
});
