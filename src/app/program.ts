import { formatIssue } from "#config/issues";
import { type Loaded, loadConfig } from "#config/load";
import { type Fleet, startFleet } from "#fleet/fleet";
import type { Host } from "#host/host";
import { CodedError, type Facts, messageOf } from "#util/errors";
import type { Closable } from "#util/scope";
import type { EventOrder } from "./control.js";
import { Exit, EXIT_UNAVAILABLE } from "./exit.js";
import type { Logs } from "./logs.js";
import { summaryText } from "./summary.js";

export interface ProgramOptions {
  /** Folder of the cfg files. */
  readonly folder: string;
  readonly programFolder: string;
  /** Delete the kept state and start from onvif.cfg. */
  readonly defaults: boolean;
  /** POSIX form of the host's time zone. */
  readonly timeZone: string;
  /** Opens the logs that the cfg files describe; throws `Exit` when it cannot. */
  readonly openLogs: (loaded: Loaded) => Logs;
}

interface Generation {
  readonly loaded: Loaded;
  readonly logs: Logs;
  readonly fleet: Fleet;
}

/** The fleet that the cfg files describe, and a new one whenever they are to be read again. */
export class Program implements Closable {
  #present: Generation | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly host: Host,
    private readonly options: ProgramOptions,
  ) {}

  /** Starts what was loaded. Throws `Exit` when it cannot; then nothing is left open. */
  static async start(host: Host, loaded: Loaded, options: ProgramOptions): Promise<Program> {
    const program = new Program(host, options);
    try {
      program.#present = await program.#begin(loaded, options.defaults);
    } catch (error) {
      if (error instanceof CodedError) throw new Exit(EXIT_UNAVAILABLE, error.message);
      throw error;
    }
    return program;
  }

  /** For people: addresses, users, log. */
  get summary(): string {
    return this.#present ? summaryText(this.#present.fleet.summary, this.#present.logs.place) : "it does not run";
  }

  /**
   * Reads the cfg files again and starts anew with them. With an error in them everything goes on as it is; with one
   * that shows itself only at the start, such as a taken port, the former configuration starts again. All that is
   * logged. Rejects with `Exit` when that one cannot be started any more either: then nothing runs.
   */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload());
  }

  /** Raises an event, or lists those that there are. Throws a `CodedError` that says what is wrong with the order. */
  obey({ topic, items }: EventOrder): string {
    const cameras = this.#present?.fleet.cameras ?? [];
    if (cameras.length === 0) throw new CodedError("control-away", "the camera is away for a restart; try again");
    const said = cameras.flatMap(({ ownEvents }) =>
      topic === undefined ? ownEvents.list() : [ownEvents.raise(topic, new Map(items))],
    );
    return [...new Set(said)].join("\n");
  }

  /** Writes to the log what does not keep it from running. */
  complain(message: string, facts: Facts): void {
    this.#present?.logs.onvif.warn(message, facts);
  }

  /** Ends it; what clients have changed is kept. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  /** What is asked for while a start or an end is under way waits for it. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #reload(): Promise<void> {
    const former = this.#present;
    if (!former) return;
    const wrong = (await this.#load()).issues.filter(({ severity }) => severity === "error");
    if (wrong.length > 0) {
      former.logs.onvif.error("the cfg files are wrong and not taken up", { issues: wrong.map(formatIssue) });
      return;
    }
    await this.#end();
    // Read once more: only now has all that clients have changed been written.
    const loaded = await this.#load();
    try {
      this.#present = await this.#begin(loaded);
    } catch (error) {
      const reason = messageOf(error);
      try {
        this.#present = await this.#begin({ ...former.loaded, run: loaded.run, issues: [] });
      } catch (failure) {
        throw new Exit(EXIT_UNAVAILABLE, `${reason}; nor can the former configuration be used: ${messageOf(failure)}`);
      }
      this.#present.logs.onvif.error("the cfg files cannot be taken up, the former configuration counts", { reason });
      return;
    }
    this.#present.logs.onvif.info("the cfg files have been taken up");
  }

  #load(): Promise<Loaded> {
    const { folder, programFolder } = this.options;
    return loadConfig(this.host.files, folder, { programFolder });
  }

  async #begin(loaded: Loaded, discardState = false): Promise<Generation> {
    const { folder, programFolder, timeZone } = this.options;
    const logs = this.options.openLogs(loaded);
    try {
      for (const issue of loaded.issues) logs.onvif.warn(formatIssue(issue));
      const fleet = await startFleet(this.host, { loaded, folder, programFolder, logs, timeZone, discardState });
      const { cameras } = fleet.summary;
      logs.onvif.info("it serves", { services: cameras.flatMap(({ services }) => services) });
      logs.rtsp.info("it serves", { streams: cameras.flatMap(({ streams }) => streams.map(({ address }) => address)) });
      return { loaded, logs, fleet };
    } catch (error) {
      logs.close();
      throw error;
    }
  }

  async #end(): Promise<void> {
    const present = this.#present;
    this.#present = undefined;
    if (!present) return;
    try {
      await present.fleet.close();
      present.logs.onvif.info("it has ended");
    } finally {
      present.logs.close();
    }
  }
}
