import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ffmpeg } from "../support/frame-hashes.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";
import { kept, missingVlc, played, UNSEEN, vlcArguments, vlcErrors, vlcFolder } from "../support/vlc.js";

/** How much VLC has to have played, and how long that may take it: it shows fewer pictures for want of processor time. */
const SECONDS = 10;
const PATIENCE_SECONDS = 45;

/** Of a picture of the clips in 4:2:0. */
const PICTURE_BYTES = 320 * 240 * 1.5;

interface Clip {
  readonly name: string;
  /** Of a second of decoded sound. */
  readonly soundBytes?: number;
  readonly video?: readonly string[];
  readonly audio?: readonly string[];
}

const clips: readonly Clip[] = [
  { name: "h264.mp4", video: ["libx264", "-bf", "2", "-preset", "ultrafast"], audio: ["aac"] },
  {
    name: "h265.mp4",
    video: ["libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"],
    audio: ["libmp3lame"],
  },
  { name: "mpeg4.mp4", video: ["mpeg4", "-bf", "2"], audio: ["aac"] },
  { name: "mpeg2.mkv", video: ["mpeg2video", "-bf", "2"], audio: ["mp2"], soundBytes: 96_000 },
  { name: "mpeg1.mkv", video: ["mpeg1video"] },
  { name: "mulaw.wav", audio: ["pcm_mulaw", "-ar", "8000", "-ac", "1"], soundBytes: 16_000 },
  { name: "pcm.wav", audio: ["pcm_s16le", "-ar", "44100", "-ac", "2"], soundBytes: 176_400 },
];

const CODECS = "H.264, H.265, MPEG-4, MPEG-2, MPEG-1, AAC, MP3, MP2";

