import type { PortPair } from "#wire/rtsp/headers/transport";
import type { ParameterStore } from "./parameters.js";
import type { SessionInfo } from "./session-info.js";
import type { SessionOwner } from "./session-owner.js";

/** One client's session, whichever way its media go (RFC 2326 §3.1): what connections, tables and timers need of it. */
export interface ClientSession {
  readonly id: string;
  readonly lower: "TCP" | "UDP" | "UDP-multicast";
  readonly state: "ready" | "playing" | "recording" | "closed";
  /** Name of the path that it reads; undefined for one that publishes. */
  readonly reads: string | undefined;
  readonly remoteAddress: string;
  /** What is promised; it is enforced a little later. */
  readonly timeoutSeconds: number;
  readonly parameters: ParameterStore;
  /** The connection that media over TCP uses. */
  readonly owner: SessionOwner;
  /** Channel pairs of the tracks that are interleaved. */
  readonly channels: PortPair[];
  /** The client has shown that it is there. */
  touch(): void;
  /** Another connection goes on with the session. */
  moveTo(owner: SessionOwner): void;
  /** Takes what came on an interleaved channel. */
  receiveFrame(channel: number, payload: Uint8Array): void;
  /** Media stop until the next PLAY or RECORD. */
  pause(): void;
  /** The connection has sent what it was given. */
  drained?(): void;
  /** Its client may take nothing for as long as it likes, and still be there. */
  readonly mayStall?: boolean;
  /** About once a second. */
  tick(nowMs: number): void;
  /** The connection that it belongs to is gone. */
  ownerClosed(): void;
  /** Ends it. With `goodbye` the client is told. */
  close(reason: string, goodbye?: boolean): void;
  info(): SessionInfo;
}
