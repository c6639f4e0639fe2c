import type { Emit } from "../change.js";
import { Configurations } from "../media/configurations.js";
import { refusal } from "../refusal.js";
import { isName } from "../tokens.js";

/** The configuration of a loudspeaker (Media §5.11). */
export interface AudioOutputConfiguration {
  readonly token: string;
  readonly name: string;
  readonly outputToken: string;
  /** Loudness, within `OUTPUT_LEVELS`. */
  readonly outputLevel: number;
}

/** What a client sets. */
export interface AudioOutputSetting extends AudioOutputConfiguration {
  /** Who may speak on a half-duplex channel; there is nothing to choose. */
  readonly sendPrimacy?: string | undefined;
}

export const OUTPUT_LEVELS = Object.freeze({ min: 0, max: 100 });

/** The configuration of the one loudspeaker of a camera. */
export const AUDIO_OUTPUT_CONFIGURATION = "audio_output_config_1";

/** The loudspeaker and its configuration. The level is kept and told; what is played does not get louder by it. */
export class AudioOutputs {
  /** Tokens of the loudspeakers. */
  readonly outputs: readonly string[];
  readonly configurations: Configurations<AudioOutputConfiguration>;

  constructor(
    hasSpeaker: boolean,
    private readonly emit: Emit,
  ) {
    this.outputs = hasSpeaker ? ["audio_output_1"] : [];
    this.configurations = new Configurations(
      this.outputs.map((outputToken, index) => ({
        token: AUDIO_OUTPUT_CONFIGURATION,
        name: `Audio output ${index + 1}`,
        outputToken,
        outputLevel: 50,
      })),
    );
  }

  /** For the operations of the media service that answer AudioOutputNotSupported where there is none (Media §5.11). */
  demandSupport(): void {
    if (this.outputs.length === 0) throw refusal("audio-output-not-supported", "this camera has no loudspeaker");
  }

  /** The configuration of that output. */
  ofOutput(outputToken: string): AudioOutputConfiguration {
    const found = this.configurations.list().find((one) => one.outputToken === outputToken);
    if (!found) throw refusal("no-audio-output", "no such audio output", { token: outputToken.slice(0, 64) });
    return found;
  }

  /** SetAudioOutputConfiguration. */
  set({ sendPrimacy, ...setting }: AudioOutputSetting): void {
    const present = this.configurations.get(setting.token);
    if (setting.outputToken !== present.outputToken)
      throw refusal("config-modify", "the configuration belongs to another audio output");
    if (sendPrimacy !== undefined) throw refusal("config-modify", "there is no send primacy to choose");
    if (!isName(setting.name)) throw refusal("config-modify", "a name has at most 64 characters and no controls");
    if (!isLevel(setting.outputLevel)) throw refusal("config-modify", "the output level is 0 to 100");
    this.configurations.replace(setting);
    this.emit({ slice: "configurations", what: "set", kind: "audio-output", configurationToken: setting.token });
  }

  snapshot(): readonly AudioOutputConfiguration[] {
    return this.configurations.list();
  }

  /** Checks saved configurations; the result puts them in force. What was kept of a speaker that is gone is dropped. */
  prepare(saved: readonly AudioOutputConfiguration[]): () => void {
    for (const { token, outputLevel } of saved)
      if (!isLevel(outputLevel)) throw refusal("state-mismatch", "a saved output level does not fit", { token });
    return () => {
      for (const one of saved) this.configurations.replace(one);
    };
  }
}

const isLevel = (level: number): boolean =>
  Number.isInteger(level) && level >= OUTPUT_LEVELS.min && level <= OUTPUT_LEVELS.max;
