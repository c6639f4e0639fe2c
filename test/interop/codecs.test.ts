import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differenceOf, ffmpeg, hashesIn, picturesOf, soundOf } from "../support/frame-hashes.js";
import { fullSinks, gstreamerErrors, launched, TELLS_FULL_SINKS } from "../support/gstreamer.js";
import { ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";

/** What a reader takes, and what there is: readers come within the first seconds. */
const SECONDS = 10;
const PICTURES = SECONDS * 25;
const CLIP_SECONDS = 20;
const KEY_INTERVAL = 20;

interface Clip {
  readonly name: string;
  /** Encoders and their options. */
  readonly video?: readonly string[];
  readonly audio?: readonly string[];
  /** What the sound becomes, as ffmpeg calls it; that of the file unless given. */
  readonly sent?: string;
  /** Distance of pictures that can be decoded by themselves. */
  readonly keyInterval?: number;
  readonly seconds?: number;
}

const small = ["-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k"];
const clips: readonly Clip[] = [
  { name: "h264.mp4", video: ["libx264", "-bf", "2", "-preset", "ultrafast"], audio: ["aac"] },
  {
    name: "h265.mkv",
    video: ["libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"],
    audio: ["libopus"],
  },
  { name: "h264.ts", video: ["libx264", "-preset", "ultrafast"], audio: ["mp2", "-ar", "48000"] },
  {
    name: "h265.ts",
    video: ["libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"],
    audio: ["libmp3lame"],
  },
  { name: "vp8.webm", video: ["libvpx", ...small, "-cpu-used", "16"], audio: ["libopus", "-ac", "2"] },
  { name: "vp9.mp4", video: ["libvpx-vp9", ...small], audio: ["libmp3lame", "-ar", "22050"] },
  { name: "mpeg4.mp4", video: ["mpeg4", "-bf", "2"], audio: ["aac"] },
  { name: "mpeg4.mkv", video: ["mpeg4"], audio: ["g722", "-ar", "16000", "-ac", "1"] },
  { name: "mpeg2.mkv", video: ["mpeg2video", "-bf", "2"], audio: ["mp2"] },
  { name: "mpeg1.mkv", video: ["mpeg1video"] },
  { name: "jpeg.mov", video: ["mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"], audio: ["pcm_s16be"], keyInterval: 1 },
  {
    name: "jpeg.mkv",
    video: ["mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"],
    audio: ["pcm_s16le"],
    sent: "pcm_s16be",
    keyInterval: 1,
  },
  { name: "jpeg.mp4", video: ["mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"], keyInterval: 1 },
  { name: "pcm-s16.wav", audio: ["pcm_s16le", "-ar", "44100", "-ac", "2"], sent: "pcm_s16be" },
  { name: "pcm-s24.wav", audio: ["pcm_s24le", "-ar", "48000", "-ac", "2"], sent: "pcm_s24be" },
  { name: "pcm-u8.wav", audio: ["pcm_u8", "-ar", "8000"], sent: "pcm_s16be" },
  { name: "mulaw.wav", audio: ["pcm_mulaw", "-ar", "8000", "-ac", "1"] },
  { name: "alaw.mov", audio: ["pcm_alaw", "-ar", "8000", "-ac", "1"] },
];

/** Has more pixels than a header of JPEG in RTP can tell; only its first seconds are played. */
const large: Clip = {
  name: "large.mkv",
  video: ["mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", "-vf", "scale=2560:1440"],
  seconds: 4,
};
/** FFmpeg reads AV1 from version 7 on, GStreamer with a plugin that is not in every system. */
const av1: Clip = { name: "av1.mp4", video: ["libsvtav1", "-preset", "12"], audio: ["libopus"] };
/** Made by GStreamer. */
const jpeg422: Clip = { name: "jpeg-422.mkv", video: ["jpegenc"], keyInterval: 1 };

const encoders = spawnSync("ffmpeg", ["-hide_banner", "-encoders"], { encoding: "utf8" }).stdout ?? "";
const lacking = ({ video = [], audio = [] }: Clip): string | undefined =>
  [video[0], audio[0]].every((encoder) => encoder === undefined || encoders.includes(` ${encoder} `))
    ? undefined
    : "ffmpeg has no encoder for it";

const nodeAvFrames = fileURLToPath(new URL("../support/node-av-frames.mjs", import.meta.url));
const nodeAvProblem = (): string | undefined =>
  spawnSync("node", ["-e", "import('node-av').catch(() => process.exit(1))"]).status === 0
    ? undefined
    : "node-av is not installed or does not run";

const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-codecs-"));
const pathOf = (clip: Clip): string => join(folder, clip.name);

/** Clips that have another codec than those before them. */
function distinct(all: readonly Clip[]): readonly Clip[] {
  const codecs = ({ video, audio, sent }: Clip): string[] => [video?.[0] ?? [], sent ?? audio?.[0] ?? []].flat();
  return all.filter((clip, index) => {
    const before = all.slice(0, index).flatMap(codecs);
    return codecs(clip).some((codec) => !before.includes(codec));
  });
}

/** Makes a clip that is longer than anybody reads it: a test picture and noise, whose parts can be told apart. */
async function make(clip: Clip): Promise<void> {
  const { video, audio, seconds = CLIP_SECONDS } = clip;
  await ffmpeg([
    ...(video ? ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=25"] : []),
    ...(audio ? ["-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.3:seed=1"] : []),
    ...[
      "-t",
      String(seconds),
      ...(video ? ["-g", String(KEY_INTERVAL), "-c:v", ...video] : []),
      ...(audio ? ["-c:a", ...audio] : []),
    ],
    ...["-y", pathOf(clip)],
  ]);
}

async function make422(): Promise<void> {
  const source = `videotestsrc pattern=ball num-buffers=${25 * CLIP_SECONDS} ! video/x-raw,format=Y42B,framerate=25/1`;
  const pipeline = `${source} ! jpegenc ! matroskamux ! filesink location=${pathOf(jpeg422)}`;
  const { status, stderr } = await ended(spawn("gst-launch-1.0", ["-q", ...pipeline.split(" ")]));
  if (status !== 0) throw new Error(`GStreamer cannot make ${jpeg422.name}: ${stderr}`);
}

describe.runIf(NetworkNamespace.missing() === undefined && needs("ffmpeg", missing("ffmpeg")))("a file plays", () => {
  let scene: Scene;
  const usable = clips.filter((clip) => needs(clip.name, lacking(clip)));
  const hasGStreamer = needs("GStreamer", missing("gst-launch-1.0"));
  const playsAv1 = needs("node-av", nodeAvProblem()) && needs(av1.name, lacking(av1));
  beforeAll(async () => {
    // Once, and before anybody plays: the camera does not notice that a file is made anew, and an encoder takes the
    // processors away from the players.
    const making = [...usable, large, ...(playsAv1 ? [av1] : [])];
    const inTurn = async (start: number): Promise<void> => {
      for (let index = start; index < making.length; index += 2) await make(making[index] ?? large);
    };
    await Promise.all([inTurn(0), inTurn(1), hasGStreamer && make422()]);
    scene = await Scene.open({
      rtsp: { media_folder: folder, multicast: "1", rtsps_enable: "1", max_sessions: "0", open_timeout: "60" },
    });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const plays = async (clip: Clip): Promise<void> => {
    const { name, video, audio, sent, keyInterval = KEY_INTERVAL } = clip;
    const [sound, pictures] = await Promise.all([
      audio ? soundOf(pathOf(clip), sent) : Buffer.alloc(0),
      video ? picturesOf(pathOf(clip)) : [],
    ]);
    await Promise.all(
      ["tcp", "udp"].map(async (transport) => {
        const heard = join(folder, `${name}.${transport}`);
        const { status, stdout, stderr } = await scene.net.run("ffmpeg", [
          ...["-v", "error", "-nostdin", ...over(transport), "-i", scene.rtsp(name)],
          ...(video
            ? ["-map", "0:v", "-frames:v", String(PICTURES), "-fps_mode", "passthrough", "-f", "framemd5", "-"]
            : []),
          ...(audio ? ["-map", "0:a", "-t", String(SECONDS), "-c:a", "copy", "-f", "data", heard] : []),
          ...(audio ? ["-map", "0:a", "-t", String(SECONDS), "-f", "null", "-"] : []),
        ]);
        expect([stderr, status], transport).toEqual(["", 0]);
        if (video) {
          const seen = hashesIn(stdout);
          expect(seen, transport).toHaveLength(PICTURES);
          expect(differenceOf(seen, pictures, keyInterval), transport).toBeUndefined();
        }
        if (audio) {
          const bytes = readFileSync(heard);
          // On a busy machine it may begin after the picture.
          expect(bytes.length / sound.length, transport).toBeGreaterThan((0.4 * SECONDS) / CLIP_SECONDS);
          expect(sound.includes(bytes), transport).toBe(true);
        }
      }),
    );
  };

  it.concurrent.each(usable)("$name as it is, over TCP and over UDP", plays);

  // By itself: a file this big has to be opened within 8 s, also on a busy machine.
  it.runIf(hasGStreamer)(
    "motion JPEG beyond 2040 pixels, whose size stands in the description and in header extensions",
    async () => {
      const pipeline = `rtspsrc location=${scene.rtsp(large.name)} ${ROOMY} ! rtpjpegdepay ! jpegdec ! video/x-raw,width=2560,height=1440 ! fakesink num-buffers=50`;
      const { status, stdout, stderr } = await scene.net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")]);
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
      expect(status).toBe(0);
    },
  );

  const others = distinct(usable);
  it.concurrent.each(others)(
    `$name to ffmpeg through HTTP, by TLS and by multicast, ${SECONDS} s without an error`,
    async ({ name }) => {
      const inputs = [
        ["-rtsp_transport", "http", "-i", scene.rtsp(name)],
        ["-i", scene.rtsp(name, "", 8322).replace("rtsp:", "rtsps:")],
        [...over("udp_multicast"), "-i", scene.rtsp(name)],
      ];
      const rest = ["-t", String(SECONDS), "-f", "null", "-"];
      const runs = inputs.map((input) => scene.net.run("ffmpeg", ["-v", "error", "-nostdin", ...input, ...rest]));
      const ends = await Promise.all(runs);
      expect(ends.map(({ stderr, status }) => [stderr, status])).toEqual(inputs.map(() => ["", 0]));
    },
  );

  /** 250 pictures, and 250 times 40 ms of sound. */
  const gstreamer = ({ name, video, audio }: Clip, [scheme, port, ...more]: readonly [string, number, ...string[]]) => {
    const url = scene.rtsp(name, "", port).replace("rtsp:", `${scheme}:`);
    const sink = `fakesink num-buffers=${PICTURES}`;
    const sound = "audioconvert ! audiobuffersplit output-buffer-duration=1/25";
    return [
      ...["rtspsrc", "name=source", `location=${url}`, "tls-validation-flags=0", ROOMY, ...more],
      ...(video ? `source. ! application/x-rtp,media=video ! decodebin ! ${sink}`.split(" ") : []),
      ...(audio ? `source. ! application/x-rtp,media=audio ! decodebin ! ${sound} ! ${sink}`.split(" ") : []),
    ];
  };
  const ways = [
    ["rtsp", 8554, "protocols=udp"],
    ["rtsp", 8554, "protocols=tcp"],
    ["rtsph", 8000],
    ["rtsps", 8322],
  ] as const;
  it.runIf(hasGStreamer).concurrent.each(others)(
    `$name to GStreamer by UDP, TCP and TLS and through HTTP, ${SECONDS} s without an error`,
    async (clip) => {
      const { net } = scene;
      const ends = await Promise.all(
        ways.map((way) => {
          const player = [...TELLS_FULL_SINKS, ...gstreamer(clip, way)];
          return launched(() => net.spawn("client", "env", player), 60);
        }),
      );
      const tracks = [clip.video, clip.audio].filter((one) => one !== undefined).length;
      for (const [index, { stdout, stderr }] of ends.entries()) {
        const way = String(ways[index]);
        expect(gstreamerErrors(stdout + stderr), way).toEqual([]);
        expect(fullSinks(stderr), way).toBe(tracks);
      }
    },
  );

  it.runIf(hasGStreamer).concurrent("as GStreamer makes motion JPEG of 4:2:2", () => plays(jpeg422));

  it.runIf(playsAv1).concurrent.each(["tcp", "udp"])("av1.mp4 as it is, over %s, to FFmpeg 8", async (transport) => {
    const run = (...args: string[]) => scene.net.run("node", [nodeAvFrames, ...args]);
    const source = (await run(pathOf(av1), "1000")).stdout.trim().split("\n");
    const { stdout, status } = await run(scene.rtsp(av1.name), String(PICTURES), transport);
    expect(status).toBe(0);
    const seen = stdout.trim().split("\n");
    expect(seen).toHaveLength(PICTURES);
    expect(differenceOf(seen, source, KEY_INTERVAL)).toBeUndefined();
  });
});
