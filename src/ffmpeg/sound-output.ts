import type { Processes } from "#host/processes";
import { CodedError } from "#util/errors";
import type { FfmpegSetting } from "./choose.js";

/** Where FFmpeg plays sound. */
export interface SoundOutput {
  /** Path of the program. */
  readonly program: string;
  /** Its name of the sound system: `alsa`, `pulse`, `audiotoolbox`, … */
  readonly system: string;
  /** The system's name of the device. */
  readonly device: string;
}

/** Sound systems in the order in which they are tried; ALSA passes on to PulseAudio and PipeWire where these run. */
const SYSTEMS = ["alsa", "pulse", "audiotoolbox", "sndio", "oss"];
/** What the usual device is called. */
const USUAL: Readonly<Record<string, string>> = {
  alsa: "default",
  pulse: "default",
  audiotoolbox: "-",
  oss: "/dev/dsp",
};
const LIMITS = Object.freeze({ timeoutMs: 10_000, maxOutputBytes: 65_536 });

/**
 * Finds where sound can be played. `wanted` is `SYSTEM:DEVICE`, or `SYSTEM`, or empty for what there is.
 *
 * @throws CodedError `no-sound-output` that says what is missing.
 */
export async function findSoundOutput(
  processes: Processes,
  setting: FfmpegSetting,
  wanted: string,
): Promise<SoundOutput> {
  if (setting === "none" || setting === "node-av")
    throw refusal(`sound is played by the FFmpeg program, and <ffmpeg> is ${setting}`);
  const name = setting === "auto" ? "ffmpeg" : setting;
  const program = await processes.find(name);
  if (program === undefined) throw refusal(`sound is played by the FFmpeg program, and there is no ${name}`);
  const [system = "", device = ""] = wanted.split(/:(.*)/s);
  const found = system || (await systemsOf(processes, program));
  return { program, system: found, device: device || (USUAL[found] ?? "default") };
}

async function systemsOf(processes: Processes, program: string): Promise<string> {
  const { stdout } = await processes.run(program, ["-hide_banner", "-devices"], LIMITS).catch(() => ({ stdout: "" }));
  const able = new Set([...stdout.toString().matchAll(/^ ?[D. ]E\s+(\w+)/gm)].map(([, system = ""]) => system));
  const found = SYSTEMS.find((system) => able.has(system));
  if (found === undefined) throw refusal(`${program} knows no sound system that it can play on`);
  return found;
}

const refusal = (reason: string): CodedError => new CodedError("no-sound-output", reason);

/** What FFmpeg gets: a kind of file, or samples without a header, since it reads far ahead behind that of WAV. */
export interface SoundInput {
  readonly format: "ogg" | "aac" | "s16le" | "g722" | "g726";
  /** Of s16le. */
  readonly sampleRate?: number;
  readonly channels?: number;
  /** Of a codeword of g726. */
  readonly bits?: number;
}

const shapeOf = ({ format, sampleRate, channels, bits }: SoundInput): readonly string[] =>
  format === "s16le"
    ? ["-ar", String(sampleRate), "-ac", String(channels)]
    : format === "g726"
      ? ["-code_size", String(bits)]
      : [];

/** The arguments with which FFmpeg plays what comes on its standard input, at once. */
export const playArguments = ({ system, device }: SoundOutput, input: SoundInput): readonly string[] => [
  ...["-hide_banner", "-loglevel", "error", "-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"],
  ...["-f", input.format, ...shapeOf(input), "-i", "pipe:0", "-f", system, device],
];
