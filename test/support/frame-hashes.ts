import { spawnSync } from "node:child_process";

/** The hashes of an output of ffmpeg's `framemd5`. */
export const hashesIn = (output: string): string[] =>
  output.split("\n").flatMap((line) => (line.startsWith("#") ? [] : (line.split(",")[5]?.trim() ?? [])));

/** The decoded pictures of a file. */
export const picturesOf = (file: string): string[] =>
  hashesIn(ffmpeg(["-i", file, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"]).toString());

/** The sound of a file as it is coded, or as `encoder` codes it, all frames joined. */
export const soundOf = (file: string, encoder = "copy"): Buffer =>
  ffmpeg(["-i", file, "-map", "0:a", "-c:a", encoder, "-f", "data", "-"]);

/** Runs ffmpeg; fails unless it ends well and without a word. */
export function ffmpeg(args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync("ffmpeg", ["-v", "error", "-nostdin", ...args], { maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr.toString()}`);
  return stdout;
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
