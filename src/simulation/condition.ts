import type { Device } from "#device/device";
import type { Clock, Timer } from "#host/clock";
import type { Closable } from "#util/scope";
import { chances } from "./chance.js";

/** How often somebody tampers with a picture, and how often the storage fails: once in so many intervals. */
const TAMPERING_EVERY = 6;
const STORAGE_FAILURE_EVERY = 12;

/**
 * Lets tampering with the pictures and failures of the storage come, each for one interval, and processor and temperature
 * go up and down. What happens follows from the seed.
 */
export class ConditionSimulation implements Closable {
  readonly #chance: () => number;
  #timer: Timer | undefined;
  #dueMs: number;
  #undo: (() => void)[] = [];

  constructor(
    private readonly device: Pick<Device, "detection" | "health">,
    private readonly clock: Clock,
    private readonly intervalMs: number,
    seed: number,
  ) {
    this.#chance = chances(seed);
    this.#dueMs = clock.monotonic();
    const { detection, health } = device;
    const canTamper = detection.tamperings.length > 0 && detection.sources.length > 0;
    if (canTamper || health.watched.length > 0) this.#arm();
  }

  close(): Promise<void> {
    this.#timer?.cancel();
    return Promise.resolve();
  }

  /** Changes are due at multiples of the interval; what was slept through is left out. */
  #arm(): void {
    const now = this.clock.monotonic();
    this.#dueMs += this.intervalMs * (1 + Math.floor((now - this.#dueMs) / this.intervalMs));
    this.#timer = this.clock.after(this.#dueMs - now, () => {
      this.#step();
      this.#arm();
    });
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
