import type { ChildProcess } from "node:child_process";
import { ffmpeg, hashesIn, picturesOf } from "./frame-hashes.js";
import { ended, type Ended } from "./namespace.js";
import { over } from "./players.js";
import type { Scene } from "./scene.js";

/** Pictures (`v`) or sound (`a`). */
export type Kind = "v" | "a";

/** What a reader takes: pictures of 25 a second, AAC frames of 15.6. */
export const PICTURES = 100;
export const FRAMES = 60;

/** The hashes of the decoded pictures, or of the frames of sound as they are, of a file. */
export const framesOf = async (file: string, kind: Kind): Promise<string[]> =>
  kind === "v"
    ? picturesOf(file)
    : hashesIn((await ffmpeg(["-i", file, "-map", "0:a", "-c", "copy", "-f", "framemd5", "-"])).toString());

/** The hashes of the first frames that ffmpeg reads of a stream; fails unless it ends well and without a word. */
export async function readFrames(scene: Scene, name: string, transport: string, kind: Kind): Promise<string[]> {
  const how =
    kind === "v"
      ? ["-map", "0:v", "-frames:v", String(PICTURES), "-fps_mode", "passthrough"]
      : ["-map", "0:a", "-frames:a", String(FRAMES), "-c", "copy"];
  const { stdout, stderr, status } = await scene.net.run("ffmpeg", [
    ...["-v", "error", ...over(transport), "-i", scene.rtsp(name), ...how, "-f", "framemd5", "-"],
  ]);
  if (stderr !== "" || status !== 0) throw new Error(`${name} cannot be read: ${status} ${stderr}`);
  return hashesIn(stdout);
}

/** How long a publisher may take to begin, ms. */
const PATIENCE_MS = 45_000;

/** Waits until somebody publishes under the name. */
export async function untilDescribed(scene: Scene, name: string): Promise<void> {
  const args = ["-v", "quiet", "-analyzeduration", "100000", "-rtsp_transport", "tcp", scene.rtsp(name)];
  for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs;) {
    const { status } = await scene.net.run("ffprobe", args);
    if (status === 0) return;
    await new Promise((done) => void setTimeout(done, 200));
  }
  throw new Error("the stream is not published");
}

/** Runs a program that publishes under a name, until `during` has ended; what the program has said when it ended. */
export async function whilePublishing(
  scene: Scene,
  name: string,
  [program, ...args]: readonly [program: string, ...args: string[]],
  during: () => Promise<void>,
): Promise<Ended> {
  const child: ChildProcess = scene.net.spawn("client", program, args);
  const end = ended(child);
  try {
    await untilDescribed(scene, name);
    await during();
  } finally {
    child.kill("SIGINT");
  }
  return end;
}
