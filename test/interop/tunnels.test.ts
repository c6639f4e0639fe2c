import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTestKey, pkcs8Of } from "../support/authority.js";
import { projectFolder } from "../support/camera-process.js";
import { fullSinks, gstreamerErrors, TELLS_FULL_SINKS } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";
import { aToken } from "../support/tokens.js";

const SECONDS = 10;
const CLIP = "test.mp4";

const ffmpeg = (...input: readonly string[]): readonly string[] => [
  ...["-v", "error", ...input],
  ...["-t", String(SECONDS), "-f", "null", "-"],
];

/** Decodes 100 pictures. */
async function gstreamer(
  { net }: Scene,
  url: string,
  ...more: readonly string[]
): Promise<{ readonly hasPictures: boolean; readonly errors: readonly string[] }> {
  const source = ["rtspsrc", `location=${url}`, "tls-validation-flags=0", ...more];
  const pipeline = `${source.join(" ")} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=100`;
  const { stdout, stderr } = await net.run("env", [...TELLS_FULL_SINKS, ...pipeline.split(" ")], { seconds: 30 });
  return {
    hasPictures: fullSinks(stderr) === 1,
    errors: gstreamerErrors(stdout + stderr),
  };
}

describe.runIf(NetworkNamespace.missing() === undefined)("through tunnels and TLS", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await Scene.open({ rtsp: { rtsps_enable: "1" } })));
  afterAll(async () => scene[Symbol.asyncDispose]());

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["HTTP, the port of the web server", "http", 8000],
    ["HTTP, the port for it", "http", 8080],
    ["HTTP, the port of RTSP", "http", 8554],
    ["HTTPS, the port of the web server", "https", 8443],
    ["HTTPS, the port for it", "https", 8444],
    ["TCP, the port of the web server", "tcp", 8000],
    ["UDP, the port of the web server", "udp", 8000],
  ])(`ffmpeg decodes ${SECONDS} s without an error: %s`, async (_name, transport, port) => {
    const { status, stderr } = await scene.net.run(
      "ffmpeg",
      ffmpeg(...over(transport), "-i", scene.rtsp(CLIP, "", port)),
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["RTSP with TLS", 8322],
    ["RTSP with TLS, the HTTPS port of the web server", 8443],
  ])(`ffmpeg decodes ${SECONDS} s without an error: %s`, async (_name, port) => {
    const url = scene.rtsp(CLIP, "", port).replace("rtsp:", "rtsps:");
    const { status, stderr } = await scene.net.run("ffmpeg", ffmpeg("-i", url));
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each([
    ["HTTP, the port of the web server", "rtsph", 8000],
    ["HTTP, the port of RTSP", "rtsph", 8554],
    ["HTTPS, the port of the web server", "rtspsh", 8443],
    ["HTTPS, the port for it", "rtspsh", 8444],
    ["RTSP with TLS", "rtsps", 8322],
  ])("GStreamer decodes 100 pictures: %s", async (_name, scheme, port) => {
    const url = scene.rtsp(CLIP, "", port).replace("rtsp:", `${scheme}:`);
    const { hasPictures, errors } = await gstreamer(scene, url);
    expect(hasPictures).toBe(true);
    expect(errors).toEqual([]);
  });

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["ws", 8000, 9001],
    ["ws", 8554, 9002],
    ["wss", 8443, 9003],
  ])(
    `ffmpeg decodes ${SECONDS} s without an error behind a bridge to %s, port %i`,
    async (scheme, port, bridgePort) => {
      const script = join(projectFolder, "test/support/web-socket-bridge.mjs");
      const bridge = scene.net.spawn("client", process.execPath, [
        script,
        String(bridgePort),
        `${scheme}://${scene.net.address}:${port}/`,
      ]);
      try {
        if (bridge.stdout) await once(bridge.stdout, "data");
        const url = `rtsp://127.0.0.1:${bridgePort}/${CLIP}`;
        const { status, stderr } = await scene.net.run("ffmpeg", ffmpeg("-rtsp_transport", "tcp", "-i", url));
        expect(stderr).toBe("");
        expect(status).toBe(0);
      } finally {
        bridge.kill();
      }
    },
  );

  it.runIf(needs("curl and ffmpeg", missing("curl") ?? missing("ffmpeg"))).concurrent.each([
    ["http", 8000],
    ["https", 8443],
  ])("ffmpeg plays the address that GetStreamUri gives out for it: %s", async (scheme, port) => {
    const request =
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetStreamUri xmlns="http://www.onvif.org/ver20/media/wsdl">' +
      "<Protocol>RtspOverHttp</Protocol><ProfileToken>profile_1</ProfileToken></GetStreamUri></s:Body></s:Envelope>";
    const service = `${scheme}://${scene.net.address}:${port}/onvif/media2_service`;
    const { stdout } = await scene.net.run("curl", ["-sk", "-d", request, service]);
    const uri = /Uri>([^<]*)</.exec(stdout)?.[1]?.replaceAll("&amp;", "&") ?? stdout;
    expect(uri).toBe(`${scheme}://${scene.net.address}:${port}/${CLIP}`);
    const { status, stderr } = await scene.net.run(
      "ffmpeg",
      ffmpeg(...over(scheme), "-i", uri.replace(`${scheme}:`, "rtsp:")),
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe.runIf(NetworkNamespace.missing() === undefined)("through tunnels of a camera that wants a login", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await Scene.open({ rtsp: { need_auth: "1" } })));
  afterAll(async () => scene[Symbol.asyncDispose]());

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["http", 8000],
    ["https", 8443],
  ])("ffmpeg plays with the right password and not with a wrong one: %s", async (transport, port) => {
    const play = (login: string) =>
      scene.net.run("ffmpeg", [
        ...["-v", "error", ...over(transport), "-i", scene.rtsp(CLIP, login, port)],
        ...["-t", "2", "-f", "null", "-"],
      ]);
    const right = await play("admin:admin@");
    expect(right.stderr).toBe("");
    expect(right.status).toBe(0);
    expect((await play("admin:wrong@")).stderr).toContain("401");
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent("GStreamer logs in through HTTP", async () => {
    const url = scene.rtsp(CLIP, "", 8000).replace("rtsp:", "rtsph:");
    const { hasPictures, errors } = await gstreamer(scene, url, "user-id=admin", "user-pw=admin");
    expect(hasPictures).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe.runIf(NetworkNamespace.missing() === undefined)(
  "under TLS of a camera that takes tokens beside passwords",
  () => {
    let scene: Scene;
    const key = aTestKey();

    /** Calls an operation of Advanced Security; the camera wants no login for that. */
    async function call(operation: string, content: string): Promise<string> {
      const request =
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
        `<${operation} xmlns="http://www.onvif.org/ver10/advancedsecurity/wsdl">${content}</${operation}></s:Body></s:Envelope>`;
      const { stdout } = await scene.net.run("curl", [
        ...["-s", "-d", request],
        `http://${scene.net.address}:8000/onvif/advancedsecurity_service`,
      ]);
      return stdout;
    }

    beforeAll(async () => {
      scene = await Scene.open({ rtsp: { need_auth: "1", rtsps_enable: "1" } });
      await call("UploadKeyPairInPKCS8", `<KeyPair>${pkcs8Of(key).toString("base64")}</KeyPair>`);
      const configuration = "<Configuration><Audiences>cameras</Audiences><KeyID>key-1</KeyID></Configuration>";
      expect(await call("SetJWTConfiguration", configuration)).toContain("SetJWTConfigurationResponse");
    });
    afterAll(async () => scene[Symbol.asyncDispose]());

    it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
      ["rtsps", 8322, "tcp"],
      ["rtsp", 8443, "https"],
    ])("ffmpeg logs in by its password: %s on port %i", async (scheme, port, transport) => {
      const url = scene.rtsp(CLIP, "admin:admin@", port).replace("rtsp:", `${scheme}:`);
      const { status, stderr } = await scene.net.run("ffmpeg", [
        ...["-v", "error", ...over(transport), "-i", url],
        ...["-t", "2", "-f", "null", "-"],
      ]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
    });

    it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each([
      ["rtsps", 8322],
      ["rtspsh", 8443],
    ])("GStreamer logs in by its password: %s on port %i", async (scheme, port) => {
      const url = scene.rtsp(CLIP, "", port).replace("rtsp:", `${scheme}:`);
      const { hasPictures, errors } = await gstreamer(scene, url, "user-id=admin", "user-pw=admin");
      expect(hasPictures).toBe(true);
      expect(errors).toEqual([]);
    });

    it.runIf(needs("openssl", missing("openssl"))).concurrent(
      "openssl s_client has a stream described with a token of the level User",
      async () => {
        const token = aToken(key, { nbf: 0, exp: 4_000_000_000, roles: ["onvif:User"] });
        const url = scene.rtsp(CLIP, "", 8322).replace("rtsp:", "rtsps:");
        const input = `DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
        const options = ["s_client", "-quiet", "-no_ign_eof", "-connect", `${scene.net.address}:8322`];
        const { stdout } = await scene.net.run(
          "sh",
          ["-c", `(cat; sleep 2) | openssl ${options.join(" ")} 2>/dev/null`],
          {
            input,
          },
        );
        expect(stdout).toMatch(/^RTSP\/1.0 200 OK/);
      },
    );
  },
);
