import type { Loaded } from "#config/load";
import type { RunConfig } from "#config/run-cfg";
import type { Device, DeviceState } from "#device/device";
import { afterSoftReset } from "#device/factory-default";
import { refusal } from "#device/refusal";
import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { CameraMaintenance, SystemPaths } from "#onvif/call";
import type { Access } from "#onvif/endpoint";
import type { Logger } from "#util/log";
import type { LogRing } from "#util/log-ring";
import type { AccessLog } from "./access-log.js";
import { type DeviceKey, readBackup, writeBackup } from "./backup.js";
import { firmwareVersionIn, isFirmwareVersion } from "./firmware.js";
import { runConfigOf, type RunBasis } from "./persistence.js";
import { supportInformation } from "./support-information.js";
import { Uploads, type UploadKind } from "./uploads.js";

/** Time from the answer to an order to restart until the camera goes, in ms: the answer has to leave first. */
const LEAVE_AFTER_MS = 1_000;

/** How a camera goes away and what it comes back with. */
export interface ComingBack {
  readonly leaveAfterMs: number;
  readonly awayMs: number;
  /** The state that was kept, none (that of the configuration), or this one in its place. */
  readonly run: "kept" | "none" | RunConfig;
  /** What else is to be kept before it comes back. */
  readonly meanwhile?: () => Promise<void>;
}

/** Has the camera go away and come back; false when it is about to do so already. */
export type Restart = (how: ComingBack) => boolean;

/** What outlives a restart beside the kept state: what the camera tells of itself, and what it signs with. */
export interface CameraMemory {
  readonly systemLog: LogRing;
  readonly accessLog: AccessLog;
  readonly key: () => Promise<DeviceKey>;
  readonly lastReset: LastReset;
}

/** When a client has set the camera back last, by the clock of the host, which the camera has then. */
export interface LastReset {
  /** In ms since the Unix epoch; undefined for never. */
  readonly atMs: number | undefined;
  /** Keeps another time. */
  note(nowMs: number): Promise<void>;
}

export interface MaintenanceParts {
  readonly device: Device;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The configuration as it is without anything that clients have changed. */
  readonly configured: Pick<Loaded, "onvif" | "onvifDigest">;
  /** What the present run file is made from. */
  readonly basis: RunBasis;
  /** The state that the camera has by the configuration. */
  readonly factoryState: () => DeviceState;
  /** Why a kept state would not do for this camera; undefined for one that would. */
  readonly misfit: (run: RunConfig) => string | undefined;
  readonly awayMs: number;
  readonly restart: Restart;
  readonly memory: CameraMemory;
  readonly log: Logger;
}

/** What a client may do with the camera as a whole: restart it, set it back, save and restore it, give it firmware. */
export class Maintenance implements CameraMaintenance {
  readonly uploads: Uploads;
  readonly paths: SystemPaths = Object.freeze({
    systemLog: "/system/log/system",
    accessLog: "/system/log/access",
    supportInformation: "/system/support",
    backup: "/system/backup",
  });
  readonly #startedMs: number;

  constructor(private readonly parts: MaintenanceParts) {
    this.uploads = new Uploads(parts.clock, parts.entropy);
    this.#startedMs = parts.clock.monotonic();
  }

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
    const { device, configured, factoryState, basis } = this.parts;
    const soft = (): RunConfig =>
      this.#runOf(afterSoftReset(device.snapshot(), factoryState()), { ...basis, ...configured });
    const { clock, memory } = this.parts;
    this.#restart("a client sets the camera back", kind === "Hard" ? "none" : soft(), () =>
      memory.lastReset.note(clock.now()),
    );
  }

  log(kind: "System" | "Access"): string {
    const { systemLog, accessLog } = this.parts.memory;
    return (kind === "System" ? systemLog : accessLog).text;
  }

  /** Writes a line into the log of who did what. */
  accessed(access: Access): void {
    this.parts.memory.accessLog.add(access);
  }

  supportInformation(): string {
    const { device, clock } = this.parts;
    return supportInformation(device, clock.monotonic() - this.#startedMs, this.log("System"));
  }

  async backup(): Promise<Uint8Array> {
    const { device, basis, memory } = this.parts;
    const written = Buffer.from(writeBackup(this.#runOf(device.snapshot(), basis), await memory.key()));
    device.history.backedUp(device.clock.now());
    return written;
  }

  async restore(backup: Uint8Array): Promise<void> {
    const { device, basis, memory, misfit } = this.parts;
    const saved = readBackup(backup, await memory.key());
    const why = misfit(saved);
    if (why !== undefined) throw refusal("invalid-backup-file", `the backup does not fit this camera: ${why}`);
    // Who the camera is and what runs in it are not a matter of its settings.
    const present = this.#runOf(device.snapshot(), basis).runtime;
    const { firmwareVersion: _, ...runtime } = saved.runtime;
    const { endpointUuid, firmwareVersion } = present;
    const kept = { ...runtime, endpointUuid, ...(firmwareVersion !== undefined && { firmwareVersion }) };
    this.#restart("a client restores a backup", { ...saved, runtime: kept });
  }

  upgrade(image: Uint8Array): void {
    this.upgradeTo(firmwareVersionIn(image));
  }

  upgradeTo(version: string): void {
    if (!isFirmwareVersion(version))
      throw refusal("invalid-argument", "a version has 1 to 64 printable characters without blanks");
    const { device, basis } = this.parts;
    this.#restart("a client brings firmware", this.#runOf(device.snapshot(), { ...basis, firmwareVersion: version }));
  }

  openUpload(kind: UploadKind): string {
    return this.uploads.open(kind);
  }

  #runOf(state: DeviceState, basis: RunBasis): RunConfig {
    const { device, clock } = this.parts;
    return runConfigOf({ identity: device.identity, snapshot: () => state }, basis, clock.now());
  }

  #restart(why: string, run: ComingBack["run"], meanwhile?: ComingBack["meanwhile"]): void {
    const { restart, awayMs, log } = this.parts;
    const isNew = restart({ leaveAfterMs: LEAVE_AFTER_MS, awayMs, run, ...(meanwhile && { meanwhile }) });
    log.info(isNew ? why : `${why}, which goes away already`, { awaySeconds: awayMs / 1000 });
  }
}
