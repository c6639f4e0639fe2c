import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the program: that of package.json, from the sources as from dist. */
export function programFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

export function programVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(programFolder(), "package.json"), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
  return String(version);
}

/** The folder of the cfg files: the one named, else the present one if it has an onvif.cfg, else the program's. */
export function configFolder(named: string | undefined): string {
  if (named !== undefined) return resolve(named);
  return existsSync(join(process.cwd(), "onvif.cfg")) ? process.cwd() : programFolder();
}

/** What the program keeps beside the cfg files. */
export const stateFiles = (
  folder: string,
): { readonly pid: string; readonly log: string; readonly socket: string } => ({
  pid: join(folder, "onvifrtspserver.pid"),
  log: join(folder, "onvifrtspserver.log"),
  /** Where commands talk to it. */
  socket: join(folder, "onvifrtspserver.sock"),
});
