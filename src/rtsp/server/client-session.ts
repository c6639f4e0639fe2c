import { messageOf, type Facts } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { PortPair } from "#wire/rtsp/headers/transport";
import type { ServerContext } from "./context.js";
import { ParameterStore } from "./parameters.js";
import type { KeyedTrack } from "./security/keyed-track.js";
import type { SessionInfo } from "./session-info.js";
import type { SessionOwner } from "./session-owner.js";

/** How much later than promised a session ends: some players speak exactly at the timeout. */
const GRACE_MS = 5000;

/** What a session is from its first SETUP on. */
export interface SessionIdentity {
  readonly id: string;
  readonly lower: "TCP" | "UDP" | "UDP-multicast";
  readonly username: string | undefined;
  /** What is promised; it is enforced a little later. */
  readonly timeoutSeconds: number;
}

/** One client's session, whichever way its media go (RFC 2326 §3.1): what connections, tables and timers need of it. */
export abstract class ClientSession {
  readonly id: string;
  readonly lower: SessionIdentity["lower"];
  readonly username: string | undefined;
  readonly timeoutSeconds: number;
  readonly parameters = new ParameterStore();
  readonly remoteAddress: string;
  /** Tracks that are being set up or have been. */
  readonly claimed = new Set<number>();
  protected readonly log: Logger;
  /** When the client has last shown that it is there. */
  protected seenMs: number;
  #owner: SessionOwner;

  /** `facts` stand in each line of its log. */
  constructor(
    protected readonly server: ServerContext,
    owner: SessionOwner,
    { id, lower, username, timeoutSeconds }: SessionIdentity,
    facts: Facts,
  ) {
    this.#owner = owner;
    this.id = id;
    this.lower = lower;
    this.username = username;
    this.timeoutSeconds = timeoutSeconds;
    this.remoteAddress = owner.remoteAddress;
    this.seenMs = server.clock.monotonic();
    this.log = server.log.child({
      session: id.slice(0, 8),
      ...facts,
      peer: `${owner.remoteAddress}:${owner.remotePort}`,
      transport: lower,
      carrier: owner.carrier,
    });
  }

  abstract get state(): "ready" | "playing" | "recording" | "closed";
  /** Name of the path that it reads; undefined for one that publishes. */
  abstract get reads(): string | undefined;
  /** Channel pairs of the tracks that are interleaved. */
  abstract get channels(): PortPair[];
  /** Its tracks that are protected. */
  abstract get keyed(): readonly KeyedTrack[];
  /** Takes what came on an interleaved channel; unknown channels are passed over. */
  abstract receiveFrame(channel: number, payload: Uint8Array): void;
  /** Media stop until the next PLAY or RECORD. */
  abstract pause(): void;
  /** About once a second. */
  abstract tick(nowMs: number): void;
  /** The connection that it belongs to is gone. */
  abstract ownerClosed(): void;
  /** Ends it. With `goodbye` the client is told. */
  abstract close(reason: string, goodbye?: boolean): void;
  abstract info(): SessionInfo;

  /** The connection that media over TCP uses, and with which a session ends that has not begun. */
  get owner(): SessionOwner {
    return this.#owner;
  }

  /** Its client may take nothing for as long as it likes, and still be there. */
  get mayStall(): boolean {
    return false;
  }

  /** The connection has sent what it was given. */
  drained(): void {}

  /** The client has shown that it is there. */
  touch(nowMs = this.server.clock.monotonic()): void {
    this.seenMs = nowMs;
  }

  /** Another connection goes on with the session (over UDP, RFC 2326 §1.1). */
  moveTo(owner: SessionOwner): void {
    const before = this.#owner;
    this.#owner = owner;
    if (before !== owner) before.sessionLeft(this);
  }

  /** How long a client may be silent that has to speak. */
  protected get timeoutMs(): number {
    return this.timeoutSeconds * 1000 + GRACE_MS;
  }

  /** What operators see of every session. */
  protected get shown(): Pick<SessionInfo, "id" | "remoteAddress" | "remotePort" | "username" | "transport"> {
    const { id, remoteAddress, username, lower } = this;
    return { id, remoteAddress, remotePort: this.#owner.remotePort, username, transport: lower };
  }

  protected closeAll(closables: readonly (Closable | undefined)[]): void {
    for (const closable of closables)
      closable?.close().catch((error: unknown) => this.log.warn("cannot close", { error: messageOf(error) }));
  }

  /** Nobody finds it any more. */
  protected leave(): void {
    this.server.sessions.remove(this);
    this.#owner.sessionLeft(this);
  }
}
