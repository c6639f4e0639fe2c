import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { NetworkNamespace } from "./namespace.js";

/** VLC does not run as root. */
const NOBODY = "65534";

/** A new folder for VLC's own files and what it writes. */
export function vlcFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-vlc-"));
  chmodSync(folder, 0o777);
  return folder;
}

/** VLC waits for a server that is slow to answer, ms, and shows what comes late: the machine may be busy. */
const PATIENT: readonly string[] = ["--ipv4-timeout=30000", "--no-drop-late-frames", "--no-skip-frames"];

/** The arguments of `setpriv` that run VLC without a window, as nobody, taking commands from its input. */
export const vlcArguments = (folder: string, args: readonly string[]): string[] => [
  ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
  ...["env", `HOME=${folder}`, `XDG_RUNTIME_DIR=${folder}`],
  ...["vlc", "-I", "oldrc", "--rc-fake-tty", "--no-media-library", "--no-dbus", ...PATIENT, ...args],
];

/** Shows nothing and plays nothing. */
export const UNSEEN: readonly string[] = ["-V", "vdummy", "-A", "adummy"];

/** Keeps what it shows and plays in files: frames of YUV4MPEG, WAV. */
export const kept = (pictures: string, sound: string): readonly string[] => [
  ...["-V", "yuv", "--yuv-chroma=I420", `--yuv-file=${pictures}`],
  ...["-A", "afile", `--audiofile-file=${sound}`],
];

/** What VLC says it has seen and heard, the last time it was asked. */
export interface VlcStatistics {
  readonly framesDisplayed: number;
  readonly buffersPlayed: number;
  readonly discontinuities: number;
}

export function vlcStatistics(output: string): VlcStatistics {
  const count = (name: string): number =>
    Number([...output.matchAll(new RegExp(`\\| ${name} +: +(\\d+)`, "g"))].at(-1)?.[1] ?? Number.NaN);
  return {
    framesDisplayed: count("frames displayed"),
    buffersPlayed: count("buffers played"),
    discontinuities: count("discontinuities"),
  };
}

/** How often VLC is asked for its statistics, ms. */
const ASKING_MS = 500;

/**
 * Has VLC play `url` until `isEnough` holds of its statistics, or for `seconds`: what it has to get takes it longer where it
 * has to wait for a processor. What it has said of errors and the like, and its last statistics.
 */
export async function played(
  net: NetworkNamespace,
  { folder, url, outputs, seconds }: { folder: string; url: string; outputs: readonly string[]; seconds: number },
  isEnough: (seen: VlcStatistics) => boolean,
): Promise<{ readonly messages: string; readonly seen: VlcStatistics }> {
  const vlc = net.spawn("client", "setpriv", vlcArguments(folder, [...outputs, url]));
  // Apart, as what comes by the one may be in the middle of a line of the other.
  let statistics = "";
  let messages = "";
  vlc.stdout?.on("data", (chunk: Buffer) => (statistics += chunk.toString()));
  vlc.stderr?.on("data", (chunk: Buffer) => (messages += chunk.toString()));
  vlc.stdin?.on("error", () => {});
  const gone = new Promise<void>((resolve) => void vlc.once("close", () => resolve()));
  const endMs = performance.now() + seconds * 1000;
  while (vlc.exitCode === null && performance.now() < endMs && !isEnough(vlcStatistics(statistics))) {
    vlc.stdin?.write("stats\n");
    await pause(ASKING_MS);
  }
  vlc.stdin?.end("quit\n");
  const killing = setTimeout(() => vlc.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(killing);
  return { messages, seen: vlcStatistics(statistics) };
}

/** Why VLC cannot be run; undefined when it can. Debian's `vlc-bin` alone has no interface and no codecs. */
export function missingVlc(): string | undefined {
  const { status, stdout } = spawnSync("setpriv", vlcArguments(tmpdir(), ["--list"]), { encoding: "utf8" });
  if (status !== 0) return "vlc is not installed";
  return /\bavcodec\b/.test(stdout) ? undefined : "vlc-plugin-base is not installed";
}

/**
 * The errors that VLC tells of a stream, without those of a computer that has no desktop: D-Bus, interfaces, a sound
 * device, and the ways to show pictures that it tries first. Its transport stream demultiplexer tells of an error where
 * MPEG-4 video comes without the descriptors of MPEG-4 systems, which hardly anybody sends, and plays on. Where it gets too
 * little processor time, its clock is late, and says so.
 */
export const vlcErrors = (output: string): string[] =>
  output
    .split("\n")
    .filter((line) => / error: /.test(line))
    .filter((line) => !/is called too late|buffer deadlock prevented/.test(line))
    .filter((line) => !/dbus|interface|libvlc error|audio output error|SL\/FMC descriptor/.test(line))
    .filter(
      (line) => !/filter error|vout display error|video output (error|creation)|failed to create video/.test(line),
    );
