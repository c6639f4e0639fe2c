import { describe, expect, it } from "vitest";
import type { Change } from "#device/change";
import { Health } from "#device/health";

const aHealth = () => {
  const changes: Change[] = [];
  return { changes, health: new Health(["processor", "temperature", "storage"], (change) => changes.push(change)) };
};

describe("the health of the camera", () => {
  it("is told when it changes, and not otherwise", () => {
    const { health, changes } = aHealth();
    for (const percent of [12.5, 12.5]) health.setProcessor(percent);
    for (const celsius of [41, 41]) health.setTemperature(celsius);
    for (const failed of [false, true, true]) health.setStorageFailed(failed);
    expect(changes).toEqual(["processor", "temperature", "storage"].map((what) => ({ slice: "health", what })));
    expect([health.processorPercent, health.temperatureCelsius, health.storageFailed]).toEqual([12.5, 41, true]);
  });

  it("is critical from 70 °C on", () => {
    const { health } = aHealth();
    const critical = [69.9, 70, 71, 69].map((celsius) => {
      health.setTemperature(celsius);
      return health.temperatureIsCritical;
    });
    expect(critical).toEqual([false, true, true, false]);
  });

  it.each([-1, 101, Number.NaN])("refuses a usage of %d %%", (percent) => {
    const { health, changes } = aHealth();
    expect(() => health.setProcessor(percent)).toThrow("a percentage is 0 to 100");
    expect(() => health.setTemperature(Number.NaN)).toThrow("a temperature is a number");
    expect(changes).toEqual([]);
  });
});
