import { parseRange, type Range } from "#wire/rtsp/headers/range";
import { formatFrames, parseFrames, parseYesNo, type Frames } from "#wire/rtsp/headers/replay";
import { parseScale } from "#wire/rtsp/headers/scale";
import type { RtspRequest } from "#wire/rtsp/message";
import type { ReplayOrder } from "#media/replay-order";
import { Rejection } from "./answer.js";
import { REPLAY_TAG, requires } from "./methods/feature-tags.js";

/** Fastest that is played, and sent; the slowest is one of it. */
const MAX_SCALE = 32;
const MAX_SPEED = 16;

/** What a PLAY says of where and how to play; undefined where it says nothing. */
export interface Wanted {
  readonly range: Range | undefined;
  readonly scale: number | undefined;
  readonly speed: number | undefined;
  readonly paced: boolean | undefined;
  readonly frames: Frames | undefined;
  /** It requires replay as ONVIF has it. */
  readonly needsReplay: boolean;
}

/**
 * Reads the headers of a PLAY. Factors are taken as far as they are played.
 *
 * @throws DecodeError for headers that cannot be read, Rejection for what does not go together (Streaming §6.4).
 */
export function wantedOf(request: RtspRequest): Wanted {
  const given = <T>(name: string, parse: (value: string) => T): T | undefined => {
    const value = request.headers.get(name);
    return value === undefined ? undefined : parse(value);
  };
  const needsReplay = requires(request, REPLAY_TAG);
  const range = given("Range", (value) => absolute(parseRange(value)));
  if (range?.unit === "other" && needsReplay) throw new Rejection(457, "the unit of Range is not known");
  const scale = given("Scale", parseScale);
  const speed = given("Speed", parseScale);
  const paced = given("Rate-Control", parseYesNo);
  if (speed !== undefined && speed < 0) throw new Rejection(400, "Speed is below 0");
  if (paced === false && (Math.abs(scale ?? 1) !== 1 || (speed ?? 1) !== 1))
    throw new Rejection(400, "with Rate-Control no, Scale is 1.0 or -1.0 and there is no Speed");
  // What is sent already cannot be called back; what waits is given up in any case, with this header or without.
  given("Immediate", parseYesNo);
  return {
    range,
    scale: scale === undefined ? undefined : within(scale, MAX_SCALE),
    speed: speed === undefined ? undefined : within(speed, MAX_SPEED),
    paced,
    frames: given("Frames", parseFrames),
    needsReplay,
  };
}

/** Seconds from 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800;

/**
 * Told a range of absolute times, GStreamer 1.22 writes seconds since 1900 as npt unless it is in its onvif-mode, and plays
 * nothing if that is refused.
 */
function absolute(range: Range): Range {
  if (range.unit !== "npt" || typeof range.start !== "number" || range.start < EPOCH_SECONDS) return range;
  const { start, end } = range;
  const msOf = (seconds: number): number => (seconds - EPOCH_SECONDS) * 1000;
  return { unit: "clock", startMs: msOf(start), ...(end !== undefined && { endMs: msOf(end) }) };
}

const within = (factor: number, max: number): number =>
  Math.sign(factor) * Math.min(max, Math.max(1 / max, Math.abs(factor)));

/** Whether nothing is asked for but to go on with what is played: what is not said stands for its default, unless all is. */
export function isMerelyOn({ range, scale, speed, paced, frames }: Wanted, order: ReplayOrder): boolean {
  if (range !== undefined && (startOfRange(range, 0) !== "here" || "end" in range)) return false;
  if ([scale, speed, paced, frames].every((one) => one === undefined)) return true;
  return (
    (scale ?? 1) === order.scale &&
    (speed ?? 1) === order.speed &&
    (paced ?? true) === order.paced &&
    formatFrames(frames ?? { kind: "all" }) === formatFrames(order.frames)
  );
}

/** Where a range starts: ms on the recording's time, which begins at `zeroMs`, where playing is now, or open. */
export function startOfRange(range: Range | undefined, zeroMs: number): number | "here" | "open" {
  if (range === undefined || range.unit === "other") return "here";
  if (range.unit === "clock") return range.startMs ?? "open";
  if (range.start === "now") return "here";
  return range.start === undefined ? "open" : zeroMs + range.start * 1000;
}

/** Where a range ends, on the same time; undefined for an open one. */
export function endOfRange(range: Range | undefined, zeroMs: number): number | undefined {
  if (range === undefined || range.unit === "other") return undefined;
  if (range.unit === "clock") return range.endMs;
  return range.end === undefined ? undefined : zeroMs + range.end * 1000;
}

/** A span of the recording's time in the unit of `asked`, or else in that of its kind. */
export function rangeIn(
  asked: Range | undefined,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  zeroMs: number,
  isRecording: boolean,
): Range {
  const unit = asked === undefined || asked.unit === "other" ? (isRecording ? "clock" : "npt") : asked.unit;
  if (unit === "clock") return { unit, startMs: Math.round(startMs), endMs: Math.round(endMs) };
  return { unit, start: (startMs - zeroMs) / 1000, end: (endMs - zeroMs) / 1000 };
}
