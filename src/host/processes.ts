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

/** Other programs. Arguments are always a list; no shell is involved. */
export interface Processes {
  /** The absolute path of a program on PATH, or undefined. */
  find(program: string): Promise<string | undefined>;
  /** Rejects with `ENOENT`, … when the program cannot be started, and with `output-limit` when it prints too much. */
  run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Forks a module given by its URL. */
  fork(module: URL): Worker;
}
