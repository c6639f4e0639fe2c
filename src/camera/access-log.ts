import type { Access } from "#onvif/endpoint";
import { lineText } from "#util/log-text";

export interface AccessLogLimits {
  readonly maxLines: number;
  /** Lines of one client, by its address. Of more, its own oldest one goes. */
  readonly maxLinesOfClient: number;
}

/** Longest line without its times, in UTF-16 units; the rest of a longer one is cut off. */
const MAX_WORDS = 300;

interface Line {
  readonly peer: string;
  readonly words: string;
  readonly atMs: number;
  /** How often the same has come, and when last. */
  times: number;
  lastMs: number;
}

/**
 * Who has done what, and who was turned away: the last lines, for those who administer the camera. What a client repeats is
 * one line with its number (`times`), and no client has more than its share, so that none can drive out what others did.
 */
export class AccessLog {
  /** Oldest first. */
  readonly #lines: Line[] = [];

  /** `now` is wall time in ms. */
  constructor(
    private readonly now: () => number,
    private readonly limits: AccessLogLimits = { maxLines: 1_000, maxLinesOfClient: 250 },
  ) {}

  add({ refused, user, ...access }: Access): void {
    const { peer } = access;
    const sentence = refused === undefined ? "done" : `refused (${refused})`;
    const words = lineText(sentence, { ...access, ...(user !== undefined && { user }) }).slice(0, MAX_WORDS);
    const atMs = this.now();
    const before = this.#lines.findLast((line) => line.peer === peer);
    if (before?.words === words) {
      before.times++;
      before.lastMs = atMs;
      return;
    }
    this.#makeRoom(peer);
    this.#lines.push({ peer, words, atMs, times: 1, lastMs: atMs });
  }

  /** Oldest first, a line end behind each; empty when there are none. */
  get text(): string {
    return this.#lines.map((line) => `${textOf(line)}\n`).join("");
  }

  #makeRoom(peer: string): void {
    const { maxLines, maxLinesOfClient } = this.limits;
    const own = this.#lines.reduce((count, line) => (line.peer === peer ? count + 1 : count), 0);
    if (own >= maxLinesOfClient)
      this.#lines.splice(
        this.#lines.findIndex((line) => line.peer === peer),
        1,
      );
    else if (this.#lines.length >= maxLines) this.#lines.shift();
  }
}

function textOf({ atMs, words, times, lastMs }: Line): string {
  const more = times === 1 ? "" : ` times=${times} last=${timeText(lastMs)}`;
  return `${timeText(atMs)} ${words}${more}`;
}

const timeText = (ms: number): string => new Date(ms).toISOString();
