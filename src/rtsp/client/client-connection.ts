import type { Clock, Timer } from "#host/clock";
import { CodedError, DecodeError, messageOf } from "#util/errors";
import {
  Headers,
  writeFrame,
  writeRequest,
  writeResponse,
  type RtspMessage,
  type RtspRequest,
  type RtspResponse,
} from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import type { ClientStream } from "./client-stream.js";

/** An answer to a request of the server's, and what is to be done when it has been sent. */
export interface AnswerToServer {
  readonly status: number;
  readonly after?: () => void;
}

/** Who listens to a connection. */
export interface ConnectionListener {
  /** An interleaved frame. The payload is a view that stays as it is. */
  frame(channel: number, payload: Buffer): void;
  /** A request of the server's. */
  request(request: RtspRequest): AnswerToServer;
  /** It has ended, and not by `close`. */
  closed(reason: string): void;
}

interface Pending {
  readonly cseq: number;
  readonly done: (response: RtspResponse) => void;
  readonly failed: (error: Error) => void;
  readonly timer: Timer;
}

/** Answers and reports that may wait for a server that does not read. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** How long what was written last may take to go out. */
const LINGER_MS = 2000;

/** A connection to a server: requests, each with its answer, and interleaved frames between them. */
export class ClientConnection {
  readonly #stream: ClientStream;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #listener: ConnectionListener;
  readonly #parser = new RtspParser();
  #pending: readonly Pending[] = [];
  #cseq = 0;
  #state: "open" | "closed" = "open";

  /** An answer that takes longer than `timeoutMs` ends the connection. */
  constructor(stream: ClientStream, clock: Clock, timeoutMs: number, listener: ConnectionListener) {
    this.#stream = stream;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#listener = listener;
    stream.on("error", (error) => this.#fail(messageOf(error)));
    stream.on("end", () => this.#fail("the server has closed the connection"));
    stream.on("close", () => this.#fail("the connection is closed"));
    stream.on("data", (chunk) => this.#receive(chunk));
  }

  /** Rejects with a CodedError `rtsp-client-closed` when no answer can come any more. */
  request(method: string, target: string, headers: Headers): Promise<RtspResponse> {
    return new Promise((done, failed) => {
      if (this.#state === "closed") {
        failed(new CodedError("rtsp-client-closed", "the connection is closed"));
        return;
      }
      const cseq = ++this.#cseq;
      const late = `the server does not answer ${method} within ${this.#timeoutMs / 1000} s`;
      const timer = this.#clock.after(this.#timeoutMs, () => this.#fail(late));
      this.#pending = [...this.#pending, { cseq, done, failed, timer }];
      this.#write(writeRequest(method, target, new Headers([["CSeq", String(cseq)], ...headers.lines])));
    });
  }

  sendFrame(channel: number, payload: Uint8Array): void {
    this.#write(writeFrame(channel, payload));
  }

  /** Ends it, after a last request whose answer nobody waits for. Its listener is not told. */
  close(method?: string, target = "*", headers = new Headers()): void {
    if (this.#state === "closed") return;
    if (method !== undefined)
      this.#write(writeRequest(method, target, new Headers([["CSeq", String(++this.#cseq)], ...headers.lines])));
    this.#shut("the connection is closed");
    this.#stream.end();
    const timer = this.#clock.after(LINGER_MS, () => this.#stream.destroy());
    this.#stream.on("close", () => timer.cancel());
  }

  #write(bytes: Uint8Array): void {
    if (this.#state === "closed") return;
    if (this.#stream.writableLength > MAX_WAITING_BYTES) this.#fail("the server does not read what it is sent");
    else this.#stream.write(bytes);
  }

  #receive(chunk: Buffer): void {
    if (this.#state === "closed") return;
    this.#parser.push(chunk);
    try {
      for (let message = this.#next(); message; message = this.#next()) this.#take(message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#fail(`the server sends something else than RTSP: ${error.message}`);
    }
  }

  #next(): RtspMessage | undefined {
    return this.#state === "open" ? this.#parser.next() : undefined;
  }

  #take(message: RtspMessage): void {
    if (message.kind === "frame") this.#listener.frame(message.channel, message.payload);
    else if (message.kind === "response") this.#answered(message);
    else this.#asked(message);
  }

  #answered(response: RtspResponse): void {
    // Interim answers (RFC 2326 §7.1.1) announce the one that counts.
    if (response.status < 200) return;
    const cseq = response.headers.get("CSeq");
    // Some servers leave it out of some answers; then it is the answer to what was asked first.
    const isTold = cseq !== undefined && /^\d{1,10}$/.test(cseq);
    const answered = isTold ? this.#pending.find((one) => one.cseq === Number(cseq)) : this.#pending[0];
    if (!answered) return;
    answered.timer.cancel();
    this.#pending = this.#pending.filter((one) => one !== answered);
    answered.done(response);
  }

  #asked(request: RtspRequest): void {
    const headers = new Headers();
    const cseq = request.headers.get("CSeq");
    if (cseq !== undefined) headers.add("CSeq", cseq);
    const { status, after } = this.#listener.request(request);
    this.#write(writeResponse(status, headers));
    after?.();
  }

  #fail(reason: string): void {
    if (this.#state === "closed") return;
    this.#shut(reason);
    this.#stream.destroy();
    this.#listener.closed(reason);
  }

  #shut(reason: string): void {
    this.#state = "closed";
    const pending = this.#pending;
    this.#pending = [];
    for (const { timer, failed } of pending) {
      timer.cancel();
      failed(new CodedError("rtsp-client-closed", reason));
    }
  }
}
