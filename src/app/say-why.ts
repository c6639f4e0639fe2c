import type { DaemonReport } from "./daemon.js";
import { Exit, EXIT_INTERNAL } from "./exit.js";
import { createLog } from "./logging.js";

/** Says why it ends, on standard error, and to whoever started a daemon. Returns the status. */
export async function sayWhy(error: unknown, asDaemon: boolean): Promise<number> {
  const { status, message } = error instanceof Exit ? error : new Exit(EXIT_INTERNAL, unexpected(error));
  if (asDaemon) createLog(process.stderr, "json").fatal(message);
  else process.stderr.write(`onvifrtspserver: ${message}\n`);
  if (asDaemon) await report({ failed: message, status });
  return status;
}

export const unexpected = (error: unknown): string =>
  `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;

/** Tells whoever started the daemon, who may have gone. */
export async function report(message: DaemonReport): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((sent) => process.send?.(message, undefined, undefined, () => sent()));
  if (process.connected) process.disconnect();
}
