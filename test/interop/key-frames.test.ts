import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { whilePublishing } from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

/** Encoders of H.264 that GStreamer may have, with a key frame a minute at 10 pictures a second. */
const ENCODERS: readonly (readonly [name: string, options: readonly string[]])[] = [
  ["openh264enc", ["gop-size=600"]],
  ["x264enc", ["key-int-max=600", "tune=zerolatency", "speed-preset=ultrafast"]],
];
const has = (element: string): boolean => spawnSync("gst-inspect-1.0", [element]).status === 0;
const encoder = ENCODERS.find(([name]) => has(name));
const missingParts = (): string | undefined =>
  missing("gst-launch-1.0") ??
  missing("ffprobe") ??
  (has("rtspclientsink") && encoder ? undefined : "GStreamer has no encoder of H.264, or gstreamer1.0-rtsp is missing");

describe.runIf(NetworkNamespace.missing() === undefined && needs("key frames on request", missingParts()))(
  "a publisher of GStreamer",
  () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await Scene.open({ rtsp: { gop_cache: "0" } });
    });
    afterAll(() => scene[Symbol.asyncDispose]());

    it("makes a key frame for each player that joins while none is kept", async () => {
      const [name = "", options = []] = encoder ?? [];
      const pictures = "video/x-raw,width=320,height=240,framerate=10/1";
      const args = ["-q", "videotestsrc", "is-live=true", "!", pictures, "!", name, ...options];
      const sink = ["!", "h264parse", "!", "rtspclientsink", `location=${scene.rtsp("studio")}`];
      await whilePublishing(scene, "studio", ["gst-launch-1.0", ...args, ...sink], async () => {
        for (let player = 0; player < 2; player++) {
          const probe = ["-v", "error", "-rtsp_transport", "tcp", "-show_entries", "packet=flags", "-of", "csv=p=0"];
          const packets = ["-analyzeduration", "500000", "-read_intervals", "%+#10", scene.rtsp("studio")];
          const beganMs = performance.now();
          const { stdout } = await scene.net.run("ffprobe", [...probe, ...packets]);
          // Without a request the next key frame would be most of a minute away.
          expect(performance.now() - beganMs).toBeLessThan(30_000);
          expect(stdout.split("\n")[0]).toMatch(/^K/);
        }
      });
    });
  },
);
