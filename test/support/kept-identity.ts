import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the folder of the certificate in the environment of the tests. */
const VARIABLE = "KEPT_IDENTITY";
/** As a camera calls them in the folder `state` of its cfg files. */
const FILES = ["key.pem", "certificate.pem"] as const;

/** What the compiled program is asked for: vitest has no way to it before the tests. */
const SCRIPT = `
import { writeFileSync } from "node:fs";
import { makeSelfSigned } from "#http/certificate";
const day = 86_400_000;
const { key, certificate } = await makeSelfSigned({
  commonName: "onvifrtspserver",
  names: ["localhost", "127.0.0.1"],
  notBeforeMs: Date.now() - day,
  notAfterMs: Date.now() + 30 * day,
  serial: Buffer.from("0102030405060708090a0b0c", "hex"),
});
writeFileSync("${FILES[0]}", key, { mode: 0o600 });
writeFileSync("${FILES[1]}", certificate);
`;

/** Makes a self-signed certificate that cameras of this run may have; the folder in which it is. */
export function keepIdentity(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-identity-"));
  const script = `process.chdir(${JSON.stringify(folder)});${SCRIPT}`;
  const args = ["--input-type=module", "-e", script];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  // Without one each camera makes its own.
  if (status === 0) process.env[VARIABLE] = folder;
  else process.stderr.write(`no certificate could be made for the cameras of the tests:\n${stderr}\n`);
  return folder;
}

/** Gives the certificate to the camera with the cfg files of `folder`: making one of its own is a fifth of its start. */
export function giveIdentity(folder: string): void {
  const from = process.env[VARIABLE];
  if (from === undefined || !existsSync(from)) return;
  mkdirSync(join(folder, "state"));
  for (const name of FILES) copyFileSync(join(from, name), join(folder, "state", name));
}
