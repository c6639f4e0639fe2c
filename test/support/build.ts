import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepIdentity } from "./kept-identity.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** What start.sh and test.sh leave behind when they have built. */
const mark = join(root, "dist", ".built");

/** Builds the program and makes a certificate for its cameras; what is returned clears up. */
export default function setup(): () => void {
  build();
  const folder = keepIdentity(root);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Compiles the program to `dist/`, since what is forked or started there is JavaScript; not twice for the same sources. */
function build(): void {
  if (isBuilt()) return;
  const { status, stdout } = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, encoding: "utf8" });
  if (status === 0) writeFileSync(mark, "");
  else process.stderr.write(`the build has errors; what it wrote is tested all the same:\n${stdout}\n`);
}

/** Whether nothing has changed since, as start.sh asks it. */
function isBuilt(): boolean {
  if (!existsSync(mark)) return false;
  const sources = ["src", "package.json", "tsconfig.json", "tsconfig.build.json"];
  const { status, stdout } = spawnSync("find", [...sources, "-newer", mark], { cwd: root, encoding: "utf8" });
  return status === 0 && stdout === "";
}
