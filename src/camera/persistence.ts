import type { Loaded } from "#config/load";
import type { OnvifConfig } from "#config/onvif-cfg";
import type { RunConfig } from "#config/run-cfg";
import type { RunStore } from "#config/run-store";
import { bearingOf } from "#device/change";
import type { Device, DeviceState } from "#device/device";
import type { ConfigurationKind } from "#device/media/types";
import type { MediaState } from "#device/media/media";
import { CodedError, messageOf, Refusal } from "#util/errors";
import { accountOf } from "./setup.js";

/** What a run file is made from, beside the device. */
export interface RunBasis {
  /** The configuration that the camera was made from. */
  readonly onvif: OnvifConfig;
  readonly onvifDigest: string;
  /** The version that clients have brought; absent for the configured one. */
  readonly firmwareVersion?: string | undefined;
}

/** The camera's state in the grammar of onvifrun.cfg: the configuration with what clients have changed. */
export function runConfigOf(device: Pick<Device, "identity" | "snapshot">, basis: RunBasis, nowMs: number): RunConfig {
  const { users, scopes, ...state } = device.snapshot();
  return {
    ...basis.onvif,
    users: users.map((user) => ({ ...user, roles: user.roles ?? [] })),
    scopes,
    runtime: {
      baseDigest: basis.onvifDigest,
      savedAt: new Date(nowMs).toISOString(),
      endpointUuid: device.identity.endpointAddress.replace(/^urn:uuid:/, ""),
      ...(basis.firmwareVersion !== undefined && { firmwareVersion: basis.firmwareVersion }),
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
      users: run.users.map(accountOf),
      scopes: run.scopes.map(({ uri, fixed }) => ({ uri, fixed: fixed ?? false })),
    }
  );
}

/** Gives the device the kept state. One that does not fit changes nothing; the result says why it does not. */
export function restoreDevice(device: Device, run: Loaded["run"]): string | undefined {
  const state = run && deviceStateOf(run);
  if (!state) return undefined;
  try {
    const media = withKindsAs(device.media.snapshot(), state.media);
    device.restore({ ...state, media });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return messageOf(error);
  }
}

/** Why a kept state would not do for the camera that `make` makes of it; undefined for one that would. */
export function misfitOf(make: () => Device, run: RunConfig): string | undefined {
  try {
    return restoreDevice(make(), run);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return error.message;
  }
}

/**
 * Whether there are metadata and a loudspeaker is a matter of rtsp.cfg, which may have changed since `saved` was kept: then
 * they go out of it, or come into it where the camera as configured has them.
 */
function withKindsAs(present: MediaState, saved: MediaState): MediaState {
  const { metadata, audioDecoders } = present;
  const changed: readonly ConfigurationKind[] = [
    ...(metadata.length > 0 === saved.metadata.length > 0 ? [] : (["metadata"] as const)),
    ...(audioDecoders.length > 0 === saved.audioDecoders.length > 0
      ? []
      : (["audio-output", "audio-decoder"] as const)),
  ];
  if (changed.length === 0) return saved;
  const profiles = saved.profiles.map((profile) => {
    const configured = present.profiles.find(({ token }) => token === profile.token)?.configurations ?? {};
    const configurations: Partial<Record<ConfigurationKind, string>> = { ...profile.configurations };
    for (const kind of changed) {
      const token = configured[kind];
      if (token === undefined) delete configurations[kind];
      else configurations[kind] = token;
    }
    return { ...profile, configurations };
  });
  return {
    ...saved,
    profiles,
    ...(changed.includes("metadata") && { metadata }),
    ...(changed.includes("audio-decoder") && { audioDecoders }),
  };
}

/** Writes the run file soon after each change that clients make, until the result is called. */
export function keepState(device: Device, basis: RunBasis, store: RunStore, now: () => number): () => void {
  return device.changes.subscribe((change) => {
    if (bearingOf(change) === "setting") store.schedule(() => runConfigOf(device, basis, now()));
  });
}
