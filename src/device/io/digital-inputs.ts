import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** How a circuit is. */
export type Circuit = "open" | "closed";

/** What a client sets; what is absent stays. */
export interface DigitalInputSetting {
  readonly token: string;
  readonly idleState?: Circuit | undefined;
}

/** An input as clients have left it. */
export interface KeptDigitalInput {
  readonly token: string;
  /** How the circuit is when nothing is the matter. */
  readonly idleState: Circuit;
}

interface DigitalInput extends KeptDigitalInput {
  readonly circuit: Circuit;
}

export const IDLE_STATES: readonly Circuit[] = ["closed", "open"];

const other = (circuit: Circuit): Circuit => (circuit === "open" ? "closed" : "open");

/**
 * The digital inputs (DeviceIo §5.8). Nothing is connected at the start, so that their circuits are open. An input is
 * active while its circuit is not as it is idle (§5.11.1).
 */
export class DigitalInputs {
  #inputs: readonly DigitalInput[];

  /** They are `digital_input_1` and so on. */
  constructor(
    count: number,
    private readonly emit: Emit,
  ) {
    this.#inputs = Array.from({ length: count }, (_, index) => ({
      token: `digital_input_${index + 1}`,
      idleState: "open",
      circuit: "open",
    }));
  }

  get tokens(): readonly string[] {
    return this.#inputs.map(({ token }) => token);
  }

  /** GetDigitalInputs. */
  list(): readonly KeptDigitalInput[] {
    return this.#inputs;
  }

  /** The idle states that may be chosen, of one input or of all (DeviceIo §5.8.2). */
  idleStates(token: string | undefined): readonly Circuit[] {
    if (token !== undefined) this.#get(token);
    return IDLE_STATES;
  }

  isActive(token: string): boolean {
    const { circuit, idleState } = this.#get(token);
    return circuit !== idleState;
  }

  /** SetDigitalInputConfigurations: all or none (DeviceIo §5.8.3). */
  configure(settings: readonly DigitalInputSetting[]): void {
    for (const { token } of settings) this.#get(token);
    const twice = settings.find(({ token }, index) => settings.findIndex((one) => one.token === token) < index);
    if (twice) throw refusal("settings-invalid", `the digital input ${twice.token} is set twice`);
    const before = this.#inputs;
    this.#inputs = before.map((input) => {
      const { idleState = input.idleState } = settings.find(({ token }) => token === input.token) ?? {};
      return { ...input, idleState };
    });
    this.emit({ slice: "digital-inputs", what: "configured" });
    for (const { token, idleState } of before)
      if (this.#get(token).idleState !== idleState)
        this.emit({ slice: "digital-inputs", what: "state", inputToken: token });
  }

  /** What is connected opens or closes the circuit, so that the input is active or idle. */
  setActive(token: string, isActive: boolean): void {
    const input = this.#get(token);
    const circuit = isActive ? other(input.idleState) : input.idleState;
    if (circuit === input.circuit) return;
    this.#inputs = this.#inputs.map((one) => (one.token === token ? { ...one, circuit } : one));
    this.emit({ slice: "digital-inputs", what: "state", inputToken: token });
  }

  snapshot(): readonly KeptDigitalInput[] {
    return this.#inputs.map(({ token, idleState }) => ({ token, idleState }));
  }

  /** Checks saved inputs; the result puts them in force. Those that are not among them stay. */
  prepare(saved: readonly KeptDigitalInput[]): () => void {
    for (const { token } of saved)
      if (!this.tokens.includes(token))
        throw refusal("state-mismatch", "a saved digital input is not one of this camera", { token });
    return () => {
      this.#inputs = this.#inputs.map((input) => ({ ...input, ...saved.find(({ token }) => token === input.token) }));
    };
  }

  #get(token: string): DigitalInput {
    const input = this.#inputs.find((one) => one.token === token);
    if (!input) throw refusal("no-config", `no such digital input: ${token.slice(0, 64)}`);
    return input;
  }
}
