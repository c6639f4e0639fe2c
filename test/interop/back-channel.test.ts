import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CameraProcess, cfgFolder, projectFolder } from "../support/camera-process.js";
import { ended, NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { untilDescribed } from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

const CLIP = "test_640x480.mp4";
const SECONDS = 1;
const TONE_HZ = 1000;
/** Time for what takes a moment on a quiet computer. */
const PATIENCE_MS = 20_000;

/** What GStreamer needs to talk: its back channel is fed by a program, which calls its library. */
const missingTalker = (): string | undefined => {
  try {
    createRequire(import.meta.url).resolve("koffi");
  } catch {
    return "koffi is not installed";
  }
  return missing("gst-launch-1.0") ?? missing("ffmpeg");
};

const codecs = ["G711U", "G711A", "OPUS", "G722", "G726", "AAC", "L16"];
const backchannel = (sink: string): string =>
  `<backchannel>${codecs.map((codec) => `<codec>${codec}</codec>`).join("")}<sink>${sink}</sink></backchannel>`;

/** Instead of a number of seconds: until its input ends. */
const UNTIL_TOLD = 0;

function talkerArguments(
  scene: Scene,
  scheme: string,
  port: number,
  protocol: string,
  encoder: string,
  seconds: number,
): string[] {
  const url = scene.rtsp(CLIP, "", port).replace("rtsp:", `${scheme}:`);
  const script = join(projectFolder, "test/support/gst-talker.mjs");
  return [script, url, scene.rtsp(CLIP), protocol, String(seconds), encoder];
}

const mono = (rate: number): string => `audio/x-raw,rate=${rate},channels=1`;

describe.runIf(NetworkNamespace.missing() === undefined)("a client that talks", () => {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-talks-"));
  let filing: Scene;
  let streaming: Scene;
  beforeAll(async () => {
    const open = (sink: string): Promise<Scene> =>
      Scene.open({ rtsp: { rtsps_enable: "1", rtsps_port: "8322" }, backchannel: backchannel(sink) });
    [filing, streaming] = await Promise.all([open(`file:${folder}`), open("path:talk")]);
  });
  afterAll(async () => {
    await Promise.all([filing, streaming].map((scene) => scene[Symbol.asyncDispose]()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** The tone that is in the newest file, Hz, and how long it is, s. */
  async function newestFile(): Promise<{ readonly hz: number; readonly seconds: number }> {
    const [file = ""] = readdirSync(folder).toSorted().slice(-1);
    const measure = [
      "-af",
      "astats=measure_perchannel=Zero_crossings_rate+Number_of_samples,ametadata=print",
      "-f",
      "null",
      "-",
    ];
    const { stderr } = await ended(spawn("ffmpeg", ["-hide_banner", "-i", join(folder, file), ...measure]));
    const number = (name: string): number => Number(new RegExp(`${name}: ([0-9.]+)`).exec(stderr)?.[1] ?? Number.NaN);
    const rate = Number(/(\d+) Hz/.exec(stderr)?.[1]);
    const samples = Number([...stderr.matchAll(/Number of samples: (\d+)/g)].at(-1)?.[1]);
    return { hz: (number("Zero crossings rate") * rate) / 2, seconds: samples / rate };
  }

  /** Holds a file that has come since there were `before` to the tone. The camera may still be writing it. */
  async function expectTone(before: number): Promise<void> {
    expect(readdirSync(folder)).toHaveLength(before + 1);
    let heard = await newestFile();
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; heard = await newestFile())
      if (heard.seconds > SECONDS * 0.7) break;
    expect(heard.seconds).toBeGreaterThan(SECONDS * 0.7);
    expect(Math.abs(heard.hz - TONE_HZ)).toBeLessThan(30);
  }

  it.runIf(needs("a GStreamer client that talks", missingTalker())).each<[string, string, number, string, string]>([
    ["PCMU over UDP", "rtsp", 8554, "udp", `${mono(8000)} ! mulawenc ! rtppcmupay`],
    ["Opus through HTTP", "rtsph", 8554, "tcp+http", `${mono(48_000)} ! opusenc ! rtpopuspay pt=100`],
    ["G.722 with TLS", "rtsps", 8322, "tcp", `${mono(16_000)} ! avenc_g722 ! rtpg722pay`],
    [
      "G.726 over UDP",
      "rtsp",
      8554,
      "udp",
      `${mono(8000)} ! avenc_g726 bitrate=32000 ! rtpg726pay force-aal2=false pt=101`,
    ],
    ["AAC over TCP", "rtsp", 8554, "tcp", `${mono(8000)} ! avenc_aac ! rtpmp4gpay pt=105`],
  ])("GStreamer: %s, and the tone that it sends is in the file", async (_name, scheme, port, protocol, encoder) => {
    const before = readdirSync(folder).length;
    const args = talkerArguments(filing, scheme, port, protocol, encoder, SECONDS);
    const { status, stdout, stderr } = await filing.net.run(process.execPath, args);
    expect([status, stderr, /failed 0/.test(stdout)]).toEqual([0, "", true]);
    await expectTone(before);
  });

  it.runIf(needs("a GStreamer client that talks", missingTalker())).each(["UDP", "TCP"])(
    "GStreamer talks to a camera through another one that shows its stream, which fetches it by %s",
    async (transfer) => {
      const proxy =
        `<proxy><suffix>door</suffix><url>${filing.rtsp(CLIP)}</url><transfer>${transfer}</transfer>` +
        "<ondemand>1</ondemand><backchannel>1</backchannel></proxy>";
      const files = cfgFolder({ rtspElements: proxy });
      const start = (program: string, args: readonly string[]) => filing.net.spawn("client", program, args);
      const camera = await CameraProcess.start(files.folder, start);
      try {
        const before = readdirSync(folder).length;
        const url = "rtsp://192.0.2.77:8554/door";
        const script = join(projectFolder, "test/support/gst-talker.mjs");
        const encoder = `${mono(8000)} ! mulawenc ! rtppcmupay`;
        const talking = [script, url, url, "tcp", String(SECONDS), encoder];
        const { status, stdout, stderr } = await filing.net.run(process.execPath, talking);
        expect([status, stderr, /failed 0/.test(stdout)]).toEqual([0, "", true]);
        await expectTone(before);
      } finally {
        await camera[Symbol.asyncDispose]();
        files.remove();
      }
    },
  );

  it.runIf(needs("a GStreamer client that talks", missingTalker()))("ffmpeg hears it as a stream", async () => {
    const talker = streaming.net.spawn(
      "client",
      process.execPath,
      talkerArguments(streaming, "rtsp", 8554, "tcp", `${mono(8000)} ! mulawenc ! rtppcmupay`, UNTIL_TOLD),
    );
    let said = "";
    talker.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const talkerEnd = once(talker, "close");
    await untilDescribed(streaming, "talk");
    const heard = await streaming.net.run("ffmpeg", [
      ...["-hide_banner", "-loglevel", "error", "-i", streaming.rtsp("talk")],
      ...["-t", "0.8", "-f", "s16le", "-ar", "8000", "-"],
    ]);
    talker.stdin?.end();
    await talkerEnd;
    expect([talker.exitCode, said]).toEqual([0, ""]);
    expect(heard.stderr).toBe("");
    expect(heard.stdout.length).toBeGreaterThan(0);
  });
});