async function make(folder: string, { name, video, audio }: Clip, seconds = 24): Promise<void> {
  await ffmpeg([
    ...(video ? ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=25"] : []),
    ...(audio ? ["-f", "lavfi", "-i", "sine=440:r=48000"] : []),
    ...["-t", String(seconds), ...(video ? ["-g", "25", "-c:v", ...video] : []), ...(audio ? ["-c:a", ...audio] : [])],
    ...["-y", join(folder, name)],
  ]);
}

const why = missing("ffmpeg") ?? missingVlc();

describe.runIf(NetworkNamespace.missing() === undefined && needs("VLC", why))("Debian's VLC", () => {
  let scene: Scene;
  const media = mkdtempSync(join(tmpdir(), "onvifrtspserver-vlc-media-"));
  const own = vlcFolder();
  // Longer than anybody plays it: where VLC begins again its times are uneven.
  const served: Clip = { name: "served.mp4", video: ["libx264", "-preset", "ultrafast"], audio: ["aac"] };
  const proxy = (suffix: string, transfer: string): string =>
    `<proxy><suffix>${suffix}</suffix><url>rtsp://192.0.2.77:8600/v</url><transfer>${transfer}</transfer><ondemand>1</ondemand></proxy>`;
  beforeAll(async () => {
    await Promise.all([...clips.map((clip) => make(media, clip)), make(own, served, 40)]);
    scene = await Scene.open({
      rtsp: { media_folder: media, multicast: "1" },
      rtspElements: proxy("vlc-udp", "UDP") + proxy("vlc-auto", "AUTO"),
    });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    for (const folder of [media, own]) rmSync(folder, { recursive: true, force: true });
  });

  /** Has VLC play what is at `url`, and holds it to what it says it has seen. */
  async function expectPlayed(url: string, { video, audio }: Clip): Promise<void> {
    const pictures = video ? SECONDS * 25 : 0;
    // Frames of sound last up to a tenth of a second.
    const sounds = audio ? SECONDS * 10 : 0;
    const { messages, seen } = await played(
      scene.net,
      { folder: own, url, outputs: UNSEEN, seconds: PATIENCE_SECONDS },
      ({ framesDisplayed, buffersPlayed }) => framesDisplayed >= pictures && buffersPlayed >= sounds,
    );
    expect(vlcErrors(messages)).toEqual([]);
    expect(seen.discontinuities).toBe(0);
    expect(seen.framesDisplayed).toBeGreaterThanOrEqual(pictures);
    expect(seen.buffersPlayed).toBeGreaterThanOrEqual(sounds);
  }

  /** As `expectPlayed`, of RTP alone, of which VLC makes no statistics: what it has shown or played is in a file. */
  async function expectKept(url: string, name: string, soundBytes: number): Promise<void> {
    const pictures = join(own, `${name}.pictures`);
    const sound = join(own, `${name}.wav`);
    const files = [
      [pictures, PICTURE_BYTES * 25],
      [sound, soundBytes],
    ] as const;
    const secondsKept = (): number =>
      Math.max(...files.map(([file, bytes]) => (existsSync(file) ? statSync(file).size / bytes : 0)));
    const { messages } = await played(
      scene.net,
      { folder: own, url, outputs: kept(pictures, sound), seconds: PATIENCE_SECONDS },
      () => secondsKept() >= SECONDS,
    );
    expect(vlcErrors(messages)).toEqual([]);
    expect(secondsKept()).toBeGreaterThanOrEqual(SECONDS);
  }

  it.concurrent(`plays rtsp:// by UDP: ${CODECS}, ${SECONDS} s without an error`, async () => {
    await Promise.all(clips.filter(({ video }) => video).map((clip) => expectPlayed(scene.rtsp(clip.name), clip)));
  });

  /** What a stream's description says of its groups, asked for by hand. */
  async function groupsOf(name: string): Promise<readonly { readonly kind: string; readonly url: string }[]> {
    const request = `DESCRIBE ${scene.rtsp(name)}?vlcmulticast RTSP/1.0\r\nCSeq: 1\r\n\r\n`;
    const script = `const c = require("node:net").connect(8554, "${scene.net.address}");
      c.write(${JSON.stringify(request)});
      c.once("data", (answer) => { process.stdout.write(answer); c.destroy(); });`;
    const { stdout } = await scene.net.run(process.execPath, ["-e", script]);
    return [...stdout.matchAll(/^m=(\w+) (\d+) [^]*?^c=IN IP4 ([\d.]+)/gm)].map(([, kind = "", port, group]) => ({
      kind,
      url: `rtp://@${group}:${port}`,
    }));
  }

  async function expectHadByMulticast(clip: Clip): Promise<void> {
    const groups = await groupsOf(clip.name);
    const kinds = [clip.video && "video", clip.audio && "audio"].filter(Boolean);
    expect(groups.map(({ kind }) => kind)).toEqual(kinds);
    // Somebody has to keep the group going: VLC alone says nothing to the camera.
    const keeper = scene.net.spawn("client", "ffmpeg", [
      ...["-v", "error", "-nostdin", ...over("udp_multicast"), "-i", scene.rtsp(clip.name)],
      ...["-c", "copy", "-f", "null", "-"],
    ]);
    try {
      await Promise.all(groups.map(({ kind, url }) => expectKept(url, `${kind}-${clip.name}`, clip.soundBytes ?? 0)));
    } finally {
      keeper.kill("SIGKILL");
    }
  }

  it.concurrent(
    `plays multicast RTP of static payload types: MPEG-2 and MPEG audio, G.711, PCM, ${SECONDS} s without an error`,
    async () => {
      await Promise.all(clips.filter(({ soundBytes }) => soundBytes !== undefined).map(expectHadByMulticast));
    },
  );

  it.concurrent("serves RTSP that others play from here", async () => {
    const server = scene.net.spawn(
      "client",
      "setpriv",
      vlcArguments(own, ["--sout", "#rtp{sdp=rtsp://192.0.2.77:8600/v}", join(own, served.name)]),
    );
    try {
      await scene.net.run("sh", ["-c", "until ss -ltn | grep -q :8600; do sleep 0.1; done"], { seconds: 15 });
      const runs = ["vlc-udp", "vlc-auto"].flatMap((name) =>
        ["tcp", "udp"].map((transport) =>
          scene.net.run("ffmpeg", [
            ...["-v", "error", "-nostdin", ...over(transport), "-i", scene.rtsp(name)],
            // VLC writes times that are uneven by more than a picture lasts at the picture rate of the file.
            ...["-t", String(SECONDS), "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "null", "-"],
          ]),
        ),
      );
      const ends = await Promise.all(runs);
      // Where VLC has to wait for a processor, its times go back by some ms.
      const errors = (stderr: string): string[] =>
        stderr.split("\n").filter((line) => line !== "" && !/non monotonically increasing dts/.test(line));
      expect(ends.map(({ status, stderr }) => [status, ...errors(stderr)])).toEqual(runs.map(() => [0]));
    } finally {
      server.kill("SIGKILL");
    }
  });
});
