import { DecodeError } from "#util/errors";

// The headers that ONVIF adds to PLAY for replay (Streaming §6.4).

/** Which pictures are sent. `intervalMs` is the least time between two of them on the recording's time. */
export type Frames =
  { readonly kind: "all" } | { readonly kind: "predicted" } | { readonly kind: "intra"; readonly intervalMs?: number };

/**
 * A Frames header: `intra`, `intra/4000`, `predicted` or `all`.
 *
 * @throws DecodeError for anything else.
 */
export function parseFrames(value: string): Frames {
  const [, kind = "", interval] = /^\s*(all|predicted|intra)\s*(?:\/\s*(\d{1,9})\s*)?$/i.exec(value) ?? [];
  switch (kind.toLowerCase()) {
    case "intra":
      return { kind: "intra", ...(interval !== undefined && { intervalMs: Number(interval) }) };
    case "predicted":
    case "all":
      if (interval === undefined) return { kind: kind.toLowerCase() === "all" ? "all" : "predicted" };
  }
  throw new DecodeError("rtsp-frames", "Frames is not intra, intra/milliseconds, predicted or all");
}

export const formatFrames = (frames: Frames): string =>
  frames.kind === "intra" && frames.intervalMs !== undefined ? `intra/${frames.intervalMs}` : frames.kind;

/**
 * The value of a Rate-Control or Immediate header.
 *
 * @throws DecodeError for anything but `yes` and `no`.
 */
export function parseYesNo(value: string): boolean {
  const text = value.trim().toLowerCase();
  if (text !== "yes" && text !== "no") throw new DecodeError("rtsp-yes-no", "the header is neither yes nor no");
  return text === "yes";
}

export const formatYesNo = (value: boolean): string => (value ? "yes" : "no");
