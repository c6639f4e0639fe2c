import type { Device } from "#device/device";
import type { Clock } from "#host/clock";
import type { Closable } from "#util/scope";
import { chances } from "./chance.js";
import { Rhythm } from "./rhythm.js";

/** How often somebody tampers with a picture, and how often the storage fails: once in so many intervals. */
const TAMPERING_EVERY = 6;
const STORAGE_FAILURE_EVERY = 12;

/**
 * Lets tampering with the pictures and failures of the storage come, each for one interval, and processor and temperature
 * go up and down. What happens follows from the seed.
 */
export class ConditionSimulation implements Closable {
  readonly #chance: () => number;
  readonly #rhythm: Rhythm | undefined;
  #undo: (() => void)[] = [];

  constructor(
    private readonly device: Pick<Device, "detection" | "health">,
    clock: Clock,
    intervalMs: number,
    seed: number,
  ) {
    this.#chance = chances(seed);
    const { detection, health } = device;
    const canTamper = detection.tamperings.length > 0 && detection.sources.length > 0;
    if (canTamper || health.watched.length > 0) this.#rhythm = new Rhythm(clock, intervalMs, () => this.#step());
  }

  async close(): Promise<void> {
    await this.#rhythm?.close();
  }

  #step(): void {
    for (const undo of this.#undo.splice(0)) undo();
    const { detection, health } = this.device;
    const tampering = this.#oneOf(detection.tamperings);
    const source = this.#oneOf(detection.sources);
    const isTampered = this.#chance() * TAMPERING_EVERY < 1;
    if (isTampered && tampering !== undefined && source !== undefined) {
      detection.setTampered(source, tampering, true);
      this.#undo.push(() => detection.setTampered(source, tampering, false));
    }
    if (health.watched.includes("processor")) health.setProcessor(this.#near(health.processorPercent, 15, 2, 98));
    if (health.watched.includes("temperature")) health.setTemperature(this.#near(health.temperatureCelsius, 4, 30, 75));
    const fails = this.#chance() * STORAGE_FAILURE_EVERY < 1;
    if (fails && health.watched.includes("storage")) {
      health.setStorageFailed(true);
      this.#undo.push(() => health.setStorageFailed(false));
    }
  }

  #oneOf<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#chance() * list.length)];
  }

  /** A number within `reach` of the former one, from `least` to `most`, with one decimal. */
  #near(former: number, reach: number, least: number, most: number): number {
    const next = former + (2 * this.#chance() - 1) * reach;
    return Math.round(10 * Math.min(most, Math.max(least, next))) / 10;
  }
}
