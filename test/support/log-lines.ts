import type { Facts } from "#util/errors";
import type { Logger } from "#util/log";

/** A logger and what it was told: `warn the sentence {"facts":1}`. */
export function logLines(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (message: string, facts?: Facts): void =>
      void lines.push([level, message, ...(facts ? [JSON.stringify(facts)] : [])].join(" "));
  const log: Logger = {
    trace: note("trace"),
    debug: note("debug"),
    info: note("info"),
    warn: note("warn"),
    error: note("error"),
    fatal: note("fatal"),
    child: () => log,
  };
  return { log, lines };
}
