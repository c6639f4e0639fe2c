import type { SendQueue } from "#media/send-queue";
import type { ClientSession } from "./client-session.js";
import type { CarrierName } from "./transport/carrier.js";

/** A connection, as its sessions see it. */
export interface SessionOwner {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly carrier: CarrierName;
  readonly queue: SendQueue;
  /** The session has ended or belongs to another connection now. */
  sessionLeft(session: ClientSession): void;
  /** Takes no more requests and closes when what was written has gone out. */
  end(): void;
}
