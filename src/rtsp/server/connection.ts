import { SendQueue } from "#media/send-queue";
import { DecodeError, messageOf, type Facts } from "#util/errors";
import type { Logger } from "#util/log";
import { parseTokens } from "#wire/rtsp/headers/tokens";
import { Headers, writeResponse, type RtspMessage, type RtspRequest } from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import type { TransportOffer } from "../negotiate.js";
import type { Announced } from "./announced.js";
import { Rejection, statusOf, type Answer } from "./answer.js";
import type { ServerContext } from "./context.js";
import { allowedMethods } from "./methods/allowed.js";
import { handleRequest } from "./methods/dispatch.js";
import { ParameterStore } from "./parameters.js";
import type { Caller } from "./rights.js";
import type { ClientSession } from "./client-session.js";
import type { SessionOwner } from "./session-owner.js";
import type { Described } from "./setup-target.js";
import { type Carrier, type CarrierName, isSecureCarrier } from "./transport/carrier.js";

/** Answers that may wait for a client that does not read them. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** A connection that has been ended and is still there after this is destroyed. */
const LINGER_MS = 5000;

/** One client's connection: cuts it into messages, has each request answered in turn, and carries interleaved media. */
export class RtspConnection implements SessionOwner {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly carrier: CarrierName;
  /** What is sent here cannot be listened to. */
  readonly isSecure: boolean;
  /** The name that the client's certificate proves, where TLS wants one. */
  readonly clientName: string | undefined;
  /** What may be negotiated here. */
  readonly transports: TransportOffer;
  readonly queue: SendQueue;
  readonly log: Logger;
  /** What was described here last. */
  described: Described | undefined;
  /** What was announced here and is not set up yet. */
  announced: Announced | undefined;
  /** Parameters set outside a session. */
  readonly parameters = new ParameterStore();
  /** The session that was set up here and lives. */
  session: ClientSession | undefined;
  /** Who has logged in here last. */
  login: Caller | undefined;
  /** Who the request in work is from; undefined without a login. */
  caller: Caller | undefined;
  /** Something was opened for it, be it without a login. */
  isAdmitted = false;
  failedLogins = 0;
  readonly #server: ServerContext;
  readonly #stream: Carrier;
  readonly #closed: (connection: RtspConnection) => void;
  readonly #parser: RtspParser;
  readonly #openedMs: number;
  #requests = 0;
  #lastRequestMs: number;
  /** Since when a message has been incomplete. */
  #partialMs: number | undefined;
  #answerBytes = 0;
  #state: "open" | "ending" | "closed" = "open";
  #isBusy = false;
  #endedMs = 0;

  constructor(
    server: ServerContext,
    stream: Carrier,
    carrier: CarrierName,
    transports: TransportOffer,
    closed: (connection: RtspConnection) => void,
  ) {
    this.#server = server;
    this.#stream = stream;
    this.carrier = carrier;
    this.isSecure = isSecureCarrier(carrier);
    this.clientName = stream.clientName;
    this.transports = transports;
    this.#closed = closed;
    this.remoteAddress = stream.remoteAddress;
    this.remotePort = stream.remotePort;
    this.localAddress = stream.localAddress;
    this.localPort = stream.localPort;
    this.log = server.log.child({ peer: `${stream.remoteAddress}:${stream.remotePort}`, carrier });
    this.queue = new SendQueue(stream, server.clock, server.options.sendQueue);
    this.#parser = new RtspParser(server.options.parser);
    this.#openedMs = this.#lastRequestMs = server.clock.monotonic();
  }

