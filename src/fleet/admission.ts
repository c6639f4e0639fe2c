import type { Camera } from "#camera/create";
import type { Clock, Timer } from "#host/clock";
import type { Connection } from "#host/net";
import type { Logger } from "#util/log";
import { RepeatedLines } from "#util/repeated-lines";
import type { Closable } from "#util/scope";

/** Time from a change until those are sent away who would not be let in any more, in ms: the answer has to leave first. */
const LEAVE_AFTER_MS = 1_000;

/** Where a client is, and where it has reached us as far as that is known. */
export type Arrival = Pick<Connection, "remoteAddress"> & Partial<Pick<Connection, "localAddress">>;

/** Decides whose connections are taken, as the camera has it. */
export class Admission implements Closable {
  #camera: Camera | undefined;
  #timer: Timer | undefined;
  #unsubscribe = (): void => {};
  readonly #refusals: RepeatedLines;

  constructor(
    private readonly clock: Clock,
    log: Logger,
  ) {
    this.#refusals = new RepeatedLines(log, clock);
  }

  readonly admits = (arrival: Arrival): boolean => this.#camera?.admits(arrival) ?? true;

  /** As `admits`, of a connection that comes now: the log is told of one that may not. */
  readonly letsIn = (arrival: Arrival): boolean => {
    if (this.admits(arrival)) return true;
    const peer = arrival.remoteAddress;
    this.#refusals.warn("connection refused: the filter of addresses, or its interface, does not let it in", { peer });
    return false;
  };

  /** From now on this camera decides; `changed` is called soon after it has changed its mind. */
  follow(camera: Camera, changed: () => void): void {
    this.#camera = camera;
    this.#unsubscribe = camera.device.changes.subscribe(({ slice, what }) => {
      if (slice === "network" && (what === "ip-filter" || what === "interface-settings"))
        this.#timer ??= this.clock.after(LEAVE_AFTER_MS, () => {
          this.#timer = undefined;
          changed();
        });
    });
  }

  close(): Promise<void> {
    this.#unsubscribe();
    this.#timer?.cancel();
    return this.#refusals.close();
  }
}
