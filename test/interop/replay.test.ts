import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";
import { differenceOf, hashesIn, picturesOf } from "../support/frame-hashes.js";
import { gstreamerErrors } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";

const NAME = "test_640x480.mp4";
/** Pictures a second of the clip. */
const RATE = 25;

const ffmpegMissing = missing("ffmpeg");
const gstreamerMissing = missing("gst-launch-1.0") ?? ffmpegMissing;

describe.runIf(NetworkNamespace.missing() === undefined && ffmpegMissing === undefined)("a file that ends", () => {
  let scene: Scene;
  let pictures: readonly string[];
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-replay-"));
  beforeAll(async () => {
    scene = await Scene.open({ rtsp: { loop_nums: "1" } });
    pictures = await picturesOf(join(projectFolder, "media", NAME));
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(needs("ffmpeg", ffmpegMissing)).concurrent.each([
    ["udp", 8554, 10],
    ["tcp", 8554, 10],
    ["http", 8000, 10],
    ["tcp", 8554, 4.52],
  ])("is read by ffmpeg over %s, port %i, from %f s on: the very pictures", async (transport, port, from) => {
    const { status, stdout } = await scene.net.run("ffmpeg", [
      ...["-v", "error", ...over(transport), "-ss", String(from), "-i", scene.rtsp(NAME, "", port)],
      ...["-frames:v", String(3 * RATE), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"],
    ]);
    expect(status).toBe(0);
    const first = Math.round(from * RATE);
    // It shows the first picture that comes, the key frame, whatever its time: that one has none for it.
    const key = Math.floor(from) * RATE;
    const before = key === first ? [] : pictures.slice(key, key + 1);
    expect(hashesIn(stdout)).toEqual([...before, ...pictures.slice(first)].slice(0, 3 * RATE));
  });

  it.runIf(needs("GStreamer", gstreamerMissing)).concurrent.each([
    ["tcp", false],
    ["udp", false],
    ["http", false],
    ["tcp", true],
  ])("is replayed to GStreamer's onvif-mode over %s, rate control %s: the very pictures", async (transport, paced) => {
    const count = paced ? 4 * RATE : 20 * RATE;
    const file = join(folder, `${transport}-${paced}.h264`);
    const isTunnel = transport === "http";
    const location = `${scene.rtsp(NAME, "", isTunnel ? 8000 : 8554)}?replay`.replace(
      /^rtsp/,
      isTunnel ? "rtsph" : "rtsp",
    );
    const pipeline =
      `rtspsrc location=${location} ${isTunnel ? "" : `protocols=${transport} `}latency=0 ${ROOMY} onvif-mode=true onvif-rate-control=${paced} ` +
      `! rtph264depay ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ` +
      `! identity eos-after=${count + 1} ! filesink location=${file}`;
    const startMs = performance.now();
    const { stdout, stderr } = await scene.net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")], { seconds: 40 });
    const tookMs = performance.now() - startMs;
    expect(gstreamerErrors(stdout + stderr)).toEqual([]);
    // It throws the first packets of a stream away while its clock is not set (rtpjitterbuffer 1.22).
    const read = await picturesOf(file);
    expect(read.length).toBeGreaterThanOrEqual(count - 2 * RATE);
    expect(differenceOf(read, pictures, RATE)).toBeUndefined();
    expect(pictures.indexOf(read[0] ?? "")).toBeLessThanOrEqual(RATE);
    if (paced) expect(tookMs).toBeGreaterThan(3500);
    // At the pace of the recording it would take as long as that is.
    else expect(tookMs).toBeLessThan((read.length / RATE) * 1000);
  });
});
