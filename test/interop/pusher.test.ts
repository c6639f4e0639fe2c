import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";
import { differenceOf } from "../support/frame-hashes.js";
import { ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { FRAMES, framesOf, PICTURES, readFrames, whilePublishing } from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

const CLIP = join(projectFolder, "media", "test.mp4");
const RILF_PUSHER = fileURLToPath(new URL("../support/rilf-pusher.mjs", import.meta.url));
const ADDRESS = "192.0.2.10";

interface Coded {
  /** As the cfg file has it. */
  readonly codec: string;
  readonly encoder: string;
  readonly options: readonly string[];
}

interface CodedSound extends Coded {
  readonly rate: number;
  readonly channels: number;
}

const video = (codec: string, encoder: string, ...options: string[]): Coded => ({ codec, encoder, options });
const audio = (codec: string, encoder: string, rate: number, channels: number, ...options: string[]): CodedSound => ({
  codec,
  encoder,
  options: ["-ar", String(rate), "-ac", String(channels), ...options],
  rate,
  channels,
});

/** What ffmpeg encodes and sends by RTP, together. */
const PAIRS: readonly (readonly [name: string, video: Coded | undefined, audio: CodedSound])[] = [
  [
    "H265 with G711U",
    video("H265", "libx265", "-preset", "ultrafast", "-g", "10", "-x265-params", "log-level=error"),
    audio("G711U", "pcm_mulaw", 8000, 1),
  ],
  ["MP4 with AAC", video("MP4", "mpeg4", "-g", "10"), audio("AAC", "aac", 44_100, 2)],
  [
    "JPEG with OPUS",
    video("JPEG", "mjpeg", "-q:v", "8", "-huffman", "default", "-force_duplicated_matrix", "1", "-pix_fmt", "yuvj420p"),
    audio("OPUS", "libopus", 48_000, 2),
  ],
  ["G711A", undefined, audio("G711A", "pcm_alaw", 8000, 1)],
  ["G722", undefined, audio("G722", "g722", 16_000, 1)],
];
const G726 = audio("G726", "g726le", 8000, 1, "-b:a", "32k");
const encoders = spawnSync("ffmpeg", ["-hide_banner", "-encoders"], { encoding: "utf8" }).stdout ?? "";
const hasEncoders = (...coded: readonly (Coded | undefined)[]): boolean =>
  coded.every(
    (one) =>
      !one || needs(one.encoder, encoders.includes(` ${one.encoder} `) ? undefined : "ffmpeg has no such encoder"),
  );
const portsOf = (index: number): [vport: number, aport: number] => [50_200 + 4 * index, 50_202 + 4 * index];
const mediaOf = (pictures: Coded | undefined, sound: CodedSound): string =>
  `${pictures ? `<video><codec>${pictures.codec}</codec></video>` : ""}<audio><codec>${sound.codec}</codec>` +
  `<samplerate>${sound.rate}</samplerate><channels>${sound.channels}</channels></audio>`;
const NOISE = ["-re", "-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.3"];

const pusher = (name: string, media: string, mode: string, vport: number, aport: number): string =>
  `<pusher><suffix>${name}</suffix>${media}<transfer><mode>${mode}</mode><vport>${vport}</vport>` +
  `<aport>${aport}</aport></transfer></pusher>`;
const CLIP_VIDEO = "<video><codec>H264</codec></video>";
const CLIP_MEDIA = `${CLIP_VIDEO}<audio><codec>AAC</codec><samplerate>16000</samplerate><channels>1</channels></audio>`;

const PUSHERS = [
  // The ports of the manual: ffmpeg's reports about video come to the port for audio.
  pusher("udp", CLIP_MEDIA, "UDP", 50_001, 50_002),
  pusher("gst", CLIP_VIDEO, "UDP", 50_101, 50_102),
  pusher("rilf-big", CLIP_MEDIA, "TCP", 50_001, 50_002),
  pusher("rilf-little", CLIP_MEDIA, "TCP", 50_003, 50_004),
  ...PAIRS.map(([, ...coded], index) => pusher(`pair-${index}`, mediaOf(...coded), "UDP", ...portsOf(index))),
  pusher("g726", mediaOf(undefined, G726), "UDP", ...portsOf(PAIRS.length)),
].join("");

const copyOfClip = (host: string, vport: number, aport: number): [string, ...string[]] => [
  ...(["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", CLIP] as const),
  ...["-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "rtp", `rtp://${host}:${vport}`],
  ...["-map", "0:a", "-c", "copy", "-f", "rtp", `rtp://${host}:${aport}`],
];

describe.runIf(NetworkNamespace.missing() === undefined)("a stream that is pushed", () => {
  let scene: Scene;
  let clip: { readonly v: string[]; readonly a: string[] };
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-pusher-"));
  beforeAll(async () => {
    scene = await Scene.open({ rtspElements: PUSHERS });
    clip = { v: await framesOf(CLIP, "v"), a: await framesOf(CLIP, "a") };
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent(
    "is read back frame by frame: ffmpeg's copy of the clip over UDP",
    async () => {
      await whilePublishing(scene, "udp", copyOfClip(ADDRESS, 50_001, 50_002), async () => {
        const [pictures, sound] = await Promise.all([
          readFrames(scene, "udp", "tcp", "v"),
          readFrames(scene, "udp", "udp", "a"),
        ]);
        expect([pictures.length, sound.length]).toEqual([PICTURES, FRAMES]);
        expect(differenceOf(pictures, clip.v, 25)).toBeUndefined();
        expect(differenceOf(sound, clip.a, 1)).toBeUndefined();
      });
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each([
    ["big", 50_001, 6000],
    ["little", 50_003, 6100],
  ] as const)(
    "is read back frame by frame: ffmpeg's copy of the clip over TCP, in RILF frames of the %s-endian kind",
    async (order, port, local) => {
      const name = `rilf-${order}`;
      const relay = (index: number): ChildProcess =>
        scene.net.spawn("client", process.execPath, [
          ...[RILF_PUSHER, String(local + index * 10), ADDRESS, String(port + index), order],
        ]);
      const relays = [relay(0), relay(1)];
      const ends = relays.map((child) => ended(child));
      try {
        await whilePublishing(scene, name, copyOfClip("127.0.0.1", local, local + 10), async () => {
          const [pictures, sound] = await Promise.all([
            readFrames(scene, name, "tcp", "v"),
            readFrames(scene, name, "tcp", "a"),
          ]);
          expect([pictures.length, sound.length]).toEqual([PICTURES, FRAMES]);
          expect(differenceOf(pictures, clip.v, 25)).toBeUndefined();
          expect(differenceOf(sound, clip.a, 1)).toBeUndefined();
        });
      } finally {
        for (const child of relays) child.kill();
        await Promise.all(ends);
      }
    },
  );

  it.runIf(needs("gst-launch-1.0", missing("gst-launch-1.0"))).concurrent(
    "is read back frame by frame: GStreamer's copy of the clip over UDP",
    async () => {
      const pipeline =
        `filesrc location=${CLIP} ! qtdemux ! h264parse config-interval=-1 ! rtph264pay pt=100 ! ` +
        `udpsink host=${ADDRESS} port=50101`;
      await whilePublishing(scene, "gst", ["gst-launch-1.0", "-q", ...pipeline.split(" ")], async () => {
        const pictures = await readFrames(scene, "gst", "udp", "v");
        expect(pictures).toHaveLength(PICTURES);
        expect(differenceOf(pictures, clip.v, 25)).toBeUndefined();
      });
    },
  );

  it
    .runIf(needs("ffmpeg", missing("ffmpeg")))
    .concurrent.each(
      PAIRS.flatMap((pair, index) => (hasEncoders(pair[1], pair[2]) ? [[...pair, index] as const] : [])),
    )("is read back frame by frame: %s of ffmpeg over UDP", async (_name, pictures, sound, index) => {
    const name = `pair-${index}`;
    const file = join(folder, `${index}.nut`);
    const [vport, aport] = portsOf(index);
    const encode = (kind: string, { encoder, options }: Coded): string[] => [`-c:${kind}`, encoder, ...options];
    const outputs = [
      ...(pictures ? [`[select=v:f=rtp]rtp://${ADDRESS}:${vport}`] : []),
      `[select=a:f=rtp]rtp://${ADDRESS}:${aport}`,
      `[f=nut]${file}`,
    ];
    const args = [
      ...["-v", "error", "-y", ...NOISE],
      ...(pictures ? ["-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-map", "1"] : []),
      ...["-map", "0", ...(pictures ? encode("v", pictures) : []), ...encode("a", sound)],
      ...["-f", "tee", outputs.join("|")],
    ];
    const read = { v: [] as string[], a: [] as string[] };
    await whilePublishing(scene, name, ["ffmpeg", ...args], async () => {
      [read.v, read.a] = await Promise.all([
        pictures ? readFrames(scene, name, "tcp", "v") : [],
        readFrames(scene, name, "tcp", "a"),
      ]);
    });
    expect([read.v.length, read.a.length]).toEqual([pictures ? PICTURES : 0, FRAMES]);
    const interval = pictures?.codec === "JPEG" ? 1 : 10;
    if (pictures) expect(differenceOf(read.v, await framesOf(file, "v"), interval)).toBeUndefined();
    expect(differenceOf(read.a, await framesOf(file, "a"), 1)).toBeUndefined();
  });

  // No file of ffmpeg holds this codec so that it could be read again, so bytes are compared.
  it.runIf(needs("ffmpeg", missing("ffmpeg")) && hasEncoders(G726)).concurrent(
    "is read back byte by byte: G726 of ffmpeg over UDP",
    async () => {
      const file = join(folder, "g726.data");
      const [, port] = portsOf(PAIRS.length);
      const both = `[f=rtp]rtp://${ADDRESS}:${port}|[f=data]${file}`;
      const args = ["-v", "error", "-y", ...NOISE, "-map", "0", "-c:a", G726.encoder, ...G726.options];
      const copy = join(folder, "g726-read.data");
      await whilePublishing(scene, "g726", ["ffmpeg", ...args, "-f", "tee", both], async () => {
        const input = [
          "-v",
          "error",
          "-y",
          "-analyzeduration",
          "100000",
          "-rtsp_transport",
          "tcp",
          "-i",
          scene.rtsp("g726"),
        ];
        await scene.net.run("ffmpeg", [...input, "-map", "0:a", "-frames:a", "12", "-c", "copy", "-f", "data", copy]);
      });
      const read = readFileSync(copy);
      expect(read.length).toBeGreaterThan(2000);
      expect(readFileSync(file).includes(read)).toBe(true);
    },
  );
});
