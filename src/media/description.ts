import type { MediaFormat } from "#codec/format";

/** One track of a path, seen from the server: `sendonly` tracks are sent by the client to us (the back channel). */
export interface Track {
  readonly format: MediaFormat;
  readonly direction: "recvonly" | "sendonly";
}

export interface MediaDescription {
  readonly title: string;
  readonly tracks: readonly Track[];
  /** Length in seconds where the content ends by itself. */
  readonly durationSeconds?: number;
}
