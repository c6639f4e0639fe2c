import type { Clock } from "#host/clock";
import type { Processes, RunningProgram, RunOptions, RunResult, Worker } from "#host/processes";
import { CodedError } from "#util/errors";

/** One start of a scripted program. */
export interface ProgramRun {
  readonly args: readonly string[];
  readonly input: Uint8Array | undefined;
}

/** What a scripted program prints and how it ends. */
export interface ProgramEnd {
  readonly status?: number;
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
}

/** A program of a test; `hang` never ends by itself. */
export type Program = (run: ProgramRun) => ProgramEnd | "hang" | Promise<ProgramEnd | "hang">;

/** A forked worker whose inside is the test. */
export class FakeWorker implements Worker {
  /** What the parent has posted. */
  readonly received: unknown[] = [];
  closed = false;
  exitReason: string | undefined;
  #messageHandlers: ((message: unknown) => void)[] = [];
  #exitHandlers: ((reason: string) => void)[] = [];
  #inside: (message: unknown) => void = () => {};

  constructor(readonly module: URL) {}

  /** Called inside the worker for each message of the parent. */
  onReceive(handler: (message: unknown) => void): void {
    this.#inside = handler;
  }

  /** Sends a message from inside to the parent. */
  reply(message: unknown): void {
    const copy: unknown = structuredClone(message);
    setImmediate(() => {
      if (this.exitReason === undefined) for (const handler of this.#messageHandlers) handler(copy);
    });
  }

  /** Ends the worker from inside. */
  exit(reason: string): void {
    if (this.exitReason !== undefined) return;
    this.exitReason = reason;
    for (const handler of this.#exitHandlers) setImmediate(handler, reason);
  }

  post(message: unknown): void {
    if (this.exitReason !== undefined) return;
    const copy: unknown = structuredClone(message);
    this.received.push(copy);
    setImmediate(() => this.#inside(copy));
  }

  onMessage(handler: (message: unknown) => void): void {
    this.#messageHandlers.push(handler);
  }

  onExit(handler: (reason: string) => void): void {
    if (this.exitReason === undefined) this.#exitHandlers.push(handler);
    else setImmediate(handler, this.exitReason);
  }

  close(): Promise<void> {
    this.closed = true;
    this.exit("signal SIGTERM");
    return Promise.resolve();
  }
}

/** A program that was started and runs until the test or its owner ends it. */
export class FakeProgram implements RunningProgram {
  readonly written: Buffer[] = [];
  isFull = false;
  #handlers: ((reason: string) => void)[] = [];
  #reason: string | undefined;

  constructor(
    readonly program: string,
    readonly args: readonly string[],
  ) {}

  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  write(data: Uint8Array): boolean {
    if (this.isFull || this.hasEnded) return false;
    this.written.push(Buffer.from(data));
    return true;
  }

  onExit(handler: (reason: string) => void): void {
    if (this.#reason === undefined) this.#handlers.push(handler);
    else setImmediate(handler, this.#reason);
  }

  /** Ends it from inside. */
  exit(reason: string): void {
    if (this.hasEnded) return;
    this.#reason = reason;
    for (const handler of this.#handlers) setImmediate(handler, reason);
  }

  close(): Promise<void> {
    this.exit("exit status 0");
    return Promise.resolve();
  }
}

/** Programs and workers that a test has scripted; anything else is not there. */
export class FakeProcesses implements Processes {
  readonly #programs = new Map<string, Program>();
  /** Every start: program as it was named, and how. */
  readonly runs: (ProgramRun & { readonly program: string })[] = [];
  readonly workers: FakeWorker[] = [];
  /** Programs that were started. */
  readonly started: FakeProgram[] = [];
  /** Plays the inside of each forked worker; without it a fork ends at once as a missing module does. */
  onFork: (worker: FakeWorker) => void = (worker) => worker.exit("exit status 1: module not found");

  constructor(private readonly clock: Clock) {}

  /** Installs a program: found on PATH by its name, as `/usr/bin/<name>`, or under a path if `name` is one. */
  install(name: string, program: Program): void {
    this.#programs.set(name.includes("/") ? name : `/usr/bin/${name}`, program);
  }

  find(program: string): Promise<string | undefined> {
    const path = this.#pathOf(program);
    return Promise.resolve(this.#programs.has(path) ? path : undefined);
  }

  async run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
    const script = this.#programs.get(this.#pathOf(program));
    this.runs.push({ program, args, input: options.input });
    if (!script) throw new CodedError("ENOENT", `cannot run: ENOENT ${program}`, { program });
    const end = await Promise.race([
      Promise.resolve(script({ args, input: options.input })).then((ended) => (ended === "hang" ? never() : ended)),
      new Promise<undefined>((late) => void this.clock.after(options.timeoutMs, () => late(undefined))),
    ]);
    if (!end) return { status: undefined, stdout: Buffer.alloc(0), stderr: "", timedOut: true };
    const stdout = Buffer.from(end.stdout ?? "");
    if (stdout.length > options.maxOutputBytes)
      throw new CodedError("output-limit", `${program} printed more than ${options.maxOutputBytes} bytes`, { program });
    return { status: end.status ?? 0, stdout, stderr: (end.stderr ?? "").slice(-8192), timedOut: false };
  }

  start(program: string, args: readonly string[]): RunningProgram {
    const started = new FakeProgram(program, args);
    this.started.push(started);
    if (!this.#programs.has(this.#pathOf(program))) started.exit(`ENOENT ${program}`);
    return started;
  }

  fork(module: URL): Worker {
    const worker = new FakeWorker(module);
    this.workers.push(worker);
    this.onFork(worker);
    return worker;
  }

  #pathOf(program: string): string {
    return program.includes("/") ? program : `/usr/bin/${program}`;
  }
}

const never = (): Promise<never> => new Promise(() => {});
