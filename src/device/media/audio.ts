import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { Configurations } from "./configurations.js";
import { demandMulticast, demandNewName, timeoutWithin } from "./settings.js";
import type {
  AudioEncoderConfiguration,
  AudioEncoding,
  AudioSource,
  AudioSourceConfiguration,
  MulticastConfiguration,
} from "./types.js";

/** SetAudioSourceConfiguration; what is absent stays. */
export interface AudioSourceSetting {
  readonly token: string;
  readonly name?: string | undefined;
  readonly sourceToken?: string | undefined;
}

/** SetAudioEncoderConfiguration of either service; what is absent stays. */
export interface AudioEncoderSetting {
  readonly token: string;
  readonly name?: string | undefined;
  readonly encoding?: AudioEncoding | undefined;
  readonly bitrateKbps?: number | undefined;
  readonly sampleRateKhz?: number | undefined;
  readonly multicast?: MulticastConfiguration | undefined;
  readonly sessionTimeoutMs?: number | undefined;
}

/** What a client may choose for one encoding; any pair of the lists is accepted (Media §5.8.4). */
export interface AudioEncodingOptions {
  readonly encoding: AudioEncoding;
  readonly bitratesKbps: readonly number[];
  readonly sampleRatesKhz: readonly number[];
}

/** The parts from which the audio side is made. */
export interface AudioParts {
  readonly sources: readonly AudioSource[];
  readonly sourceConfigurations: readonly AudioSourceConfiguration[];
  readonly encoderConfigurations: readonly AudioEncoderConfiguration[];
  readonly encodings: readonly AudioEncoding[];
}

/** The audio as clients may change it. */
export interface AudioState {
  readonly sourceConfigurations: readonly AudioSourceConfiguration[];
  readonly encoderConfigurations: readonly AudioEncoderConfiguration[];
}

const usual: readonly AudioEncodingOptions[] = [
  { encoding: "G711", bitratesKbps: [64], sampleRatesKhz: [8] },
  { encoding: "G726", bitratesKbps: [16, 24, 32, 40], sampleRatesKhz: [8] },
  { encoding: "AAC", bitratesKbps: [16, 24, 32, 48, 64, 96, 128], sampleRatesKhz: [8, 16, 22, 24, 32, 44, 48] },
];

const ascending = (values: readonly number[]): readonly number[] => [...new Set(values)].toSorted((a, b) => a - b);

/** The microphone, its configurations and encoders (Media §5.6–5.8, Media2 §5.2.4–5.2.5). */
export class Audio {
  readonly sources: readonly AudioSource[];
  readonly sourceConfigurations: Configurations<AudioSourceConfiguration>;
  readonly encoderConfigurations: Configurations<AudioEncoderConfiguration>;
  readonly #parts: AudioParts;
  #options: readonly AudioEncodingOptions[];

  constructor(
    parts: AudioParts,
    private readonly emit: Emit,
  ) {
    this.#parts = parts;
    this.sources = parts.sources;
    this.sourceConfigurations = new Configurations(parts.sourceConfigurations);
    this.encoderConfigurations = new Configurations(parts.encoderConfigurations);
    this.#options = this.#computeOptions();
  }

  get isSupported(): boolean {
    return this.sources.length > 0;
  }

  /** For the operations of the media service that answer AudioNotSupported where there is no audio (Media §5.6). */
  demandSupport(): void {
    if (!this.isSupported) throw refusal("audio-not-supported", "this camera has no audio");
  }

  /** SetAudioSourceConfiguration (Media §5.7.5, Media2 §5.3.3). */
  setSourceConfiguration(setting: AudioSourceSetting): void {
    const present = this.sourceConfigurations.get(setting.token);
    const { sourceToken = present.sourceToken } = setting;
    if (sourceToken !== present.sourceToken)
      throw refusal("config-modify", "the configuration belongs to another audio source", { sourceToken });
    this.sourceConfigurations.replace({ ...present, name: demandNewName(setting.name, present) });
    this.emit({ slice: "configurations", what: "set", kind: "audio-source", configurationToken: setting.token });
  }

  /** The audio sources that a configuration may use (Media §5.7.4): its own, or all without one. */
  sourceOptions(configuration: AudioSourceConfiguration | undefined): readonly string[] {
    return configuration ? [configuration.sourceToken] : this.sources.map(({ token }) => token);
  }

  /** SetAudioEncoderConfiguration (Media §5.8.5, Media2 §5.3.3). */
  setEncoderConfiguration(setting: AudioEncoderSetting): void {
    const present = this.encoderConfigurations.get(setting.token);
    const { encoding = present.encoding, bitrateKbps = present.bitrateKbps } = setting;
    const { sampleRateKhz = present.sampleRateKhz, sessionTimeoutMs = present.sessionTimeoutMs } = setting;
    const options = this.#options.find((one) => one.encoding === encoding);
    if (!options) throw refusal("config-modify", "that encoding is not offered", { encoding });
    if (!options.bitratesKbps.includes(bitrateKbps))
      throw refusal("config-modify", "that bit rate is not offered", { bitrateKbps, offered: options.bitratesKbps });
    if (!options.sampleRatesKhz.includes(sampleRateKhz))
      throw refusal("config-modify", "that sample rate is not offered", {
        sampleRateKhz,
        offered: options.sampleRatesKhz,
      });
    this.encoderConfigurations.replace({
      token: present.token,
      name: demandNewName(setting.name, present),
      encoding,
      bitrateKbps,
      sampleRateKhz,
      multicast: demandMulticast(setting.multicast ?? present.multicast),
      sessionTimeoutMs: timeoutWithin(sessionTimeoutMs),
    });
    this.emit({ slice: "configurations", what: "set", kind: "audio-encoder", configurationToken: setting.token });
  }

  /** Options of every encoder configuration: they share the microphone, so they share these (Media §5.8.4). */
  encoderOptions(): readonly AudioEncodingOptions[] {
    return this.#options;
  }

  snapshot(): AudioState {
    return {
      sourceConfigurations: this.sourceConfigurations.list(),
      encoderConfigurations: this.encoderConfigurations.list(),
    };
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(saved: AudioState): () => void {
    for (const { token, sourceToken } of saved.sourceConfigurations)
      if (this.sourceConfigurations.find(token)?.sourceToken !== sourceToken)
        throw refusal("state-mismatch", "a saved configuration belongs to another audio source", { token });
    const commits = [
      this.sourceConfigurations.prepare(saved.sourceConfigurations),
      this.encoderConfigurations.prepare(saved.encoderConfigurations),
    ];
    return () => {
      for (const commit of commits) commit();
      this.#options = this.#computeOptions();
    };
  }

  #computeOptions(): readonly AudioEncodingOptions[] {
    if (!this.isSupported) return [];
    const known = [...this.#parts.encoderConfigurations, ...this.encoderConfigurations.list()];
    return usual.flatMap(({ encoding, bitratesKbps, sampleRatesKhz }) => {
      const inForce = known.filter((configuration) => configuration.encoding === encoding);
      if (inForce.length === 0 && !this.#parts.encodings.includes(encoding)) return [];
      return [
        {
          encoding,
          bitratesKbps: ascending([...bitratesKbps, ...inForce.map(({ bitrateKbps }) => bitrateKbps)]),
          sampleRatesKhz: ascending([...sampleRatesKhz, ...inForce.map(({ sampleRateKhz }) => sampleRateKhz)]),
        },
      ];
    });
  }
}
