import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";
import { eventually } from "../support/fake-clock.js";
import { differenceOf, hashesIn } from "../support/frame-hashes.js";
import { ended, type Ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import {
  FRAMES,
  framesOf,
  type Kind,
  PICTURES,
  readFrames,
  untilDescribed,
  whilePublishing,
} from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

const CLIP = join(projectFolder, "media", "test.mp4");
const SMALL_CLIP = join(projectFolder, "media", "test_640x480.mp4");

/** What else ffmpeg can send by RTSP: the encoder, whether it is of pictures, and how they have to be made. */
const OTHERS: readonly (readonly [encoder: string, kind: "v" | "a", options: readonly string[]])[] = [
  ["libx265", "v", ["-preset", "ultrafast", "-g", "10", "-x265-params", "log-level=error"]],
  ["mpeg4", "v", ["-g", "10", "-flags", "+global_header"]],
  ["mpeg2video", "v", ["-g", "10"]],
  ["mjpeg", "v", ["-q:v", "8", "-huffman", "default", "-force_duplicated_matrix", "1", "-pix_fmt", "yuvj420p"]],
  ["libvpx", "v", ["-deadline", "realtime", "-cpu-used", "8", "-g", "10"]],
  ["libvpx-vp9", "v", ["-strict", "experimental", "-deadline", "realtime", "-cpu-used", "8", "-g", "10"]],
  ["pcm_mulaw", "a", ["-ar", "8000", "-ac", "1"]],
  ["pcm_alaw", "a", ["-ar", "8000", "-ac", "1"]],
  ["g722", "a", ["-ar", "16000", "-ac", "1"]],
  ["libopus", "a", []],
  ["libmp3lame", "a", []],
];
const encoders = spawnSync("ffmpeg", ["-hide_banner", "-encoders"], { encoding: "utf8" }).stdout ?? "";

const missingSink = (): string | undefined =>
  missing("gst-launch-1.0") ??
  (spawnSync("gst-inspect-1.0", ["rtspclientsink"]).status === 0 ? undefined : "gstreamer1.0-rtsp is not installed");

describe.runIf(NetworkNamespace.missing() === undefined)("a stream that is published", () => {
  let scene: Scene;
  let clip: { readonly v: string[]; readonly a: string[] };
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-publish-"));
  beforeAll(async () => {
    scene = await Scene.open();
    clip = { v: await framesOf(CLIP, "v"), a: await framesOf(CLIP, "a") };
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const take = (name: string, transport: string, kind: Kind): Promise<string[]> =>
    readFrames(scene, name, transport, kind);
  const publishing = (
    name: string,
    program: string,
    args: readonly string[],
    during: () => Promise<void>,
  ): Promise<Ended> => whilePublishing(scene, name, [program, ...args], during);

  const ways = ["tcp", "udp"].map((transport) => [transport] as const);

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each(ways)(
    "is read back frame by frame: ffmpeg's copy of the clip over %s",
    async (transport) => {
      const name = `copy-${transport}`;
      const input = ["-v", "error", "-re", "-stream_loop", "-1", "-i", CLIP, "-c", "copy"];
      const output = ["-f", "rtsp", "-rtsp_transport", transport, scene.rtsp(name)];
      await publishing(name, "ffmpeg", [...input, ...output], async () => {
        const [first, second, sound] = await Promise.all([
          take(name, "tcp", "v"),
          take(name, "udp", "v"),
          take(name, "tcp", "a"),
        ]);
        expect(first).toHaveLength(PICTURES);
        expect(second).toHaveLength(PICTURES);
        expect(differenceOf(first, clip.v, 25)).toBeUndefined();
        expect(differenceOf(second, clip.v, 25)).toBeUndefined();
        expect(sound).toHaveLength(FRAMES);
        expect(differenceOf(sound, clip.a, 1)).toBeUndefined();
      });
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each(ways)(
    "is read back frame by frame: what ffmpeg encodes, over %s",
    async (transport) => {
      const name = `encoded/${transport}`;
      const file = join(folder, `${transport}.mkv`);
      const input = ["-v", "error", "-y", "-re", "-stream_loop", "-1", "-i", SMALL_CLIP, "-map", "0:v", "-map", "0:a"];
      const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "20", "-bf", "2", "-c:a", "aac"];
      const both = `[f=rtsp:rtsp_transport=${transport}]${scene.rtsp(name)}|[f=matroska]${file}`;
      let pictures: string[] = [];
      let sound: string[] = [];
      await publishing(
        name,
        "ffmpeg",
        [...input, ...codecs, "-flags", "+global_header", "-f", "tee", both],
        async () => {
          [pictures, sound] = await Promise.all([take(name, "tcp", "v"), take(name, "tcp", "a")]);
        },
      );
      expect(pictures).toHaveLength(PICTURES);
      expect(differenceOf(pictures, await framesOf(file, "v"), 20)).toBeUndefined();
      expect(sound).toHaveLength(FRAMES);
      expect(differenceOf(sound, await framesOf(file, "a"), 1)).toBeUndefined();
    },
  );

  it
    .runIf(needs("ffmpeg", missing("ffmpeg")))
    .concurrent.each(
      OTHERS.filter(([encoder]) =>
        needs(encoder, encoders.includes(` ${encoder} `) ? undefined : "ffmpeg has no such encoder"),
      ),
    )("is read back frame by frame: what ffmpeg encodes with %s", async (encoder, kind, options) => {
    const name = `codec-${encoder}`;
    const file = join(folder, `${encoder}.nut`);
    const input = kind === "v" ? "testsrc2=s=320x240:r=25" : "anoisesrc=r=48000:a=0.3";
    const both = `[f=rtsp:rtsp_transport=tcp]${scene.rtsp(name)}|[f=nut]${file}`;
    const args = ["-v", "error", "-y", "-re", "-f", "lavfi", "-i", input, `-c:${kind}`, encoder, ...options];
    let read: string[] = [];
    await publishing(name, "ffmpeg", [...args, "-map", "0", "-f", "tee", both], async () => {
      read = await take(name, "tcp", kind);
    });
    expect(read).toHaveLength(kind === "v" ? PICTURES : FRAMES);
    const written = await framesOf(file, kind);
    expect(differenceOf(read, written, kind === "v" && encoder !== "mjpeg" ? 10 : 1)).toBeUndefined();
  });

  it.runIf(needs("publishing by GStreamer", missingSink())).concurrent.each(ways)(
    "is read back frame by frame: GStreamer's copy of the clip over %s",
    async (transport) => {
      const name = `gst-${transport}`;
      const pipeline =
        `filesrc location=${CLIP} ! qtdemux name=d ` +
        `d.video_0 ! queue ! h264parse ! rtspclientsink name=s location=${scene.rtsp(name)} protocols=${transport} ` +
        "d.audio_0 ! queue ! aacparse ! s.";
      await publishing(name, "gst-launch-1.0", ["-q", ...pipeline.split(" ")], async () => {
        const pictures = await take(name, transport, "v");
        expect(pictures).toHaveLength(PICTURES);
        expect(differenceOf(pictures, clip.v, 25)).toBeUndefined();
      });
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "goes on for its reader when another ffmpeg takes over, and ends when that one is killed",
    async () => {
      /** Where the pictures do not follow each other as in the clip. */
      const seamOf = (read: readonly string[]): number =>
        read.findIndex(
          (hash, index) => index > 0 && clip.v.indexOf(hash) !== clip.v.indexOf(read[index - 1] ?? "") + 1,
        );
      const args = (from: string): string[] => [
        ...["-v", "error", "-re", "-ss", from, "-stream_loop", "-1", "-i", CLIP, "-c", "copy", "-f", "rtsp"],
        ...["-rtsp_transport", "tcp", scene.rtsp("relay")],
      ];
      const first = scene.net.spawn("client", "ffmpeg", args("0"));
      const firstEnd = ended(first);
      await untilDescribed(scene, "relay");
      const reader = scene.net.spawn("client", "ffmpeg", [
        ...["-v", "error", "-rtsp_transport", "tcp", "-i", scene.rtsp("relay"), "-map", "0:v"],
        ...["-fps_mode", "passthrough", "-f", "framemd5", "-flush_packets", "1", "-"],
      ]);
      let seen = "";
      reader.stdout?.on("data", (chunk: Buffer) => (seen += chunk.toString()));
      const readerEnd = ended(reader);
      const ofBoth = (): boolean => seamOf(hashesIn(seen)) > 0 && hashesIn(seen).length - seamOf(hashesIn(seen)) > 30;
      await eventually(() => hashesIn(seen).length > 30);
      const second = scene.net.spawn("client", "ffmpeg", args("12"));
      const secondEnd = ended(second);
      expect((await firstEnd).status).not.toBe(0);
      await eventually(ofBoth);
      second.kill("SIGKILL");
      await secondEnd;
      const read = hashesIn((await readerEnd).stdout);
      const seam = seamOf(read);
      expect(seam).toBeGreaterThan(25);
      expect(differenceOf(read.slice(0, seam), clip.v, 25)).toBeUndefined();
      expect(differenceOf(read.slice(seam), clip.v, 25)).toBeUndefined();
      expect(read.length - seam).toBeGreaterThan(25);
    },
  );
});
