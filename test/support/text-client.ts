import type { Duplex } from "node:stream";
import type { Connection, Net } from "#host/net";
import type { FakeClock } from "./fake-clock.js";

/** What waits for bytes: the fake clock's `settle`, or a short real pause when there is no fake clock. */
type Settle = () => Promise<void>;

const pause: Settle = () => new Promise((done) => void setTimeout(done, 2));

/**
 * A client that types: sends text and waits for the answer. It keeps all that came and was not yet taken. Waiting ends
 * with an error that shows what did come when nothing more arrives.
 */
export class TextClient<C extends Duplex = Duplex> implements AsyncDisposable {
  #arrived: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(
    readonly connection: C,
    private readonly settle: Settle,
    private readonly patience: number,
  ) {
    connection.on("data", (chunk: Buffer) => (this.#arrived = Buffer.concat([this.#arrived, chunk])));
    connection.on("end", () => (this.#ended = true));
    connection.on("close", () => (this.#ended = true));
  }

  /** Bytes that came and were not taken. */
  get pending(): Buffer {
    return this.#arrived;
  }

  /** The server has closed the connection. */
  get ended(): boolean {
    return this.#ended;
  }

  send(data: string | Uint8Array): void {
    this.connection.write(data);
  }

  /** Takes everything up to and including `end`. */
  async until(end: string): Promise<string> {
    const found = (): number => this.#arrived.indexOf(end);
    await this.#wait(() => found() >= 0, `the text ${JSON.stringify(end)}`);
    return this.#take(found() + Buffer.byteLength(end)).toString("latin1");
  }

  /** Takes exactly `length` bytes. */
  async bytes(length: number): Promise<Buffer> {
    await this.#wait(() => this.#arrived.length >= length, `${length} bytes`);
    return this.#take(length);
  }

  /** Takes one HTTP or RTSP message: head, and as much body as Content-Length says. */
  async message(): Promise<{ readonly head: string; readonly body: Buffer }> {
    const head = await this.until("\r\n\r\n");
    const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
    return { head, body: length === undefined ? Buffer.alloc(0) : await this.bytes(Number(length)) };
  }

  /** Sends and takes the answer. */
  request(data: string | Uint8Array): Promise<{ readonly head: string; readonly body: Buffer }> {
    this.send(data);
    return this.message();
  }

  /** Waits for the end and takes all that is left. */
  async rest(): Promise<Buffer> {
    await this.#wait(() => this.#ended, "the end of the connection");
    return this.#take(this.#arrived.length);
  }

  close(): void {
    this.connection.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return this.settle();
  }

  #take(length: number): Buffer {
    const taken = this.#arrived.subarray(0, length);
    this.#arrived = this.#arrived.subarray(length);
    return taken;
  }

  async #wait(holds: () => boolean, what: string): Promise<void> {
    for (let turns = 0; !holds(); turns++) {
      if (turns > this.patience || (this.#ended && turns > 2)) {
        const state = this.#ended ? "the connection ended" : "nothing more came";
        throw new Error(
          `waited for ${what}, but ${state}; there is: ${JSON.stringify(this.#arrived.toString("latin1"))}`,
        );
      }
      await this.settle();
    }
  }
}

/** Connects from `net`. Give the fake clock when the server's host is a fake one; a real one is waited for 5 s. */
export async function connectText(
  net: Net,
  address: string,
  port: number,
  clock?: FakeClock,
): Promise<TextClient<Connection>> {
  const connection = await net.connect(address, port);
  return clock ? new TextClient(connection, () => clock.settle(), 50) : new TextClient(connection, pause, 2500);
}
