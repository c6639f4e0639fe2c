import type { MediaFormat } from "#codec/format";

/**
 * One track of a path, seen by whoever asks for it: `sendonly` tracks are sent by the client to us (the back channel),
 * `inactive` ones are there and not for this client.
 */
export interface Track {
  readonly format: MediaFormat;
  readonly direction: "recvonly" | "sendonly" | "inactive";
}

export interface MediaDescription {
  readonly title: string;
  readonly tracks: readonly Track[];
  /** Length in seconds where the content ends by itself. */
  readonly durationSeconds?: number;
}
