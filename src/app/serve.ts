import type { Host } from "#host/host";
import { Exit, EXIT_INTERNAL } from "./exit.js";
import { run, type RunOptions } from "./run.js";
import { report, unexpected } from "./say-why.js";
import { listenForSignals } from "./signals.js";

/** Time for a clean end, in ms. */
const STOP_MS = 10_000;

/** Runs until a signal ends it. Throws `Exit` when it cannot start, or cannot go on. */
export async function serve(host: Host, options: RunOptions): Promise<void> {
  const signals = listenForSignals();
  // Whoever reads our output may go; the camera stays.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const running = await run(host, options);
  const failed = new Promise<never>((_resolve, reject) => {
    process.on("uncaughtException", (error) => reject(new Exit(EXIT_INTERNAL, unexpected(error))));
    signals.onReload(() => void running.reload().catch(reject));
  });
  failed.catch(() => {});
  let why: Awaited<typeof signals.ended> = "signal";
  // Listening sockets keep the process alive; this does when all listeners are off, and while it ends.
  const alive = setInterval(() => {}, 1 << 30);
  try {
    if (!signals.isEnding) {
      if (options.toFile) await report({ ready: running.summary });
      else process.stdout.write(`${running.summary}\n`);
    }
    why = await Promise.race([signals.ended, failed]);
  } finally {
    setTimeout(() => process.exit(EXIT_INTERNAL), STOP_MS).unref();
    await running.stop();
    clearInterval(alive);
  }
  if (why === "signal") return;
  // Node aborts when it exits without the terminal that it had; a process that dies of the signal does not get there.
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}
