import { closeSync, openSync } from "node:fs";

/** How a program that serves is told what to do. */
export interface Signals {
  /** Resolves at the first SIGINT or SIGTERM, or when the terminal has gone. A further one ends the process at once. */
  readonly ended: Promise<"signal" | "hangup">;
  /** Whether `ended` has resolved. */
  readonly isEnding: boolean;
  /** Calls `reload` for each SIGHUP, those that came before included, as one. */
  onReload(reload: () => void): void;
}

/** Listens for signals from now on, so that none of them ends the process unawares during its start. */
export function listenForSignals(): Signals {
  const hadTerminal = process.stdout.isTTY && hasTerminal();
  let isEnding = false;
  let missed = false;
  let reload = (): void => {
    missed = true;
  };
  const ended = new Promise<"signal" | "hangup">((resolve) => {
    const end = (why: "signal" | "hangup"): void => {
      // 130 is what shells report for a program that Ctrl-C has ended.
      if (isEnding) process.exit(130);
      isEnding = true;
      resolve(why);
    };
    process.on("SIGINT", () => end("signal"));
    process.on("SIGTERM", () => end("signal"));
    // A closed terminal sends the same signal as somebody who wants the cfg files read again.
    process.on("SIGHUP", () => (hadTerminal && !hasTerminal() ? end("hangup") : reload()));
  });
  return {
    ended,
    get isEnding() {
      return isEnding;
    },
    onReload: (act) => {
      reload = act;
      if (missed) act();
    },
  };
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r+"));
    return true;
  } catch {
    return false;
  }
}
