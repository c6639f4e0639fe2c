import type { Loaded } from "#config/load";
import type { OnvifConfig } from "#config/onvif-cfg";
import type { RunConfig } from "#config/run-cfg";
import type { RunStore } from "#config/run-store";
import type { Device, DeviceState } from "#device/device";
import { messageOf, Refusal } from "#util/errors";

/** What a run file is made from, beside the device. */
export interface RunBasis {
  /** The configuration that the camera was made from. */
  readonly onvif: OnvifConfig;
  readonly onvifDigest: string;
}

/** The camera's state in the grammar of onvifrun.cfg: the configuration with what clients have changed. */
export function runConfigOf(device: Device, basis: RunBasis, nowMs: number): RunConfig {
  const { users, scopes, ...state } = device.snapshot();
  return {
    ...basis.onvif,
    users,
    scopes,
    runtime: {
      baseDigest: basis.onvifDigest,
      savedAt: new Date(nowMs).toISOString(),
      endpointUuid: device.identity.endpointAddress.replace(/^urn:uuid:/, ""),
      state,
    },
  };
}

/** What a run file kept of the device; undefined when it holds no state. */
export function deviceStateOf(run: RunConfig): DeviceState | undefined {
  const { state } = run.runtime;
  return (
    state && {
      ...state,
      users: run.users,
      scopes: run.scopes.map(({ uri, fixed }) => ({ uri, fixed: fixed ?? false })),
    }
  );
}

/**
 * Gives the device the kept state, except the ports: they are those that are listened on now. A state that does not
 * fit changes nothing; the result says why it does not.
 */
export function restoreDevice(device: Device, run: Loaded["run"]): string | undefined {
  const state = run && deviceStateOf(run);
  if (!state) return undefined;
  const { protocols } = device.network;
  try {
    device.restore({ ...state, network: { ...state.network, protocols } });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return messageOf(error);
  }
}

/** Writes the run file soon after each change that clients make, until the result is called. */
export function keepState(device: Device, basis: RunBasis, store: RunStore, now: () => number): () => void {
  return device.changes.subscribe((change) => {
    // These come from the program itself; without changes by a client there is no run file.
    if (change.slice === "device" || change.slice === "detection") return;
    if (change.slice === "network" && change.what === "interfaces") return;
    store.schedule(() => runConfigOf(device, basis, now()));
  });
}
