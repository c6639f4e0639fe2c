import type { Device } from "#device/device";
import type { Clock, Timer } from "#host/clock";
import type { Closable } from "#util/scope";

/** Takes monostable relays back to idle when their delay is over (DeviceIo §5.7.3). */
export class RelayDelays implements Closable {
  readonly #timers = new Map<string, Timer>();
  readonly #unsubscribe: () => void;

  constructor(
    private readonly device: Pick<Device, "io" | "changes">,
    private readonly clock: Clock,
  ) {
    this.#unsubscribe = device.changes.subscribe((change) => {
      if (change.slice === "relays" && change.what !== "state") this.#begin(change.relayToken);
      if (change.slice === "device") this.#cancelAll();
    });
  }

  close(): Promise<void> {
    this.#unsubscribe();
    this.#cancelAll();
    return Promise.resolve();
  }

  /** The delay counts from now: since the last command, or since the relay has become monostable. */
  #begin(token: string): void {
    this.#timers.get(token)?.cancel();
    this.#timers.delete(token);
    const { relays } = this.device.io;
    const { mode, delayMs } = relays.settings(token);
    if (mode === "Bistable" || relays.state(token) === "inactive") return;
    const end = (): void => {
      this.#timers.delete(token);
      relays.move(token, "inactive");
    };
    this.#timers.set(token, this.clock.after(delayMs, end));
  }

  #cancelAll(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
