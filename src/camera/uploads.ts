import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";

export type UploadKind = "backup" | "firmware";

/** How long a path takes a file, in ms. */
const OPEN_MS = 600_000;

export const UPLOAD_PATH = "/system/upload/";

/** The paths on which files are expected: one for each kind, that nobody can guess, for ten minutes. */
export class Uploads {
  readonly #open = new Map<UploadKind, { readonly path: string; readonly untilMs: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly entropy: Entropy,
  ) {}

  /** Expects a file; a path of the same kind that was given out before is no longer one. */
  open(kind: UploadKind): string {
    const path = `${UPLOAD_PATH}${this.entropy.bytes(16).toString("hex")}`;
    this.#open.set(kind, { path, untilMs: this.clock.monotonic() + OPEN_MS });
    return path;
  }

  /** What is expected there. */
  kindOf(path: string): UploadKind | undefined {
    const now = this.clock.monotonic();
    return [...this.#open].find(([, one]) => one.path === path && one.untilMs > now)?.[0];
  }

  close(kind: UploadKind): void {
    this.#open.delete(kind);
  }
}
