import { formatIssue, hasErrors, type Issue } from "#config/issues";
import { type Loaded, loadConfig } from "#config/load";
import type { Host } from "#host/host";
import { Exit, EXIT_CONFIG } from "./exit.js";

export interface LoadOptions {
  /** Folder of the cfg files. */
  readonly folder: string;
  readonly programFolder: string;
  /** Leave the run file out of account. */
  readonly defaults: boolean;
}

/** Reads the cfg files; throws `Exit` 78 with all problems when there is an error. */
export async function loadOrExit(
  host: Pick<Host, "files">,
  { folder, programFolder, defaults }: LoadOptions,
): Promise<Loaded> {
  const loaded = await loadConfig(host.files, folder, { programFolder, ignoreRunFile: defaults });
  if (hasErrors(loaded.issues))
    throw new Exit(EXIT_CONFIG, `the cfg files are wrong, and nothing is started\n${issuesText(loaded.issues)}`);
  return loaded;
}

export const issuesText = (issues: readonly Issue[]): string => issues.map(formatIssue).join("\n");
