import type { DeviceState } from "./device.js";

/**
 * What is left after a soft factory default (Core §8.3.8): all as at the factory, but for what the camera is reached and
 * administered by. The standard asks for the network settings; users stay too, so that nobody locks himself out.
 */
export const afterSoftReset = (present: DeviceState, factory: DeviceState): DeviceState => ({
  ...factory,
  network: present.network,
  hostname: present.hostname,
  users: present.users,
});
