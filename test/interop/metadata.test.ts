import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readXml } from "#xml/reader";
import { eventually } from "../support/fake-clock.js";
import { gstreamerErrors, launched } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";
import { record } from "../support/soap-oracle.js";

const SECONDS = 8;
const MAIN = "test.mp4";

/** The documents in a file that holds them one behind the other. */
function documentsIn(file: string): readonly string[] {
  const documents = readFileSync(file, "utf8")
    .split(/(?=<\?xml )/)
    .filter((text) => text.startsWith("<?xml"));
  for (const document of documents) record("MetadataStream", document);
  return documents;
}

/** Values that documents tell of motion, in their order: the state first, then what the simulation has made of it. */
const motionIn = (documents: readonly string[]): readonly string[] =>
  documents.flatMap((document) => {
    const holders = readXml(document).child("Event")?.children ?? [];
    const alarms = holders.filter((holder) => holder.child("Topic")?.text === "tns1:VideoSource/MotionAlarm");
    return alarms.flatMap((alarm) => {
      const data = alarm.child("Message")?.child("Message")?.child("Data")?.children ?? [];
      return data.map((item) => item.attribute("Value") ?? "");
    });
  });

describe.runIf(NetworkNamespace.missing() === undefined)("a camera with motion every second", () => {
  let scene: Scene;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "metadata-"));
    scene = await Scene.open({ onvif: { simulate_interval: "1" }, rtsp: { multicast: "1" } });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a client has to have got in some seconds. */
  function expectMetadata(documents: readonly string[]): void {
    expect(documents.length).toBeGreaterThan(SECONDS);
    const motion = motionIn(documents);
    expect(motion.length).toBeGreaterThan(SECONDS);
    expect(new Set(motion)).toEqual(new Set(["true", "false"]));
  }

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each(["udp", "tcp", "http", "udp_multicast"])(
    "gives its metadata to ffmpeg over %s, beside pictures without an error",
    async (transport) => {
      const file = join(folder, `${transport}.xml`);
      const { status, stderr } = await scene.net.run("ffmpeg", [
        ...["-v", "error", ...over(transport)],
        ...["-i", scene.rtsp(MAIN, "", transport === "http" ? 8000 : 8554)],
        ...["-map", "0:v", "-map", "0:a", "-t", String(SECONDS), "-f", "null", "-"],
        ...["-map", "0:d", "-c", "copy", "-t", String(SECONDS), "-f", "data", file],
      ]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expectMetadata(documentsIn(file));
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "records pictures and sound to a file with ffmpeg as before",
    async () => {
      const file = join(folder, "record.mp4");
      const record = ["-t", String(SECONDS), "-c", "copy", "-f", "mp4", file];
      const input = ["-v", "error", "-rtsp_transport", "tcp", "-i", scene.rtsp(MAIN)];
      const { status, stderr } = await scene.net.run("ffmpeg", [...input, ...record]);
      expect([status, stderr]).toEqual([0, ""]);
      const shown = await scene.net.run("ffprobe", [
        ...["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", file],
      ]);
      expect(shown.stdout.trim().split("\n")).toEqual(["video", "audio"]);
    },
  );

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each(["udp", "tcp"])(
    "gives its metadata to GStreamer over %s",
    async (transport) => {
      const file = join(folder, `gst-${transport}.rtp`);
      // Each track has a sink: rtspsrc gives up when the first ones to come have none.
      const sink = (medium: string, element: string): readonly string[] =>
        `camera. ! application/x-rtp,media=${medium} ! queue ! ${element} sync=false`.split(" ");
      const pipeline = [
        ...["rtspsrc", `location=${scene.rtsp(MAIN)}`, `protocols=${transport}`, ROOMY, "name=camera"],
        ...[...sink("video", "fakesink"), ...sink("audio", "fakesink")],
        ...sink("application", `filesink location=${file} buffer-mode=unbuffered`),
      ];
      let player: ChildProcess | undefined;
      const end = launched(() => (player = scene.net.spawn("client", "gst-launch-1.0", ["-e", ...pipeline])), 60);
      // The packets are in the file with their headers of 12 bytes, which are no text.
      const text = (): string => (existsSync(file) ? readFileSync(file, "latin1") : "");
      const begunMs = performance.now();
      try {
        await eventually(
          () =>
            performance.now() - begunMs > SECONDS * 1000 &&
            text().split("<tt:MetadataStream").length > SECONDS &&
            text().includes("tns1:VideoSource/MotionAlarm"),
          45_000,
        );
      } finally {
        player?.kill("SIGINT");
      }
      // It ends by a signal, with a status that depends on the transport.
      const { stdout, stderr } = await end;
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
    },
  );
});
