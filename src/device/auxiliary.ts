import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

type Switch = "On" | "Off";

/** What the camera's outer parts do now. */
export interface AuxiliaryState {
  readonly wiper: Switch;
  readonly washer: Switch;
  readonly washingProcedure: Switch;
  readonly irLamp: Switch | "Auto";
}

/** Everything at rest; the lamp follows the light. */
export const auxiliaryAtRest: AuxiliaryState = Object.freeze({
  wiper: "Off",
  washer: "Off",
  washingProcedure: "Off",
  irLamp: "Auto",
});

/** Each command of Core §8.7 and what it makes of the state. */
const COMMANDS: Readonly<Record<string, Partial<AuxiliaryState>>> = Object.freeze({
  "tt:Wiper|On": { wiper: "On" },
  "tt:Wiper|Off": { wiper: "Off" },
  "tt:Washer|On": { washer: "On" },
  "tt:Washer|Off": { washer: "Off" },
  "tt:WashingProcedure|On": { washingProcedure: "On" },
  "tt:WashingProcedure|Off": { washingProcedure: "Off" },
  "tt:IRLamp|On": { irLamp: "On" },
  "tt:IRLamp|Off": { irLamp: "Off" },
  "tt:IRLamp|Auto": { irLamp: "Auto" },
});

/** Wiper, washer and infrared lamp (Core §8.7): emulated, they do nothing to the picture. */
export class Auxiliary {
  #state: AuxiliaryState = auxiliaryAtRest;

  constructor(private readonly emit: Emit) {}

  get state(): AuxiliaryState {
    return this.#state;
  }

  /** The commands that are understood, in the standard's spelling. */
  get commands(): readonly string[] {
    return Object.keys(COMMANDS);
  }

  /** SendAuxiliaryCommand. */
  send(command: string): void {
    const change = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!change)
      throw refusal("auxiliary-data-not-supported", "no such auxiliary command", { command: command.slice(0, 128) });
    this.#state = { ...this.#state, ...change };
    this.emit({ slice: "auxiliary", what: "commanded" });
  }

  prepare(state: AuxiliaryState): () => void {
    return () => {
      this.#state = { ...state };
    };
  }
}
