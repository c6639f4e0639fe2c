import type { MediaFormat } from "#codec/format";
import type { SourceUnit } from "./access-unit.js";

/** Who talks. */
export interface Talker {
  /** Undefined for one who did not have to log in. */
  readonly username: string | undefined;
  readonly address: string;
}

/** What has come of a talk, as its transport counts it. */
export interface TalkCounts {
  readonly packets: number;
  /** Packets that never came, or too late. */
  readonly lost: number;
}

/** One talker's hold on the back channel. Once it has been given to another one, what is written is passed over. */
export interface Talk {
  /** The sound that comes from now on is of `format`, one of those offered. To be said before the first unit. */
  begin(format: MediaFormat): void;
  /** Takes one unit, of track 0. Must return at once and must not throw. */
  write(unit: SourceUnit): void;
  /** The sound stops; it may begin again. */
  pause(reason: string, counts: TalkCounts): void;
  /** Gives the back channel back. */
  end(reason: string, counts: TalkCounts): void;
}

/** The way of sound from clients to the camera's speaker (Streaming §5.3): there is one, for all of a camera's streams. */
export interface BackChannel {
  /** What clients may send, the preferred first. Their payload types differ. */
  readonly formats: readonly MediaFormat[];
  /** Takes it for one talker. Refusal `back-channel-taken` while another one has it. */
  take(talker: Talker): Talk;
}
