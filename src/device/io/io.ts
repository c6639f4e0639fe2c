import type { Emit } from "../change.js";
import { AudioOutputs, type AudioOutputConfiguration } from "./audio-outputs.js";
import { DigitalInputs, type KeptDigitalInput } from "./digital-inputs.js";
import { type KeptRelay, Relays } from "./relays.js";
import { type SerialPortConfiguration, SerialPorts } from "./serial-ports.js";

/** How many of each the camera has. Default: none. */
export interface IoSetup {
  readonly relayOutputs?: number;
  readonly digitalInputs?: number;
  readonly serialPorts?: number;
}

/** The inputs and outputs as clients have left them. */
export interface IoState {
  readonly relays: readonly KeptRelay[];
  readonly digitalInputs: readonly KeptDigitalInput[];
  readonly serialPorts: readonly SerialPortConfiguration[];
  readonly audioOutputs: readonly AudioOutputConfiguration[];
}

/** What the DeviceIO service is about, apart from the sources of video and audio, which are in `media`. */
export class Io {
  readonly relays: Relays;
  readonly digitalInputs: DigitalInputs;
  readonly serialPorts: SerialPorts;
  readonly audioOutputs: AudioOutputs;

  constructor({ relayOutputs = 0, digitalInputs = 0, serialPorts = 0 }: IoSetup, hasSpeaker: boolean, emit: Emit) {
    this.relays = new Relays(relayOutputs, emit);
    this.digitalInputs = new DigitalInputs(digitalInputs, emit);
    this.serialPorts = new SerialPorts(serialPorts, emit);
    this.audioOutputs = new AudioOutputs(hasSpeaker, emit);
  }

  snapshot(): IoState {
    return {
      relays: this.relays.snapshot(),
      digitalInputs: this.digitalInputs.snapshot(),
      serialPorts: this.serialPorts.snapshot(),
      audioOutputs: this.audioOutputs.snapshot(),
    };
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(saved: IoState): () => void {
    const commits = [
      this.relays.prepare(saved.relays),
      this.digitalInputs.prepare(saved.digitalInputs),
      this.serialPorts.prepare(saved.serialPorts),
      this.audioOutputs.prepare(saved.audioOutputs),
    ];
    return () => {
      for (const commit of commits) commit();
    };
  }
}
