import { createECDH, createPrivateKey, createPublicKey } from "node:crypto";
import { join } from "node:path";
import type { DeviceKey } from "#camera/backup";
import type { Host } from "#host/host";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";

/**
 * The key with which a camera signs its backups (ECDSA, P-256): kept in `folder`/state, readable by its owner only, and
 * made when it is asked for first. Backups that were signed with a key that has been lost are not taken any more.
 */
export async function keptKey({ files, entropy }: Host, folder: string, log: Logger): Promise<DeviceKey> {
  const path = join(folder, "state", "backup-key.pem");
  try {
    return keyPair((await files.read(path)).toString("utf8"));
  } catch (error) {
    if (!(error instanceof CodedError && error.code === "ENOENT"))
      log.warn("the key of backups cannot be read; a new one takes its place", { path, reason: messageOf(error) });
  }
  const made = newKey(entropy.bytes(32));
  try {
    await files.makeDirectory(join(folder, "state"));
    await files.replace(path, made, 0o600);
  } catch (error) {
    log.warn("the key of backups cannot be kept; they will not be taken after the next start", {
      path,
      reason: messageOf(error),
    });
  }
  return keyPair(made);
}

const keyPair = (privateKey: string): DeviceKey => ({
  privateKey,
  publicKey: createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" }).toString(),
});

/** A private key from 32 random bytes; without the first bit they are below the order of the curve. */
function newKey(scalar: Buffer): string {
  scalar[0] = (scalar[0] ?? 0) & 0x7f;
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const text = (bytes: Buffer): string => bytes.toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", d: text(scalar), x: text(point.subarray(1, 33)), y: text(point.subarray(33)) };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}
