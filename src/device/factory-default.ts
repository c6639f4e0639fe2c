import type { DeviceState } from "./device.js";

/**
 * What is left after a soft factory default (Core §8.3.8): all as at the factory, but for what the camera is reached and
 * administered by. The standard asks for the network settings; users and what they may do stay too, so that nobody locks
 * himself out, and a lock of the security policies is undone by the hard one alone (Core §8.5).
 */
export const afterSoftReset = (present: DeviceState, factory: DeviceState): DeviceState => ({
  ...factory,
  network: present.network,
  hostname: present.hostname,
  users: present.users,
  access: present.access,
});
