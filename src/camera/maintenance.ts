import type { OnvifConfig } from "#config/onvif-cfg";
import type { RunConfig } from "#config/run-cfg";
import type { Device, DeviceState } from "#device/device";
import { afterSoftReset } from "#device/factory-default";
import type { Clock } from "#host/clock";
import type { CameraMaintenance } from "#onvif/call";
import type { Logger } from "#util/log";
import { runConfigOf } from "./persistence.js";

/** Time from the answer to an order to restart until the camera goes, in ms: the answer has to leave first. */
const LEAVE_AFTER_MS = 1_000;

/** How a camera goes away and what it comes back with. */
export interface ComingBack {
  readonly leaveAfterMs: number;
  readonly awayMs: number;
  /** The state that was kept, none (that of the configuration), or this one in its place. */
  readonly run: "kept" | "none" | RunConfig;
}

/** Has the camera go away and come back; false when it is about to do so already. */
export type Restart = (how: ComingBack) => boolean;

export interface MaintenanceParts {
  readonly device: Device;
  readonly clock: Clock;
  /** The configuration as it is without anything that clients have changed. */
  readonly onvif: OnvifConfig;
  readonly onvifDigest: string;
  /** The state that the camera has by that configuration. */
  readonly factoryState: () => DeviceState;
  readonly awayMs: number;
  readonly restart: Restart;
  readonly log: Logger;
}

/** What a client may do with the camera as a whole: restart it, and set it back. */
export class Maintenance implements CameraMaintenance {
  constructor(private readonly parts: MaintenanceParts) {}

  get downTimeMs(): number {
    return LEAVE_AFTER_MS + this.parts.awayMs;
  }

  reboot(): void {
    this.#restart("a client restarts the camera", "kept");
  }

  /**
   * Hard: as if no client had ever changed anything. Soft (Core §8.3.8): what makes the camera reachable for those who
   * administer it stays.
   */
  factoryDefault(kind: "Hard" | "Soft"): void {
    const { device, onvif, onvifDigest, factoryState, clock } = this.parts;
    const soft = (): RunConfig => {
      const state = afterSoftReset(device.snapshot(), factoryState());
      return runConfigOf({ identity: device.identity, snapshot: () => state }, { onvif, onvifDigest }, clock.now());
    };
    this.#restart("a client sets the camera back", kind === "Hard" ? "none" : soft());
  }

  #restart(why: string, run: ComingBack["run"]): void {
    const { restart, awayMs, log } = this.parts;
    const isNew = restart({ leaveAfterMs: LEAVE_AFTER_MS, awayMs, run });
    log.info(isNew ? why : `${why}, which goes away already`, { awaySeconds: awayMs / 1000 });
  }
}
