import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** Bistable: stays as it is set. Monostable: goes back to idle after the delay (DeviceIo §5.7.3). */
export type RelayMode = "Bistable" | "Monostable";
/** How the contact is while the relay is inactive. */
export type RelayIdleState = "open" | "closed";
export type RelayState = "active" | "inactive";

export interface RelaySettings {
  readonly mode: RelayMode;
  /** How long a monostable relay stays active. */
  readonly delayMs: number;
  readonly idleState: RelayIdleState;
}

/** A relay as clients have left it. */
export interface KeptRelay extends RelaySettings {
  readonly token: string;
  /** Always inactive for a monostable one. */
  readonly state: RelayState;
}

interface Relay extends RelaySettings {
  readonly token: string;
  readonly state: RelayState;
  /** What clients last set; others may have moved it since. */
  readonly commanded: RelayState;
}

export const RELAY_MODES: readonly RelayMode[] = ["Bistable", "Monostable"];

/** Any time between may be set. */
export const RELAY_DELAY_RANGE_MS = Object.freeze({ min: 100, max: 3_600_000 });

const initialSettings: RelaySettings = Object.freeze({ mode: "Bistable", delayMs: 5_000, idleState: "open" });

/** The relay outputs (DeviceIo §5.7, Core §8.6). The delay of a monostable one is measured by whoever has a clock. */
export class Relays {
  #relays: readonly Relay[];

  /** They are `relay_output_1` and so on. */
  constructor(
    count: number,
    private readonly emit: Emit,
  ) {
    this.#relays = Array.from({ length: count }, (_, index) => ({
      token: `relay_output_${index + 1}`,
      ...initialSettings,
      state: "inactive",
      commanded: "inactive",
    }));
  }

  get tokens(): readonly string[] {
    return this.#relays.map(({ token }) => token);
  }

  /** GetRelayOutputs. */
  list(): readonly (RelaySettings & { readonly token: string })[] {
    return this.#relays;
  }

  settings(token: string): RelaySettings {
    return this.#get(token);
  }

  state(token: string): RelayState {
    return this.#get(token).state;
  }

  /** SetRelayOutputSettings. The delay of a bistable relay is ignored (DeviceIo §5.7.3): the former one stays. */
  setSettings(token: string, { mode, delayMs, idleState }: RelaySettings): void {
    const relay = this.#get(token);
    const isMonostable = mode === "Monostable";
    if (isMonostable && !isDelay(delayMs))
      throw refusal("relay-mode", "the delay of a monostable relay is 0.1 to 3600 seconds", { delayMs });
    const settings = { mode, idleState, delayMs: isMonostable ? delayMs : relay.delayMs };
    this.#replace({ ...relay, ...settings });
    this.emit({ slice: "relays", what: "settings", relayToken: token });
  }

  /** SetRelayOutputState. Setting a monostable relay active begins its delay anew. */
  setState(token: string, state: RelayState): void {
    const relay = this.#get(token);
    this.#replace({ ...relay, state, commanded: state });
    this.emit({ slice: "relays", what: "commanded", relayToken: token });
    if (relay.state !== state) this.emit({ slice: "relays", what: "state", relayToken: token });
  }

  /** The relay moves without a client: its delay is over, or something else switches it. */
  move(token: string, state: RelayState): void {
    const relay = this.#get(token);
    if (relay.state === state) return;
    this.#replace({ ...relay, state });
    this.emit({ slice: "relays", what: "state", relayToken: token });
  }

  snapshot(): readonly KeptRelay[] {
    return this.#relays.map(({ token, mode, delayMs, idleState, commanded }) => ({
      token,
      mode,
      delayMs,
      idleState,
      state: mode === "Bistable" ? commanded : "inactive",
    }));
  }

  /** Checks saved relays; the result puts them in force. Those that are not among them stay. */
  prepare(saved: readonly KeptRelay[]): () => void {
    for (const { token, delayMs } of saved)
      if (!this.tokens.includes(token) || !isDelay(delayMs))
        throw refusal("state-mismatch", "a saved relay is not one of this camera", { token });
    return () => {
      for (const { state, ...relay } of saved) this.#replace({ ...relay, state, commanded: state });
    };
  }

  #get(token: string): Relay {
    const relay = this.#relays.find((one) => one.token === token);
    if (!relay) throw refusal("no-relay", "no such relay output", { token: token.slice(0, 64) });
    return relay;
  }

  #replace(relay: Relay): void {
    this.#relays = this.#relays.map((one) => (one.token === relay.token ? relay : one));
  }
}

const isDelay = (ms: number): boolean => ms >= RELAY_DELAY_RANGE_MS.min && ms <= RELAY_DELAY_RANGE_MS.max;
