import type { Device } from "#device/device";
import type { Clock } from "#host/clock";
import type { Closable } from "#util/scope";
import { Rhythm } from "./rhythm.js";

/**
 * Activates the digital inputs and the relays in turn, each for `intervalMs`; it begins with none. A relay is left alone
 * from when a client has set it.
 */
export class IoSimulation implements Closable {
  readonly #unsubscribe: () => void;
  readonly #rhythm: Rhythm | undefined;

  constructor(device: Pick<Device, "io" | "changes">, clock: Clock, intervalMs: number) {
    const { digitalInputs, relays } = device.io;
    const ofClients = new Set<string>();
    this.#unsubscribe = device.changes.subscribe((change) => {
      if (change.slice === "relays" && change.what !== "state") ofClients.add(change.relayToken);
    });
    const all = [
      ...digitalInputs.tokens.map((token) => (isActive: boolean) => digitalInputs.setActive(token, isActive)),
      ...relays.tokens.map((token) => (isActive: boolean) => {
        if (!ofClients.has(token)) relays.move(token, isActive ? "active" : "inactive");
      }),
    ];
    if (all.length === 0) return;
    let next = 0;
    this.#rhythm = new Rhythm(clock, intervalMs, () => {
      all.at(next - 1)?.(false);
      all[next]?.(true);
      next = (next + 1) % all.length;
    });
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#rhythm?.close();
  }
}
