import type { Clock, Timer } from "#host/clock";
import type { Files } from "#host/files";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { Issue } from "./issues.js";
import { readRunFile } from "./load.js";
import { type RunConfig, runCfg } from "./run-cfg.js";
import { writeCfg } from "./write.js";

/** Time from the first change to the writing, in ms, so that a burst of changes is one write. */
const DELAY_MS = 500;
/** Time to the next attempt when writing has failed, in ms. */
const RETRY_MS = 10_000;

const HEADING =
  "The state of the camera, written by the program. While this file is there it is used in place of onvif.cfg; " +
  "delete it to go back to that. What is in <runtime> wins over the tags above it.";

export interface LoadedRun {
  readonly run: RunConfig;
  /** Warnings only. */
  readonly issues: readonly Issue[];
}

/** Keeps the camera's state in `onvifrun.cfg`. */
export class RunStore implements Closable {
  #snapshot: (() => RunConfig) | undefined;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  /** `path` is the file's; nothing else on the disk is touched but what sets a damaged file aside. */
  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly path: string,
    private readonly log: Logger,
  ) {}

  /**
   * The kept state; undefined when there is none. A file that cannot be understood is renamed to
   * `onvifrun.cfg.damaged-<time>` and told about.
   */
  async load(): Promise<LoadedRun | undefined> {
    const file = await readRunFile(this.files, this.path);
    if (!file) return undefined;
    if (file.value) return { run: file.value, issues: file.issues };
    await this.setAside(file.issues.map(({ message }) => message).join("; "), "onvif.cfg");
    return undefined;
  }

  /** Renames the file to `onvifrun.cfg.damaged-<time>`, so that nothing is lost, and tells why and what counts now. */
  async setAside(reason: string, inForce: string): Promise<void> {
    const time = new Date(this.clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const aside = `${this.path}.damaged-${time}`;
    try {
      await this.files.rename(this.path, aside);
      this.log.warn(`the kept state cannot be used and was set aside; ${inForce} counts`, { aside, reason });
    } catch (error) {
      this.log.warn(`the kept state cannot be used; ${inForce} counts`, { reason, rename: messageOf(error) });
    }
  }

  /** Writes what `snapshot` gives, half a second after the first call since the last writing. */
  schedule(snapshot: () => RunConfig): void {
    if (this.#closed) return;
    this.#snapshot = snapshot;
    this.#timer ??= this.clock.after(DELAY_MS, () => void this.flush());
  }

  /** Writes now what is waiting to be written. A failure is logged and tried again later. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Deletes the file and forgets what is waiting: the state is that of `onvif.cfg` again. */
  async discard(): Promise<void> {
    this.#snapshot = undefined;
    await this.flush();
    await this.files.remove(this.path).catch((error: unknown) => {
      this.log.debug("no kept state to delete", { path: this.path, reason: messageOf(error) });
    });
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #write(): Promise<void> {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    this.#snapshot = undefined;
    try {
      await this.files.replace(this.path, writeCfg(runCfg, snapshot(), { heading: HEADING }), 0o600);
    } catch (error) {
      this.log.error("the state cannot be kept", { path: this.path, reason: messageOf(error) });
      this.#snapshot ??= snapshot;
      if (!this.#closed) this.#timer ??= this.clock.after(RETRY_MS, () => void this.flush());
    }
  }
}