  /** The name of who has logged in; undefined also for a token that has none. */
  get username(): string | undefined {
    return this.login?.name;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Begins to read; `head` are bytes that have been read already. */
  start(head?: Buffer): void {
    this.#stream.setNoDelay(true);
    this.#stream.on("drain", () => {
      this.queue.drained();
      this.session?.drained();
    });
    this.#stream.on("error", (error: Error) => this.#finish(error.message));
    this.#stream.on("end", () => this.#finish("closed by the client"));
    this.#stream.on("close", () => this.#finish("connection closed"));
    if (head && head.length > 0) this.#receive(head);
    this.#stream.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  sessionLeft(session: ClientSession): void {
    if (this.session === session) this.session = undefined;
  }

  /** Takes no more requests and closes when what was written has gone out. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#endedMs = this.#server.clock.monotonic();
    this.session?.ownerClosed();
    this.queue.clear();
    this.#stream.end();
  }

  /** Closes at once. */
  destroy(reason: string): void {
    this.#finish(reason);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    const { requestTimeoutMs, authenticationTimeoutMs, idleTimeoutMs, writeTimeoutMs } = this.#server.options;
    const ageMs = nowMs - this.#openedMs;
    if (this.#state === "ending") {
      if (nowMs - this.#endedMs >= LINGER_MS) this.destroy("did not close");
    } else if (this.queue.stalledMs() >= writeTimeoutMs && this.session?.mayStall !== true) {
      this.log.warn("reader takes nothing and is cut off", { afterMs: writeTimeoutMs });
      this.destroy("write timeout");
    } else if (this.#requests === 0 && ageMs >= requestTimeoutMs) {
      this.destroy("no request");
    } else if (this.#partialMs !== undefined && nowMs - this.#partialMs >= requestTimeoutMs) {
      this.destroy("incomplete message");
    } else if (this.#isStranger && ageMs >= authenticationTimeoutMs) {
      this.destroy("not authenticated");
    } else if (!this.session && !this.#isBusy && nowMs - this.#lastRequestMs >= idleTimeoutMs) {
      this.destroy("idle");
    }
  }

  /** A login is needed, and nothing else has been granted either. */
  get #isStranger(): boolean {
    return this.#server.authenticator !== undefined && !this.login && !this.isAdmitted;
  }

  #receive(chunk: Buffer): void {
    if (this.#state !== "open") return;
    this.#parser.push(chunk);
    if (!this.#isBusy) this.#guard(() => this.#pump());
  }

  /** A fault of ours ends the connection, not the program. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.log.error("connection failed", { reason: messageOf(error) });
      this.destroy("internal error");
    }
  }

  /** Handles the messages that are complete, up to one whose answer takes time. */
  #pump(): void {
    while (this.#state === "open" && !this.#isBusy) {
      let message: RtspMessage | undefined;
      try {
        message = this.#parser.next();
      } catch (error) {
        this.#refuse(error);
        return;
      }
      if (!message) break;
      this.#partialMs = undefined;
      if (message.kind === "frame") this.session?.receiveFrame(message.channel, message.payload);
      else if (message.kind === "request") this.#take(message);
    }
    if (this.#parser.pendingBytes > 0) this.#partialMs ??= this.#server.clock.monotonic();
  }

  #take(request: RtspRequest): void {
    this.#requests++;
    this.#lastRequestMs = this.#server.clock.monotonic();
    let answer: Answer | Promise<Answer>;
    try {
      answer = handleRequest(request, this, this.#server);
    } catch (error) {
      answer = this.#failure(request, error);
    }
    if (answer instanceof Promise) void this.#await(request, answer);
    else this.#answer(request, answer);
  }

  /** Nothing more is read until the answer is there: answers keep the order of their requests. */
  async #await(request: RtspRequest, pending: Promise<Answer>): Promise<void> {
    this.#isBusy = true;
    this.#stream.pause();
    const answer = await pending.catch((error: unknown) => this.#failure(request, error));
    this.#isBusy = false;
    this.#guard(() => {
      this.#answer(request, answer);
      if (this.#state !== "open") return;
      this.#stream.resume();
      this.#pump();
    });
  }

  #failure({ method }: RtspRequest, error: unknown): Answer {
    const status = statusOf(error);
    const facts = { method, status, reason: messageOf(error) };
    if (status === 500) this.log.error("request failed", facts);
    else this.#debug("request refused", facts);
    const headers = error instanceof Rejection ? error.headers : [];
    return { status, headers: status === 455 ? [...headers, ["Allow", allowedMethods(this.session)]] : headers };
  }

  /** Answers what is no message, and ends: where the next one starts is not known. */
  #refuse(error: unknown): void {
    if (!(error instanceof DecodeError)) throw error;
    this.#debug("not RTSP", { reason: error.message });
    const cseq = error.context["cseq"];
    const headers = new Headers(typeof cseq === "string" ? [["CSeq", cseq]] : []);
    this.#write(writeResponse(statusOf(error), headers));
    this.end();
  }

  #answer(request: RtspRequest, answer: Answer): void {
    if (this.#state !== "open") return;
    const headers = new Headers();
    const cseq = request.headers.get("CSeq");
    if (cseq !== undefined) headers.add("CSeq", cseq);
    headers.add("Server", this.#server.options.serverName);
    headers.add("Date", new Date(this.#server.clock.now()).toUTCString());
    for (const [name, value] of answer.headers ?? []) headers.add(name, value);
    // Echoed as it is (RFC 2326 §12.38).
    const timestamp = request.headers.get("Timestamp");
    if (timestamp !== undefined) headers.add("Timestamp", timestamp);
    const isLast = answer.closes === true || asksToClose(request);
    if (isLast) headers.add("Connection", "close");
    this.#write(writeResponse(answer.status, headers, answer.body));
    answer.after?.();
    if (isLast) this.end();
  }

  #write(bytes: Buffer): void {
    this.#answerBytes = this.#stream.writableLength === 0 ? bytes.length : this.#answerBytes + bytes.length;
    if (this.#answerBytes > MAX_ANSWER_BYTES) this.destroy("does not read its answers");
    else this.queue.write(bytes);
  }

  /** Of one that has proved nothing there may be any number: they are told apart by address alone. */
  #debug(message: string, facts: Facts): void {
    const { halfOpen, refusals } = this.#server;
    if (halfOpen.has(this)) refusals.debug(message, { peer: this.remoteAddress, carrier: this.carrier, ...facts });
    else this.log.debug(message, facts);
  }

  #finish(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#debug("connection closed", { reason });
    this.session?.ownerClosed();
    this.queue.clear();
    this.#stream.destroy();
    this.#closed(this);
  }
}

/** GStreamer says so with TEARDOWN (RFC 2326 §12.10). */
const asksToClose = ({ headers }: RtspRequest): boolean =>
  parseTokens(headers.all("Connection")).some((token) => token.toLowerCase() === "close");
