import type { SendQueue } from "#media/send-queue";
import type { RtspSession } from "./session.js";

/** A connection, as its sessions see it. */
export interface SessionOwner {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly queue: SendQueue;
  /** The session has ended or belongs to another connection now. */
  sessionLeft(session: RtspSession): void;
}
