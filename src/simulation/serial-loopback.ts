import { demandExchange, ReceivedBytes, type SerialExchange } from "#device/io/serial-line";
import type { SerialPorts } from "#device/io/serial-ports";
import { refusal } from "#device/refusal";
import type { Clock } from "#host/clock";
import type { Closable } from "#util/scope";

/** How long a call is held that waits for data without saying how long. */
const HOLD_MS = 5_000;
/** Longest time that a call may wait. */
const MAXIMUM_WAIT_MS = 300_000;
/** How many calls may wait at a port. */
const MAXIMUM_WAITING = 16;

interface Waiting {
  readonly exchange: SerialExchange;
  readonly end: (bytes: Uint8Array) => void;
}

interface Line {
  readonly received: ReceivedBytes;
  readonly waiting: Set<Waiting>;
}

/** A plug in each serial port that joins its two lines: what is sent comes back at once, to whoever waits longest. */
export class SerialLoopback implements Closable {
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly ports: SerialPorts,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends the data, if any, and resolves with what came: enough of it, or at the end of the time all there is. A call
   * with data that does not wait only sends; what it sent is there for the next one.
   *
   * @param port its token, or undefined for the first port
   * @param signal aborted when nobody wants the answer any more; what comes then is for others
   */
  exchange(port: string | undefined, exchange: SerialExchange, signal: AbortSignal): Promise<Uint8Array> {
    const line = this.#line(this.ports.get(port).token);
    demandExchange(exchange);
    const { data, timeoutMs } = exchange;
    const isWaiting = timeoutMs !== 0;
    if (isWaiting && line.waiting.size >= MAXIMUM_WAITING)
      throw refusal("serial-port-busy", `${MAXIMUM_WAITING} calls wait for data of the serial port already`);
    const answer = isWaiting ? this.#wait(line, exchange, signal) : undefined;
    if (data) line.received.add(data);
    serve(line);
    return answer ?? Promise.resolve(data ? new Uint8Array() : line.received.takeAll());
  }

  /** Ends the calls that wait, with nothing. */
  close(): Promise<void> {
    for (const { waiting } of this.#lines.values()) for (const { end } of waiting) end(new Uint8Array());
    return Promise.resolve();
  }

  #line(token: string): Line {
    const line = this.#lines.get(token) ?? { received: new ReceivedBytes(), waiting: new Set() };
    this.#lines.set(token, line);
    return line;
  }

  #wait(line: Line, exchange: SerialExchange, signal: AbortSignal): Promise<Uint8Array> {
    const { timeoutMs = -1 } = exchange;
    const waitMs = timeoutMs < 0 ? HOLD_MS : Math.min(timeoutMs, MAXIMUM_WAIT_MS);
    return new Promise((resolve) => {
      const waiting: Waiting = {
        exchange,
        end: (bytes) => {
          timer.cancel();
          signal.removeEventListener("abort", gone);
          line.waiting.delete(waiting);
          resolve(bytes);
        },
      };
      const timer = this.clock.after(waitMs, () => waiting.end(line.received.takeAll()));
      const gone = (): void => waiting.end(new Uint8Array());
      signal.addEventListener("abort", gone);
      line.waiting.add(waiting);
    });
  }
}

/** Gives what is there to those for whom it is enough, the one that waits longest first. */
function serve({ received, waiting }: Line): void {
  for (const { exchange, end } of waiting) {
    const bytes = received.takeEnough(exchange);
    if (bytes) end(bytes);
  }
}
