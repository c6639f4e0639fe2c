import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gstreamerErrors } from "../support/gstreamer.js";
import { ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";

const SECONDS = 5;
const CLIP = "test_640x480.mp4";

describe.runIf(NetworkNamespace.missing() === undefined)("a camera that is reached by IPv6", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ rtsp: { rtsps_enable: "1" } });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  // The loopback address of the camera's host is the one of this family that each host has.
  const url = (scheme: string, port: number): string => `${scheme}://[::1]:${port}/${CLIP}`;
  const run = (program: string, args: readonly string[]) => ended(scene.net.spawn("camera", program, args));

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["UDP", [...over("udp"), "-i", url("rtsp", 8554)]],
    ["TCP", ["-rtsp_transport", "tcp", "-i", url("rtsp", 8554)]],
    ["HTTP", ["-rtsp_transport", "http", "-i", url("rtsp", 8080)]],
    ["TLS", ["-i", url("rtsps", 8322)]],
  ])(`is decoded by ffmpeg by %s, ${SECONDS} s without an error`, async (_name, input) => {
    const rest = ["-t", String(SECONDS), "-f", "null", "-"];
    const { status, stderr } = await run("ffmpeg", ["-v", "error", "-nostdin", ...input, ...rest]);
    expect([status, stderr]).toEqual([0, ""]);
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each(["udp", "tcp"])(
    `is decoded by GStreamer by %s, ${SECONDS} s without an error`,
    async (protocol) => {
      const source = `rtspsrc location=${url("rtsp", 8554)} protocols=${protocol} ${ROOMY}`;
      const pipeline = `${source} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=${SECONDS * 25}`;
      const { status, stdout, stderr } = await run("gst-launch-1.0", ["-q", ...pipeline.split(" ")]);
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
      expect(status).toBe(0);
    },
  );
});
