import { appendFileSync } from "node:fs";

/**
 * Is everything there that `what` needs? If not, says on standard error that it is skipped, and why, and in the file that
 * `SKIPPED_FILE` names, whose lines test.sh shows at the end.
 */
export function needs(what: string, missing: string | undefined): boolean {
  if (missing === undefined) return true;
  process.stderr.write(`skipped: ${what}: ${missing}\n`);
  const file = process.env["SKIPPED_FILE"];
  if (file !== undefined) appendFileSync(file, `${what}: ${missing}\n`);
  return false;
}
