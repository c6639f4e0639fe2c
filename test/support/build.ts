import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Compiles the program to `dist/`, since what is forked or started there is JavaScript. */
export default function build(): void {
  const { status, stdout } = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, encoding: "utf8" });
  if (status !== 0) process.stderr.write(`the build has errors; what it wrote is tested all the same:\n${stdout}\n`);
}
