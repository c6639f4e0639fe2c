import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** VLC does not run as root. */
const NOBODY = "65534";

/** A new folder for VLC's own files and what it writes. */
export function vlcFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-vlc-"));
  chmodSync(folder, 0o777);
  return folder;
}

/** The arguments of `setpriv` that run VLC without a window, as nobody, taking commands from its input. */
export const vlcArguments = (folder: string, args: readonly string[]): string[] => [
  ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
  ...["env", `HOME=${folder}`, `XDG_RUNTIME_DIR=${folder}`],
  ...["vlc", "-I", "oldrc", "--rc-fake-tty", "--no-media-library", "--no-dbus", ...args],
];

/** Shows nothing and plays nothing. */
export const UNSEEN: readonly string[] = ["-V", "vdummy", "-A", "adummy"];

/** Keeps what it shows and plays in files: frames of YUV4MPEG, WAV. */
export const kept = (pictures: string, sound: string): readonly string[] => [
  ...["-V", "yuv", "--yuv-chroma=I420", `--yuv-file=${pictures}`],
  ...["-A", "afile", `--audiofile-file=${sound}`],
];

/** The arguments of `sh` that have VLC play `url` for so long, and then tell what it has seen. */
export const playing = (folder: string, url: string, seconds: number, outputs: readonly string[]): string[] => [
  ...["-c", '(sleep "$0"; echo stats; sleep 1; echo quit) | "$@"', String(seconds)],
  ...["setpriv", ...vlcArguments(folder, [...outputs, url])],
];

/** What VLC says it has seen and heard. */
export interface VlcStatistics {
  readonly framesDisplayed: number;
  readonly buffersPlayed: number;
  readonly discontinuities: number;
}

export function vlcStatistics(output: string): VlcStatistics {
  const count = (name: string): number => Number(new RegExp(`\\| ${name} +: +(\\d+)`).exec(output)?.[1] ?? Number.NaN);
  return {
    framesDisplayed: count("frames displayed"),
    buffersPlayed: count("buffers played"),
    discontinuities: count("discontinuities"),
  };
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
