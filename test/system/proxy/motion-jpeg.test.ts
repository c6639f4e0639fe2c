import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Connection } from "#host/net";
import { projectFolder } from "../../support/camera-process.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { proxyOf, proxyStage } from "../../support/proxy-stage.js";

const jpeg = readFileSync(join(projectFolder, "media", "test_640x480.jpg"));
const address = "192.0.2.10";
const url = `http://${address}/mjpg/video.mjpg?camera=1`;

const stream = "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=myboundary\r\n\r\n";
const part = (picture: Buffer = jpeg): Buffer =>
  Buffer.concat([
    Buffer.from(`--myboundary\r\nContent-Length: ${picture.length}\r\n\r\n`),
    picture,
    Buffer.from("\r\n"),
  ]);

/** A camera with a web server that says what the test says. */
class WebCamera {
  readonly requests: string[] = [];
  connection: Connection | undefined;

  private constructor(readonly host: FakeHost) {}

  static async start(
    answer: (request: string) => string | undefined,
    host = fakeHost({ addresses: [address] }),
  ): Promise<WebCamera> {
    const camera = new WebCamera(host);
    await host.net.listen({ port: 80 }, (connection) => {
      camera.connection = connection;
      connection.on("data", (chunk: Buffer) => {
        camera.requests.push(chunk.toString());
        const text = answer(chunk.toString());
        if (text !== undefined) connection.write(text);
      });
    });
    return camera;
  }

  async show(...pictures: readonly Buffer[]): Promise<void> {
    for (const picture of pictures) this.connection?.write(picture);
    await this.host.clock.settle();
  }
}

test("a camera's motion JPEG over HTTP becomes a stream, picture by picture", async () => {
  const camera = await WebCamera.start(() => stream);
  await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
  const opened = proxy.read("proxy", 2000);
  await proxy.host.clock.settle();
  await camera.show(part());
  const { reader, lease } = await opened;
  expect(lease.description.tracks).toMatchObject([
    { format: { encodingName: "JPEG", payloadType: 26, clockRate: 90_000, width: 640, height: 480 } },
  ]);
  for (let picture = 0; picture < 5; picture++) {
    await proxy.host.clock.advance(200);
    await camera.show(part());
  }
  expect(reader.units.length).toBeGreaterThanOrEqual(5);
  expect(reader.units.every(({ payload: [picture] }) => picture && jpeg.equals(picture))).toBe(true);
  const times = reader.units.slice(-3).map(({ pts }) => pts);
  expect(times.map((pts) => pts - (times[0] ?? 0))).toEqual([0, 18_000, 36_000]);
  expect(reader.units.at(-1)?.wallMs).toBe(proxy.host.clock.now());
  expect(camera.requests[0]).toMatch(/^GET \/mjpg\/video\.mjpg\?camera=1 HTTP\/1\.1\r\nHost: 192\.0\.2\.10\r\n/);
});

describe("a login", () => {
  const asks = (challenge: string) => (request: string) =>
    request.includes("Authorization")
      ? stream
      : `HTTP/1.1 401 No\r\nWWW-Authenticate: ${challenge}\r\nContent-Length: 0\r\n\r\n`;
  test.each([
    [
      "digest",
      'Digest realm="r", nonce="n", qop="auth"',
      /Authorization: Digest username="viewer".*uri="\/mjpg\/video\.mjpg\?camera=1"/,
    ],
    ["basic", 'Basic realm="r"', /Authorization: Basic dmlld2VyOnNlY3JldA==/],
  ])("by %s is given when it is wanted", async (_name, challenge, expected) => {
    const camera = await WebCamera.start(asks(challenge));
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url: url.replace("//", "//viewer:secret@") })]);
    const opened = proxy.read("proxy", 2000);
    for (let turn = 0; turn < 10; turn++) await proxy.host.clock.settle();
    await camera.show(part());
    await opened;
    expect(camera.requests).toHaveLength(2);
    expect(camera.requests[0]).not.toMatch(/Authorization/);
    expect(camera.requests[1]).toMatch(expected);
    expect(JSON.stringify(proxy.log)).not.toContain("secret");
  });

  test("is not shown to another server", async () => {
    const camera = await WebCamera.start(
      () => "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.11/x\r\nContent-Length: 0\r\n\r\n",
    );
    const other = await WebCamera.start(
      asks('Basic realm="r"'),
      fakeHost({ network: camera.host.network, addresses: ["192.0.2.11"] }),
    );
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url, username: "viewer", password: "secret" })]);
    await expect(proxy.read("proxy", 2000)).rejects.toThrow(/none are given/);
    expect(other.requests).toEqual([expect.stringMatching(/^GET \/x /)]);
    expect(other.requests[0]).not.toMatch(/Authorization/);
  });
});

test.each<[string, string | undefined, Buffer | undefined, RegExp]>([
  ["another status", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", undefined, /status 404/],
  ["a page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", undefined, /not multipart/],
  ["something else than HTTP", "SSH-2.0-x\r\n\r\n", undefined, /Parse Error/],
  ["a circle", `HTTP/1.1 302 Found\r\nLocation: ${url}\r\nContent-Length: 0\r\n\r\n`, undefined, /elsewhere/],
  [
    "a way to somewhere else",
    "HTTP/1.1 302 Found\r\nLocation: ftp://a\r\nContent-Length: 0\r\n\r\n",
    undefined,
    /do not follow/,
  ],
  ["nothing", undefined, undefined, /does not answer for 10 s/],
  ["no picture", stream, undefined, /no picture comes for 10 s/],
  ["pictures that are none", stream, part(Buffer.from("GIF89a")), /no picture that can be sent comes/],
  ["its end", `${stream}--myboundary\r\nContent-Length: 99999999\r\n\r\n`, undefined, /too large/],
])("a camera that answers with %s cannot be had", async (_name, answer, more, reason) => {
  const camera = await WebCamera.start(() => answer);
  await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
  const opened = expect(proxy.read("proxy", 12_000)).rejects.toMatchObject({ code: "path-not-ready" });
  for (let turn = 0; turn < 5; turn++) await proxy.host.clock.settle();
  if (more) await camera.show(more);
  await opened;
  await proxy.host.clock.advance(5000);
  expect(JSON.stringify(proxy.log)).toMatch(reason);
});
