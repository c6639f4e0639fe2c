import type { MediaFormat } from "#codec/format";
import { encodedSound } from "./encoded-sound-file.js";
import { waveSound } from "./wave-file.js";

/** Where the bytes of a file go. Called one after another; a failure ends the file. */
export type WriteAt = (offset: number, data: Uint8Array) => Promise<void>;

/** A file of sound that is being written. */
export interface SoundFile {
  /** Adds a frame with its time in ticks of the format's clock, which does not step back. Wait for one before the next. */
  add(frame: Uint8Array, pts: number): Promise<void>;
  /** Completes the file: lengths are known now. */
  finish(): Promise<void>;
  /** After a failure: ends the file where it is, as well as that can be done without more room. */
  abandon(): Promise<void>;
}

/** How sound of a format becomes a file. */
export interface SoundFileKind {
  readonly extension: "wav" | "ogg" | "aac";
  open(write: WriteAt): SoundFile;
}

/** The kind of file for `format`; undefined where there is none. */
export const soundFileOf = (format: MediaFormat): SoundFileKind | undefined =>
  waveSound(format) ?? encodedSound(format);
