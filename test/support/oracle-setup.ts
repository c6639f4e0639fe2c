import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { needs } from "./needs.js";
import { ORACLE_FOLDER } from "./soap-oracle.js";

/*
 * Validates the messages that the tests have recorded against the official schemas, once, after all of them. The
 * validator is a program of its own: `SOAP_VALIDATOR=FILE` names it.
 */

const validator =
  process.env["SOAP_VALIDATOR"] ??
  path.resolve(fileURLToPath(new URL("../..", import.meta.url)), "../shared/tools/validate-soap");
const REPORTED_LINES = 200;

const missing = (): string | undefined => {
  if (!existsSync(validator)) return `there is no ${validator}; SOAP_VALIDATOR=FILE names another`;
  return ["python3", "xmllint"]
    .filter((tool) => spawnSync(tool, ["--version"]).error)
    .map((tool) => `there is no ${tool}`)
    .at(0);
};

/** Starts collecting; what is returned ends it. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "soap-oracle-"));
  process.env[ORACLE_FOLDER] = folder;
  return () => {
    const count = readdirSync(folder).length;
    const why = missing();
    if (count === 0 || why !== undefined) {
      if (count > 0) needs(`the validation of ${count} recorded messages`, why);
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const { status, stdout, stderr } = spawnSync("python3", [validator, "--quiet", folder], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status === 0) {
      process.stdout.write(`${count} recorded messages are valid by the official schemas\n`);
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const lines = `${stdout}${stderr}`.replaceAll(`${folder}/`, "").trimEnd().split("\n");
    const rest = lines.length > REPORTED_LINES ? [`… and ${lines.length - REPORTED_LINES} more lines`] : [];
    const head = `of ${count} recorded messages (kept in ${folder}) some are not valid by the official schemas:`;
    process.stderr.write(`${[head, ...lines.slice(0, REPORTED_LINES), ...rest].join("\n  ")}\n`);
    // Vitest only mentions an error thrown here; the run must fail.
    process.exitCode = 1;
  };
}
