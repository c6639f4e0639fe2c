import { CodedError } from "#util/errors";
import type { Negotiated } from "../../negotiate.js";
import { Rejection } from "../answer.js";
import type { ServerContext } from "../context.js";
import type { SessionOwner } from "../session-owner.js";
import { InterleavedReceiver, UdpReceiver, type ReceivingTransport } from "../transport/receiving.js";
import type { SessionPorts } from "../transport/udp-ports.js";

/** What has been agreed on for a track that the client sends. */
export type AgreedToReceive = Extract<Negotiated, { readonly lower: "TCP" | "UDP" }>;

/** What is needed of the session of such a track. */
export interface ReceivingSession {
  readonly owner: SessionOwner;
  readonly remoteAddress: string;
  /** Undefined over TCP. */
  readonly ports: SessionPorts | undefined;
}

/** Opens the way of a track that the client sends; `slot` is where it lies in the session's block of ports. */
export async function openReceiver(
  { owner, remoteAddress, ports }: ReceivingSession,
  agreed: AgreedToReceive,
  slot: number,
  { sessions }: ServerContext,
): Promise<ReceivingTransport> {
  if (agreed.lower === "TCP") return new InterleavedReceiver(owner.queue, agreed.channels);
  const { clientPorts } = agreed;
  const release = sessions.claimEndpoints(remoteAddress, clientPorts);
  if (!release) throw new Rejection(400, "another session uses these ports");
  try {
    const pair = await ports?.receivingPair(slot);
    if (!pair) throw new Rejection(461, "no UDP for this session");
    return new UdpReceiver(pair, remoteAddress, clientPorts, release);
  } catch (error) {
    release();
    // So that the client tries TCP, whatever the system has against the ports.
    throw error instanceof CodedError && !(error instanceof Rejection) ? new Rejection(461, error.message) : error;
  }
}
