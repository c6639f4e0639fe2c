import type { FleetOnHost } from "../../support/a-fleet.js";

/** Lets time pass until the camera has gone away and is back, and has said so. */
export async function restarted({ host, fleet }: FleetOnHost): Promise<void> {
  for (const cameras of [0, 1])
    for (let turns = 0; fleet.cameras.length !== cameras; turns++) {
      if (turns > 10_000) throw new Error(`the camera is not ${cameras === 0 ? "away" : "back"}`);
      await host.clock.advance(10);
      await new Promise((turn) => void setImmediate(turn));
    }
  await host.clock.advance(500);
}
