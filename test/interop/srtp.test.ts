import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";
import { fullSinks, TELLS_FULL_SINKS } from "../support/gstreamer.js";
import { ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { ROOMY } from "../support/players.js";
import { untilDescribed } from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

const SECONDS = 5;
const PICTURES = 100;
const CLIP = "test.mp4";

const missingSink = (): string | undefined =>
  missing("gst-launch-1.0") ??
  (spawnSync("gst-inspect-1.0", ["rtspclientsink"]).status === 0 ? undefined : "gstreamer1.0-rtsp is not installed");

const secure = ({ net }: Scene, query = "", port = 8322): string => `rtsps://${net.address}:${port}/${CLIP}${query}`;

const ffmpeg = ({ net }: Scene, url: string, ...options: readonly string[]) =>
  net.run("ffmpeg", ["-v", "error", ...options, "-i", url, "-t", String(SECONDS), "-f", "null", "-"]);

/** What GStreamer decodes, and whether it was protected; its complaint about the end of TLS is no error of the stream. */
async function gstreamer({ net }: Scene, url: string, ...more: readonly string[]) {
  const source = ["rtspsrc", `location=${url}`, "tls-validation-flags=0", ROOMY, ...more];
  const pipeline = `${source.join(" ")} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=${PICTURES}`;
  const { stdout, stderr } = await net.run("env", [...TELLS_FULL_SINKS, "-v", ...pipeline.split(" ")], { seconds: 30 });
  const errors = (stdout + stderr).match(/(?:ERROR|WARNING): from[^]*?(?=ERROR:|WARNING:|$)/g) ?? [];
  return {
    hasPictures: fullSinks(stderr) === 1,
    isProtected: stdout.includes("caps = application/x-srtp,"),
    errors: errors.filter((text) => !/Could not send message\. \(Received end-of-file\)/.test(text)),
  };
}

const clean = (isProtected: boolean) => ({ hasPictures: true, isProtected, errors: [] });

describe.runIf(NetworkNamespace.missing() === undefined)("a stream by SRTP", () => {
  let offering: Scene;
  let requiring: Scene;
  beforeAll(async () => {
    offering = await Scene.open({ rtsp: { rtsps_enable: "1", multicast: "1" } });
    requiring = await Scene.open({ rtsp: { rtsps_enable: "1", srtp: "require" } });
  });
  afterAll(async () => {
    await offering[Symbol.asyncDispose]();
    await requiring[Symbol.asyncDispose]();
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each([
    ["as it likes", "?srtp", [], true],
    ["over UDP", "?srtp", ["protocols=udp"], true],
    ["over TCP", "?srtp", ["protocols=tcp"], true],
    ["by multicast", "?srtp", ["protocols=udp-mcast"], true],
    ["without having asked for it", "", [], false],
  ] as const)("is decoded by GStreamer %s", async (_name, query, more, isProtected) => {
    expect(await gstreamer(offering, secure(offering, query), ...more)).toEqual(clean(isProtected));
  });

  it.runIf(needs("curl and GStreamer", missing("curl") ?? missing("gst-launch-1.0"))).concurrent(
    "is decoded by GStreamer over UDP at the address that GetStreamUri gives out",
    async () => {
      const request =
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetStreamUri xmlns="http://www.onvif.org/ver20/media/wsdl">' +
        "<Protocol>RtspsUnicast</Protocol><ProfileToken>profile_1</ProfileToken></GetStreamUri></s:Body></s:Envelope>";
      const service = `http://${offering.net.address}:8000/onvif/media2_service`;
      const { stdout } = await offering.net.run("curl", ["-s", "-d", request, service]);
      const uri = /Uri>([^<]*)</.exec(stdout)?.[1]?.replaceAll("&amp;", "&") ?? stdout;
      expect(uri).toBe(`${secure(offering)}&srtp=1`);
      expect(await gstreamer(offering, uri, "protocols=udp")).toEqual(clean(true));
    },
  );

  it.runIf(needs("publishing by GStreamer", missingSink())).concurrent.each(["udp", "tcp"])(
    "that GStreamer publishes over %s is decoded by ffmpeg without an error",
    async (transport) => {
      const name = `published-${transport}`;
      const sink = `rtspclientsink profiles=savp protocols=${transport} tls-validation-flags=0 location=rtsps://${offering.net.address}:8322/${name}`;
      const source = `filesrc location=${join(projectFolder, "media", CLIP)} ! qtdemux name=d d.video_0 ! queue ! h264parse`;
      const publisher = offering.net.spawn("client", "gst-launch-1.0", ["-q", ...`${source} ! ${sink}`.split(" ")]);
      const publishing = ended(publisher);
      try {
        await untilDescribed(offering, name);
        const url = offering.rtsp(name);
        const { status, stderr } = await ffmpeg(offering, url, "-rtsp_transport", "tcp");
        expect(stderr).toBe("");
        expect(status).toBe(0);
      } finally {
        publisher.kill("SIGINT");
        await publishing;
      }
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["by RTSP with TLS", "?srtp", 8322],
    ["on the HTTPS port of the web server", "?srtp", 8443],
    ["without having asked for it", "", 8322],
  ])(`is decoded by ffmpeg for ${SECONDS} s without an error %s`, async (_name, query, port) => {
    const { status, stderr } = await ffmpeg(offering, secure(offering, query, port));
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent(
    "is all that GStreamer gets where it is required",
    async () => {
      expect(await gstreamer(requiring, secure(requiring))).toEqual(clean(true));
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "is decoded by ffmpeg without an error where it is required",
    async () => {
      const { status, stderr } = await ffmpeg(requiring, secure(requiring));
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "is decoded by ffmpeg through HTTPS where it is required",
    async () => {
      const url = requiring.rtsp(CLIP, "", 8443);
      const { status, stderr } = await ffmpeg(requiring, url, "-rtsp_transport", "https");
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "is not had without TLS, nor anything else, where it is required",
    async () => {
      const { status, stderr } = await ffmpeg(requiring, requiring.rtsp(CLIP));
      expect(status).not.toBe(0);
      expect(stderr).toContain("461");
    },
  );
});
