import { RELAY_DELAY_RANGE_MS, RELAY_MODES, type RelaySettings } from "#device/io/relays";
import type { RelayOutputOptions } from "../schema/deviceio/types.js";
import type { RelayOutput, RelayOutputSettings } from "../schema/tt/io.js";

export const relayToWire = ({
  token,
  mode,
  delayMs,
  idleState,
}: RelaySettings & { readonly token: string }): RelayOutput => ({
  token,
  Properties: { Mode: mode, DelayTime: delayMs, IdleState: idleState },
});

export const relaySettingsFromWire = ({ Mode, DelayTime, IdleState }: RelayOutputSettings): RelaySettings => ({
  mode: Mode,
  delayMs: DelayTime,
  idleState: IdleState,
});

/** The same for every relay. */
export const relayOptionsToWire = (token: string): RelayOutputOptions => ({
  token,
  Mode: RELAY_MODES,
  DelayTimes: [RELAY_DELAY_RANGE_MS.min / 1000, RELAY_DELAY_RANGE_MS.max / 1000],
  Discrete: false,
});
