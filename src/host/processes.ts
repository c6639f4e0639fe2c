import type { Closable } from "#util/scope";

export interface RunOptions {
  /** Written to the program's standard input, which is then closed. */
  readonly input?: Uint8Array;
  /** The program is killed (SIGTERM, SIGKILL 2 s later) when it takes longer. */
  readonly timeoutMs: number;
  /** The program is killed when it prints more. */
  readonly maxOutputBytes: number;
}

export interface RunResult {
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: Buffer;
  /** The last 8 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** A child process of ours that runs a module of this project and exchanges messages (structured clone). */
export interface Worker extends Closable {
  post(message: unknown): void;
  onMessage(handler: (message: unknown) => void): void;
  /** Called once when it has ended, whatever the cause. */
  onExit(handler: (reason: string) => void): void;
}

/** The worker's end of the exchange. */
export interface WorkerPort {
  post(message: unknown): void;
  onMessage(handler: (message: unknown) => void): void;
}

/** A program that runs on and works through what is written to it. */
export interface RunningProgram {
  /** Writes to its standard input; false when too much waits there already, and the data are left out. */
  write(data: Uint8Array): boolean;
  /** Called once when it has ended, with how it did and the last line that it has printed to standard error. */
  onExit(handler: (reason: string) => void): void;
  /** Ends its input, and the program 2 s later if it has not ended by itself then. Safe to call twice. */
  close(): Promise<void>;
}

/** Other programs. Arguments are always a list; no shell is involved. */
export interface Processes {
  /** The absolute path of a program on PATH, or undefined. */
  find(program: string): Promise<string | undefined>;
  /** Rejects with `ENOENT`, … when the program cannot be started, and with `output-limit` when it prints too much. */
  run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Starts a program; one that cannot be started has ended at once. Up to `maxWaitingBytes` wait for it to read. */
  start(program: string, args: readonly string[], maxWaitingBytes: number): RunningProgram;
  /** Forks a module given by its URL. */
  fork(module: URL): Worker;
}
