import type { Logger } from "#util/log";
import { loggerTo } from "./recording-logger.js";

/** A logger and what it was told: `warn the sentence {"facts":1}`. */
export function logLines(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const log = loggerTo(({ level, message, facts }) =>
    lines.push([level, message, ...(facts ? [JSON.stringify(facts)] : [])].join(" ")),
  );
  return { log, lines };
}
