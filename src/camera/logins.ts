import type { Device } from "#device/device";
import type { PolicyLevel } from "#device/access/access-policy";
import type { DigestAlgorithm } from "#device/access/digest-algorithms";
import type { Clock } from "#host/clock";
import type { LoginGuard } from "#wire/digest/login-guard";

/** Who may log in to a camera, for all its servers. */
export interface CameraLogins {
  /** The password of that user; undefined when there is none of that name. */
  password(username: string): string | undefined;
  /** By whose rights that user plays and publishes streams. */
  streamLevel(username: string): PolicyLevel | undefined;
  /** Hashes that a client has chosen for digest, in the order of preference; empty when none has. */
  digestAlgorithms(): readonly DigestAlgorithm[];
  readonly guard: LoginGuard;
}

export const cameraLogins = (device: Device, clock: Clock): CameraLogins => ({
  password: (username) => device.account(username)?.password,
  streamLevel: (username) => {
    const account = device.account(username);
    return account && device.access.streamLevel(account);
  },
  digestAlgorithms: () => device.access.digestAlgorithms.chosen,
  guard: {
    isLocked: (username, address) => device.access.failedLogins.isLocked(username, address, clock.monotonic()),
    failed: (username, address) => device.access.failedLogins.add(username, address, clock.monotonic()),
  },
});
