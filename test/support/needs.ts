/** Is everything there that `what` needs? If not, says on standard error that it is skipped, and why. */
export function needs(what: string, missing: string | undefined): boolean {
  if (missing !== undefined) process.stderr.write(`skipped: ${what}: ${missing}\n`);
  return missing === undefined;
}
