import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** What a camera may watch of itself. */
export type HealthKind = "processor" | "temperature" | "storage";

/** What a sensor of the camera says at this moment (Analytics, Sensor Data). */
export interface SensorReading {
  readonly sensorId: string;
  /** `Temperature`, in °C. */
  readonly type: string;
  readonly value: number;
}

/** From here on the temperature is critical, in °C. */
const CRITICAL_CELSIUS = 70;

/** How the camera itself is (Core §8.9), as it is now. It is not kept. */
export class Health {
  #processorPercent = 10;
  #temperatureCelsius = 40;
  #storageFailed = false;

  /** `watched` is what this camera knows of itself. */
  constructor(
    readonly watched: readonly HealthKind[],
    private readonly emit: Emit,
  ) {}

  /** What the sensors say, of which metadata tell. */
  get sensors(): readonly SensorReading[] {
    return this.watched.includes("temperature")
      ? [{ sensorId: "temperature_1", type: "Temperature", value: this.#temperatureCelsius }]
      : [];
  }

  /** Usage of the processor, 0 to 100. */
  get processorPercent(): number {
    return this.#processorPercent;
  }

  get temperatureCelsius(): number {
    return this.#temperatureCelsius;
  }

  get temperatureIsCritical(): boolean {
    return this.#temperatureCelsius >= CRITICAL_CELSIUS;
  }

  get storageFailed(): boolean {
    return this.#storageFailed;
  }

  /** Refuses what is no percentage: `invalid-argument`. What is so already is not told again; so with those below. */
  setProcessor(percent: number): void {
    if (!(percent >= 0 && percent <= 100)) throw refusal("invalid-argument", "a percentage is 0 to 100");
    if (percent === this.#processorPercent) return;
    this.#processorPercent = percent;
    this.emit({ slice: "health", what: "processor" });
  }

  /** Refuses what is no number: `invalid-argument`. */
  setTemperature(celsius: number): void {
    if (!Number.isFinite(celsius)) throw refusal("invalid-argument", "a temperature is a number");
    if (celsius === this.#temperatureCelsius) return;
    this.#temperatureCelsius = celsius;
    this.emit({ slice: "health", what: "temperature" });
  }

  setStorageFailed(failed: boolean): void {
    if (failed === this.#storageFailed) return;
    this.#storageFailed = failed;
    this.emit({ slice: "health", what: "storage" });
  }
}
