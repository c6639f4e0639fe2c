import type { AccessUnit } from "./access-unit.js";
import type { Packetizer } from "./packetizer.js";
import type { Outlet } from "./reader.js";

/** One track of a path: how its units become packets, and who takes them. */
export class PathTrack {
  readonly packetizer: Packetizer;
  /** Ticks from the path's epoch to the beginning of the present run of its source. */
  offset = 0;
  /** Those who take each unit. A list that is gone through stays as it is. */
  #outlets: Outlet[] = [];
  /** Units that are being handed out: one, or more when a reader has the path write another one. */
  #handingOut = 0;

  constructor(packetizer: Packetizer) {
    this.packetizer = packetizer;
  }

  add(outlet: Outlet): void {
    this.#changeable().push(outlet);
  }

  remove(outlet: Outlet): void {
    const outlets = this.#changeable();
    const index = outlets.indexOf(outlet);
    if (index >= 0) outlets.splice(index, 1);
  }

  clear(): void {
    this.#outlets = [];
  }

  handOut(unit: AccessUnit, nowMs: number): void {
    const outlets = this.#outlets;
    this.#handingOut++;
    for (const outlet of outlets)
      // One that another one has made leave meanwhile gets nothing more.
      if (this.#outlets === outlets || this.#outlets.includes(outlet)) outlet.deliver(unit, nowMs);
    this.#handingOut--;
  }

  /** A copy for each of a crowd of readers would be as long as the crowd. */
  #changeable(): Outlet[] {
    return (this.#outlets = this.#handingOut > 0 ? [...this.#outlets] : this.#outlets);
  }
}
