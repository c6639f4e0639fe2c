import type { SendTarget } from "#media/send-queue";

/** What carries the messages of one client, by the scheme that its addresses have. */
export type CarrierName = "rtsp" | "rtsps" | "http" | "https" | "ws" | "wss";

/** Whether TLS carries it. */
export const isSecureCarrier = (name: CarrierName): boolean => name === "rtsps" || name === "https" || name === "wss";

/**
 * The two-way stream of bytes that an RTSP connection is made of: a TCP or TLS connection as it is, an HTTP tunnel or a
 * WebSocket. It has the events `data`, `drain`, `end`, `error` and `close` of `node:stream`.
 */
export interface Carrier extends SendTarget {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Under TLS that wants certificates of clients: the name by which this one is known. */
  readonly clientName?: string | undefined;
  setNoDelay(on: boolean): void;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  on(event: "drain" | "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Asks for no more data; some may still come. */
  pause(): unknown;
  resume(): unknown;
  /** Ends it when what was written has gone out. */
  end(): unknown;
  /** Ends it at once. */
  destroy(): unknown;
}
