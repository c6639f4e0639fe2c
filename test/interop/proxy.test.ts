import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CameraProcess, cfgFolder, projectFolder } from "../support/camera-process.js";
import { differenceOf, hashesIn } from "../support/frame-hashes.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over } from "../support/players.js";
import { FRAMES, framesOf, type Kind, PICTURES } from "../support/published-frames.js";
import { missing, Scene } from "../support/scene.js";

const CLIP = join(projectFolder, "media", "test.mp4");
const ORIGINAL = "192.0.2.10";
/** Where the program runs that fetches. */
const PROXY = "192.0.2.77";

const proxy = (suffix: string, url: string, transfer: string, onDemand: 0 | 1): string =>
  `<proxy><suffix>${suffix}</suffix><url>${url}</url><user>viewer</user><pass>p@ss:1</pass>` +
  `<transfer>${transfer}</transfer><ondemand>${onDemand}</ondemand><check_certificate>0</check_certificate></proxy>`;

const PROXIES = [
  ["tcp", proxy("tcp", `rtsp://${ORIGINAL}:8554/test.mp4`, "TCP", 0)],
  ["udp", proxy("udp", `rtsp://${ORIGINAL}:8554/test.mp4`, "UDP", 1)],
  ["auto", proxy("auto", `rtsp://${ORIGINAL}:8554/test.mp4`, "AUTO", 1)],
  ["multicast", proxy("multicast", `rtsp://${ORIGINAL}:8554/test.mp4`, "MULTICAST", 1)],
  ["tls", proxy("tls", `rtsps://${ORIGINAL}:8322/test.mp4`, "TCP", 1)],
  ["http", proxy("http", `rtsp+http://${ORIGINAL}:8080/test.mp4`, "TCP", 1)],
  ["ws", proxy("ws", `rtsp+ws://${ORIGINAL}:8080/test.mp4`, "TCP", 1)],
  ["https", proxy("https", `rtsp+https://${ORIGINAL}:8444/test.mp4`, "TCP", 1)],
] as const;

describe.runIf(NetworkNamespace.missing() === undefined)("a camera that shows the stream of another one", () => {
  let scene: Scene;
  let camera: CameraProcess;
  let log = "";
  const files = cfgFolder({ rtspElements: PROXIES.map(([, element]) => element).join("") });
  beforeAll(async () => {
    scene = await Scene.open({
      rtsp: { need_auth: "1", multicast: "1", rtsps_enable: "1", loop_nums: "-1" },
      rtspElements: "<user><username>viewer</username><password>p@ss:1</password></user>",
    });
    camera = await CameraProcess.start(files.folder, (program, args) => scene.net.spawn("client", program, args));
    camera.child.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  });
  afterAll(async () => {
    await camera[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
    files.remove();
  });

  const read = async (name: string, transport: string, kind: Kind): Promise<string[]> => {
    const how =
      kind === "v"
        ? ["-map", "0:v", "-frames:v", String(PICTURES), "-fps_mode", "passthrough"]
        : ["-map", "0:a", "-frames:a", String(FRAMES), "-c", "copy"];
    const url = `rtsp://${PROXY}:8554/${name}`;
    const input = ["-v", "error", ...over(transport), "-i", url];
    const { stdout, stderr } = await scene.net.run("ffmpeg", [...input, ...how, "-f", "framemd5", "-"]);
    expect(stderr).toBe("");
    return hashesIn(stdout);
  };

  it.runIf(needs("ffmpeg", missing("ffmpeg")))(
    "is read frame by frame as the original has it, however it is fetched and read",
    async () => {
      const [pictures, sound] = await Promise.all([framesOf(CLIP, "v"), framesOf(CLIP, "a")]);
      const findings = await Promise.all(
        PROXIES.map(async ([name], index) => {
          const [seen, heard] = await Promise.all([
            read(name, index % 2 === 0 ? "tcp" : "udp", "v"),
            read(name, "tcp", "a"),
          ]);
          return [name, seen.length, differenceOf(seen, pictures, 25), heard.length, differenceOf(heard, sound, 1)];
        }),
      );
      expect(findings).toEqual(PROXIES.map(([name]) => [name, PICTURES, undefined, FRAMES, undefined]));
    },
  );

  it("logs no password", () => {
    expect(log).not.toMatch(/p@ss/);
  });
});
