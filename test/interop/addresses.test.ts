import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gstreamerErrors } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";

const SUB = "test_640x480.mp4";
const guard =
  `<user><username>guard</username><password>secret</password><read>${SUB}</read></user>` +
  `<alias><pattern>moved</pattern><target>rtsp://guard:secret@192.0.2.10:8554/${SUB}</target></alias>`;

describe.runIf(NetworkNamespace.missing() === undefined)("a camera with aliases, rights and shared ports", () => {
  let scene: Scene;
  beforeAll(
    async () =>
      void (scene = await Scene.open({
        rtsp: { need_auth: "1", udp_ports: "shared", udp_latching: "1", max_sessions_per_address: "20" },
        rtspElements: guard,
      })),
  );
  afterAll(async () => scene[Symbol.asyncDispose]());

  const ffmpeg = (name: string, transport: string, login = "guard:secret@") =>
    scene.net.run("ffmpeg", [
      "-v",
      "error",
      ...over(transport),
      "-i",
      scene.rtsp(name, login),
      "-t",
      "2",
      "-f",
      "null",
      "-",
    ]);

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    [SUB, "udp"],
    ["Streaming/Channels/102", "udp"],
    ["cam/realmonitor?channel=1&subtype=1&unicast=true", "tcp"],
    ["moved", "tcp"],
  ])("is played by ffmpeg without an error: %s over %s", async (name, transport) => {
    const { status, stderr } = await ffmpeg(name, transport);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["test.mp4", "guard:secret@", "403"],
    ["Streaming/Channels/101", "guard:secret@", "403"],
    [SUB, "guard:wrong@", "401"],
    [SUB, "", "401"],
  ])("is not played by ffmpeg without the right: %s as %j", async (name, login, status) => {
    expect((await ffmpeg(name, "tcp", login)).stderr).toContain(status);
  });

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each(["udp", "tcp"])(
    "is played by GStreamer over %s",
    async (transport) => {
      const location = scene.rtsp("h264Preview_01_sub", "guard:secret@");
      const pipeline = `rtspsrc location=${location} protocols=${transport} ${ROOMY} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=40`;
      const { stdout, stderr } = await scene.net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")], {
        seconds: 30,
      });
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
    },
  );
});
