import { DecodeError } from "#util/errors";

/** How SMPTE time codes count (RFC 2326 §3.5); plain `smpte` is the one with dropped numbers. */
export type SmpteUnit = "smpte" | "smpte-25" | "smpte-30-drop";

/** Frame numbers are left out so that the time code keeps step with 29.97 pictures a second: two each minute but the tenth. */
const droppedEachMinute = 2;

/**
 * Seconds of a time code `hours:minutes:seconds[:frames[.subframes]]`; subframes are hundredths of a frame.
 *
 * @throws DecodeError for anything else.
 */
export function parseSmpte(text: string, unit: SmpteUnit): number {
  const match = /^(\d{1,3}):([0-5]?\d):([0-5]?\d)(?::(\d\d?)(?:\.(\d\d?))?)?$/.exec(text);
  if (!match) throw new DecodeError("rtsp-range", "SMPTE time in Range cannot be read");
  const [hours = 0, minutes = 0, seconds = 0, frames = 0, parts = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const rate = unit === "smpte-25" ? 25 : 30;
  if (frames >= rate) throw new DecodeError("rtsp-range", "SMPTE time in Range has too many frames");
  const wholeMinutes = hours * 60 + minutes;
  const number = (wholeMinutes * 60 + seconds) * rate + frames + parts / 100;
  if (unit === "smpte-25") return number / rate;
  const dropped = droppedEachMinute * (wholeMinutes - Math.floor(wholeMinutes / 10));
  return (number - dropped) / (30_000 / 1001);
}

/** The time code of the frame that is shown at `seconds`. */
export function formatSmpte(seconds: number, unit: SmpteUnit): string {
  const rate = unit === "smpte-25" ? 25 : 30;
  let frame = Math.round(seconds * (unit === "smpte-25" ? 25 : 30_000 / 1001));
  if (unit !== "smpte-25") {
    const perMinute = 60 * rate - droppedEachMinute;
    const perTen = 10 * perMinute + droppedEachMinute;
    const rest = frame % perTen;
    const minutes = rest < 60 * rate ? 0 : 1 + Math.floor((rest - 60 * rate) / perMinute);
    frame += droppedEachMinute * (Math.floor(frame / perTen) * 9 + minutes);
  }
  const two = (value: number): string => String(value).padStart(2, "0");
  const whole = Math.floor(frame / rate);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60, frame % rate].map(two).join(":");
}
