import type { ComingBack } from "#camera/maintenance";
import { readRunFile } from "#config/load";
import type { RunConfig } from "#config/run-cfg";
import { RunStore } from "#config/run-store";
import type { Host } from "#host/host";
import type { Logger } from "#util/log";

/**
 * Puts into the run file what a camera that has gone is to come back with, and reads what there is then; undefined when
 * the configuration counts.
 */
export async function keptForNextStart(
  { files, clock }: Pick<Host, "files" | "clock">,
  path: string,
  run: ComingBack["run"],
  log: Logger,
): Promise<RunConfig | undefined> {
  const store = new RunStore(files, clock, path, log);
  if (run === "none") await store.discard();
  else if (run !== "kept") store.schedule(() => run);
  await store.close();
  // What could not be written counts all the same, until the next restart.
  return typeof run === "object" ? run : (await readRunFile(files, path))?.value;
}
