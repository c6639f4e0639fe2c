import type { MediaFormat } from "#codec/format";
import type { SourceUnit } from "#media/access-unit";
import type { Talker } from "#media/back-channel";
import type { Closable } from "#util/scope";

/** Where the sound of talks goes. */
export interface SoundSink extends Closable {
  /** For the log: `none`, `file`, … */
  readonly kind: string;
  /** Sound of `format` begins; one talk after another, never two at a time. Must not throw: what fails is logged. */
  begin(format: MediaFormat, talker: Talker): SoundOut;
}

/** Takes the sound of one talk. */
export interface SoundOut {
  /** Must return at once and must not throw. */
  write(unit: SourceUnit): void;
  /** Nothing more comes. */
  end(): void;
}

const silence: SoundOut = Object.freeze({ write: () => {}, end: () => {} });

/** Sound is counted, and goes nowhere. */
export const noSink: SoundSink = Object.freeze({ kind: "none", begin: () => silence, close: () => Promise.resolve() });
