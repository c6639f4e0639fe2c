import type { Device } from "#device/device";
import type { ServiceRegistry } from "./registry.js";

/** User levels of Core §5.9.4.3, from the most to the least entitled. */
export type UserLevel = "Administrator" | "Operator" | "User" | "Anonymous";

/** Who calls: a user that has proved the password, or nobody in particular. */
export interface Caller {
  readonly name: string | undefined;
  readonly level: UserLevel;
}

/** What handlers may reach of the camera that they serve. */
export interface CameraPorts {
  readonly device: Device;
  readonly registry: ServiceRegistry;
}

/** One call of one operation. */
export interface Call {
  readonly camera: CameraPorts;
  readonly caller: Caller;
  /**
   * Scheme, host and port by which the client reached the web service. Addresses in answers are built from it, so
   * that they lead back to us through NAT, forwarders and names.
   */
  readonly reachedAt: URL;
  /** The client's address. */
  readonly peer: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}
