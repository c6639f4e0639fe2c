import { Duplex } from "node:stream";
import type { Connection } from "#host/net";

export interface Ends {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

const ignore = (): void => {};

const systemError = (code: string): Error => Object.assign(new Error(`connection: ${code}`), { code });

/**
 * One end of an in-memory TCP connection. A write is acknowledged when the peer has room for it, so back-pressure is
 * real: it is felt after two times `highWaterMark`, the writer's buffer and the reader's.
 */
export class FakeConnection extends Duplex implements Connection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Bytes that this end has handed to the peer. */
  bytesWritten = 0;
  noDelay = false;
  #peer: FakeConnection | undefined;
  #roomMade: ((error?: Error | null) => void) | undefined;

  private constructor(
    ends: Ends,
    highWaterMark: number,
    private readonly noteActivity: () => void,
  ) {
    super({ allowHalfOpen: false, highWaterMark });
    this.localAddress = ends.localAddress;
    this.localPort = ends.localPort;
    this.remoteAddress = ends.remoteAddress;
    this.remotePort = ends.remotePort;
    this.on("error", ignore);
  }

  /** Both ends of a new connection, the one described by `ends` first. */
  static pair(ends: Ends, highWaterMark: number, noteActivity: () => void): [FakeConnection, FakeConnection] {
    const mirrored: Ends = {
      localAddress: ends.remoteAddress,
      localPort: ends.remotePort,
      remoteAddress: ends.localAddress,
      remotePort: ends.localPort,
    };
    const near = new FakeConnection(ends, highWaterMark, noteActivity);
    const far = new FakeConnection(mirrored, highWaterMark, noteActivity);
    near.#peer = far;
    far.#peer = near;
    return [near, far];
  }

  setNoDelay(on: boolean): void {
    this.noDelay = on;
  }

  /** Breaks the connection as a lost host does: both ends fail with ECONNRESET. */
  reset(): void {
    this.#peer?.destroy(systemError("ECONNRESET"));
    this.destroy(systemError("ECONNRESET"));
  }

  override _read(): void {
    this.#makeRoom();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const peer = this.#peer;
    this.noteActivity();
    if (!peer || peer.destroyed) {
      process.nextTick(done, systemError("EPIPE"));
      return;
    }
    this.bytesWritten += chunk.length;
    if (chunk.length === 0 || peer.push(Buffer.from(chunk))) done();
    else peer.#roomMade = done;
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "binary", done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#tellEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tellEnd();
    this.#makeRoom(systemError(error ? "ECONNRESET" : "EPIPE"));
    done(error);
  }

  #makeRoom(error?: Error): void {
    const done = this.#roomMade;
    this.#roomMade = undefined;
    if (!done) return;
    this.noteActivity();
    process.nextTick(done, error);
  }

  /** The peer reads to the end of what was sent, then sees the end. */
  #tellEnd(): void {
    const peer = this.#peer;
    if (!peer || peer.destroyed || peer.#ended) return;
    peer.#ended = true;
    process.nextTick(() => {
      this.noteActivity();
      if (peer.destroyed) return;
      peer.push(null);
      peer.read(0);
    });
  }

  #ended = false;
}
