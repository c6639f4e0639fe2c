import { spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";

/** The hashes of an output of ffmpeg's `framemd5`. */
export const hashesIn = (output: string): string[] =>
  output.split("\n").flatMap((line) => (line.startsWith("#") ? [] : (line.split(",")[5]?.trim() ?? [])));

/** The decoded pictures of a file. */
export const picturesOf = async (file: string): Promise<string[]> =>
  hashesIn((await ffmpeg(["-i", file, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"])).toString());

/** The sound of a file as it is coded, or as `encoder` codes it, all frames joined. */
export const soundOf = (file: string, encoder = "copy"): Promise<Buffer> =>
  ffmpeg(["-i", file, "-map", "0:a", "-c:a", encoder, "-f", "data", "-"]);

/**
 * Runs ffmpeg and takes what it writes; fails unless it ends well. It is waited for beside whatever else the test does: who
 * stands still meanwhile does not read from the players that it has started, and these stand still as well.
 */
export async function ffmpeg(args: readonly string[]): Promise<Buffer> {
  const child = spawn("ffmpeg", ["-v", "error", "-nostdin", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [output, errors, status] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`ffmpeg failed: ${errors}`);
  return output;
}

/**
 * Says how frames that were read are not those of the source, in order and without a gap, from some key frame on; the
 * source begins again at its end.
 */
export function differenceOf(
  read: readonly string[],
  source: readonly string[],
  keyInterval: number,
): string | undefined {
  const start = source.indexOf(read[0] ?? "");
  if (start < 0) return "the first frame is not one of the source";
  if (start % keyInterval !== 0) return `the first frame is number ${start}, which is no key frame`;
  const wrong = read.findIndex((hash, index) => hash !== source[(start + index) % source.length]);
  return wrong < 0 ? undefined : `frame ${wrong} is not number ${start + wrong} of the source`;
}
