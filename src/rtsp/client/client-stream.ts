/** The two-way stream of bytes to a server. It has the events of `node:stream`. */
export interface ClientStream {
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** Bytes that wait to be sent. */
  readonly writableLength: number;
  write(bytes: Uint8Array): unknown;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Ends it when what was written has gone out. */
  end(): unknown;
  /** Ends it at once. */
  destroy(): unknown;
}
