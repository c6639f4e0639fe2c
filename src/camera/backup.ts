import { runConfigIn } from "#config/load";
import { type RunConfig, runCfg } from "#config/run-cfg";
import { writeCfg } from "#config/write";
import { refusal } from "#device/refusal";
import { DecodeError } from "#util/errors";
import { signXml, verifiedXml } from "#xml/signature";
import { escapeAttribute, escapeText } from "#xml/writer";

/** What a camera signs its backups with, and knows them by; both PEM. */
export interface DeviceKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

const NAMESPACE = "urn:onvifrtspserver:backup";
/** Longest backup, in bytes. */
export const MAX_BACKUP_BYTES = 4 << 20;

/** A document with the whole run file in it, signed by the camera (docs/device-management.md). Holds passwords. */
export function writeBackup(run: RunConfig, { privateKey }: DeviceKey): string {
  const { manufacturer, model } = run.information;
  const text = escapeText(writeCfg(runCfg, run));
  const about = `manufacturer="${escapeAttribute(manufacturer)}" model="${escapeAttribute(model)}"`;
  return signXml(
    `<backup xmlns="${NAMESPACE}" ${about} savedAt="${run.runtime.savedAt}"><run_file>${text}</run_file></backup>`,
    privateKey,
  );
}

/** What a backup holds. Refuses with `invalid-backup-file` what this camera has not signed, to the last letter. */
export function readBackup(bytes: Uint8Array, { publicKey }: DeviceKey): RunConfig {
  const invalid = (why: string): Error => refusal("invalid-backup-file", `the backup is not taken: ${why}`);
  if (bytes.length > MAX_BACKUP_BYTES) throw invalid(`it is longer than ${MAX_BACKUP_BYTES} bytes`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const root = verifiedXml(text, publicKey, { maxLength: MAX_BACKUP_BYTES });
    if (root.namespace !== NAMESPACE || root.name !== "backup") throw invalid("it is another document");
    const run = runConfigIn(root.child("run_file")?.text ?? "");
    if (!run) throw invalid("this version of the program does not understand it");
    return run;
  } catch (error) {
    if (error instanceof DecodeError) throw invalid(error.message);
    if (error instanceof TypeError) throw invalid("it is no text");
    throw error;
  }
}
