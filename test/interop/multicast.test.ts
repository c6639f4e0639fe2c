import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CameraProcess, cfgFolder } from "../support/camera-process.js";
import { gstreamerErrors } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const missing = (...programs: string[]): string | undefined => {
  const absent = programs.find((program) => !has(program));
  return NetworkNamespace.missing() ?? (absent === undefined ? undefined : `${absent} is not installed`);
};

const SECONDS = 10;
const CLIP = "test.mp4";

describe.runIf(NetworkNamespace.missing() === undefined)("a camera that sends by multicast", () => {
  let net: NetworkNamespace;
  let camera: CameraProcess;
  let files: ReturnType<typeof cfgFolder>;
  const own = mkdtempSync(join(tmpdir(), "onvifrtspserver-multicast-"));
  beforeAll(async () => {
    net = await NetworkNamespace.open();
    files = cfgFolder({ rtsp: { multicast: "1" } });
    camera = await CameraProcess.start(files.folder, (program, args) => net.spawn("camera", program, args));
  });
  afterAll(async () => {
    await camera[Symbol.asyncDispose]();
    await net[Symbol.asyncDispose]();
    files.remove();
    rmSync(own, { recursive: true, force: true });
  });

  // One stream for all: two would both send the metadata of their one configuration to its group.
  const url = (): string => `rtsp://${net.address}:8554/${CLIP}`;
  const decode = (input: readonly string[]) =>
    net.run("ffmpeg", ["-v", "error", ...input, "-t", String(SECONDS), "-f", "null", "-"]);
  /** What DESCRIBE says, asked for by hand: curl has no way to say it. */
  const sdpOf = async (address: string): Promise<string> => {
    const request = `DESCRIBE ${address} RTSP/1.0\r\nCSeq: 1\r\n\r\n`;
    const script = `const c = require("node:net").connect(8554, "${net.address}");
      c.write(${JSON.stringify(request)});
      c.once("data", (answer) => { process.stdout.write(answer); c.destroy(); });`;
    const { stdout } = await net.run(process.execPath, ["-e", script]);
    return stdout.slice(stdout.indexOf("v=0"));
  };
  const soap = async (operation: string, inner: string): Promise<string> => {
    const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="http://www.onvif.org/ver10/media/wsdl">${inner}</${operation}></s:Body></s:Envelope>`;
    const { stdout } = await net.run("curl", [
      ...["-s", "-H", "Content-Type: application/soap+xml", "-d", body],
      `http://${net.address}:8000/onvif/media_service`,
    ]);
    return stdout;
  };

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    `is decoded by ffmpeg without an error, ${SECONDS} s`,
    async () => {
      const { status, stderr } = await decode([...over("udp_multicast"), "-i", url()]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent(
    `is decoded by GStreamer without an error, ${SECONDS} s`,
    async () => {
      const buffers = SECONDS * 25;
      const pipeline = `rtspsrc location=${url()} protocols=udp-mcast ${ROOMY} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=${buffers}`;
      const { stdout, stderr } = await net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")], {
        seconds: 40,
      });
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
    },
  );

  it.runIf(needs("ffmpeg and GStreamer", missing("ffmpeg", "gst-launch-1.0"))).concurrent(
    "is decoded by two players of one host at the same time",
    async () => {
      const pipeline = `rtspsrc location=${url()} protocols=udp-mcast ${ROOMY} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=${SECONDS * 25}`;
      const [ffmpeg, gstreamer] = await Promise.all([
        decode([...over("udp_multicast"), "-i", url()]),
        net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")], { seconds: 40 }),
      ]);
      expect(ffmpeg.stderr).toBe("");
      expect(ffmpeg.status).toBe(0);
      expect(gstreamerErrors(gstreamer.stdout + gstreamer.stderr)).toEqual([]);
    },
  );

  // After the others, which would have the camera send.
  it.runIf(needs("ffmpeg and curl", missing("ffmpeg", "curl")))(
    "is received from a description alone once StartMulticastStreaming was called",
    async () => {
      const sdp = await sdpOf(`${url()}?vlcmulticast`);
      expect(sdp).toMatch(/^c=IN IP4 232\.[\d.]+\/\d+\r$/m);
      const file = join(own, "camera.sdp");
      writeFileSync(file, sdp);
      const profile = "<ProfileToken>profile_1</ProfileToken>";
      const port = /^m=video (\d+) /m.exec(sdp)?.[1] ?? "";
      try {
        const decoding = decode(["-protocol_whitelist", "file,udp,rtp", "-i", file]);
        await net.run("sh", ["-c", `until ss -uan | grep -q :${port}; do sleep 0.1; done`], { seconds: 30 });
        expect(await soap("StartMulticastStreaming", profile)).toContain("StartMulticastStreamingResponse");
        const { status, stderr } = await decoding;
        expect(stderr).toBe("");
        expect(status).toBe(0);
      } finally {
        expect(await soap("StopMulticastStreaming", profile)).toContain("StopMulticastStreamingResponse");
      }
    },
  );
});
