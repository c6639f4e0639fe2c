import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSigned } from "#http/certificate";

const DAY_MS = 86_400_000;
/** Names the folder of the certificate in the environment of the tests. */
const VARIABLE = "KEPT_IDENTITY";
/** As a camera calls them in the folder `state` of its cfg files. */
const FILES = ["key.pem", "certificate.pem"] as const;

/** Makes a self-signed certificate that cameras of this run may have; the folder in which it is. */
export async function keepIdentity(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-identity-"));
  const now = Date.now();
  const { key, certificate } = await makeSelfSigned({
    ...{ commonName: "onvifrtspserver", names: ["localhost", "127.0.0.1"] },
    ...{
      notBeforeMs: now - DAY_MS,
      notAfterMs: now + 30 * DAY_MS,
      serial: Buffer.from("0102030405060708090a0b0c", "hex"),
    },
  });
  writeFileSync(join(folder, FILES[0]), key, { mode: 0o600 });
  writeFileSync(join(folder, FILES[1]), certificate);
  process.env[VARIABLE] = folder;
  return folder;
}

/** Gives the certificate to the camera with the cfg files of `folder`: making one of its own is a fifth of its start. */
export function giveIdentity(folder: string): void {
  const from = process.env[VARIABLE];
  if (from === undefined || !existsSync(from)) return;
  mkdirSync(join(folder, "state"));
  for (const name of FILES) copyFileSync(join(from, name), join(folder, "state", name));
}
