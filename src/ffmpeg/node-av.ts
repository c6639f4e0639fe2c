import type { Clock, Timer } from "#host/clock";
import type { Host } from "#host/host";
import type { Worker } from "#host/processes";
import { CodedError } from "#util/errors";
import { JobQueue } from "./job-queue.js";
import { asAnswer, type WorkerAnswer } from "./node-av-messages.js";
import {
  isJpeg,
  MAX_WAITING,
  PICTURE_TIMEOUT_MS,
  pictureRequest,
  type KeyFrame,
  type PictureMaker,
  type PictureRequest,
} from "./picture.js";

/** Starting the worker and loading FFmpeg takes 0.2 s when all is well. */
const START_TIMEOUT_MS = 10_000;
/** The worker holds some 80 MB; without work it is let go. */
const IDLE_MS = 60_000;

const workerModule = new URL("./node-av-worker.js", import.meta.url);

/**
 * Makes pictures with the FFmpeg libraries of the package node-av, in a process of their own, because a fault in them
 * ends the process. One picture at a time: two calls into one decoder are such a fault. A worker that crashes or is too
 * slow is replaced at the next picture.
 */
export class NodeAvPictureMaker implements PictureMaker {
  readonly name = "node-av";
  readonly #queue = new JobQueue(1, MAX_WAITING);
  #session: WorkerSession | undefined;
  #idle: Timer | undefined;

  constructor(
    private readonly host: Pick<Host, "clock" | "processes">,
    private readonly module: URL = workerModule,
  ) {}

  /** Starts the worker; its FFmpeg version, or `node-av-missing` when the package cannot be used here. */
  load(): Promise<string> {
    return this.#queue.run(async () => (await this.#started()).version);
  }

  async jpeg(frame: KeyFrame): Promise<Buffer> {
    const request = pictureRequest(frame);
    return this.#queue.run(() => this.#make(request));
  }

  async close(): Promise<void> {
    this.#idle?.cancel();
    await Promise.all([this.#queue.close(), this.#end("closed")]);
  }

  async #make(request: PictureRequest): Promise<Buffer> {
    const session = (await this.#started()).session;
    const answer = await session.ask(request, PICTURE_TIMEOUT_MS);
    if (answer.kind === "jpeg" && isJpeg(answer.data))
      return Buffer.from(answer.data.buffer, answer.data.byteOffset, answer.data.byteLength);
    const reason = answer.kind === "failed" ? answer.reason : "the worker made something else";
    throw new CodedError("picture-failed", `node-av made no picture: ${reason}`);
  }

  async #started(): Promise<{ readonly session: WorkerSession; readonly version: string }> {
    this.#idle?.cancel();
    this.#idle = this.host.clock.after(IDLE_MS, () => void this.#end("idle"));
    if (this.#session?.ended !== undefined) await this.#end("replaced");
    this.#session ??= new WorkerSession(this.host.processes.fork(this.module), this.host.clock);
    const answer = await this.#session.ready;
    if (answer.kind === "ready") return { session: this.#session, version: answer.version };
    await this.#end("unusable");
    throw new CodedError("node-av-missing", answer.kind === "unusable" ? answer.reason : "it does not start");
  }

  async #end(reason: string): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close(reason);
  }
}

/** One life of the worker: questions one after the other, each with a deadline. */
class WorkerSession {
  /** Why the worker is of no use any more. */
  ended: string | undefined;
  readonly ready: Promise<WorkerAnswer>;
  #waiting: { readonly answer: (answer: WorkerAnswer) => void; readonly fail: (error: CodedError) => void } | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly clock: Clock,
  ) {
    worker.onMessage((message) => {
      const answer = asAnswer(message);
      if (answer) this.#waiting?.answer(answer);
    });
    worker.onExit((reason) => this.#fail(new CodedError("picture-failed", `the worker ended: ${reason}`)));
    this.ready = this.#answer(START_TIMEOUT_MS).catch((error: unknown) => ({
      kind: "unusable" as const,
      reason: error instanceof CodedError ? error.message : String(error),
    }));
  }

  ask(request: PictureRequest, timeoutMs: number): Promise<WorkerAnswer> {
    const answer = this.#answer(timeoutMs);
    this.worker.post(request);
    return answer;
  }

  async close(reason: string): Promise<void> {
    this.#fail(new CodedError("picture-failed", `the worker was ended: ${reason}`));
    await this.worker.close();
  }

  #answer(timeoutMs: number): Promise<WorkerAnswer> {
    if (this.ended !== undefined) return Promise.reject(new CodedError("picture-failed", this.ended));
    const deadline = this.clock.after(timeoutMs, () => {
      this.#fail(new CodedError("picture-timeout", `node-av took more than ${timeoutMs} ms`));
      void this.worker.close();
    });
    return new Promise<WorkerAnswer>((answer, fail) => {
      this.#waiting = { answer, fail };
    }).finally(() => {
      deadline.cancel();
      this.#waiting = undefined;
    });
  }

  #fail(error: CodedError): void {
    this.ended ??= error.message;
    this.#waiting?.fail(error);
  }
}
