import { createCipheriv, createDecipheriv } from "node:crypto";
import { dirname } from "node:path";
import type { SecretState } from "#device/security/security";
import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Files } from "#host/files";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";

/** Where the keystore and the key that it is encrypted with are kept. */
export interface KeystorePaths {
  readonly file: string;
  readonly key: string;
}

const MAGIC = Buffer.from("onvifrtspserver keystore 1\n");
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps the keystore in a file, encrypted (AES-256-GCM) with a key that is in a file beside it, both readable by their owner
 * only. A copy of the one without the other tells nothing; who reads the folder as the program does has both.
 */
export class KeystoreFile implements Closable {
  #key: Buffer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #waiting: (() => SecretState) | undefined;

  constructor(
    private readonly host: { readonly files: Files; readonly entropy: Entropy; readonly clock: Clock },
    private readonly paths: KeystorePaths,
    private readonly log: Logger,
  ) {}

  /** What was kept; undefined at the first start. A file that cannot be read is set aside, and the log says so. */
  async load(): Promise<SecretState | undefined> {
    let file: Buffer;
    try {
      file = await this.host.files.read(this.paths.file);
    } catch (error) {
      if (error instanceof CodedError && error.code === "ENOENT") return undefined;
      throw error;
    }
    try {
      const key = await this.#readKey();
      if (!key) throw new CodedError("keystore-key", `there is no key file ${this.paths.key}`);
      this.#key = key;
      return JSON.parse(decrypted(file, key)) as SecretState;
    } catch (error) {
      await this.setAside(messageOf(error));
      return undefined;
    }
  }

  /** Renames the file to `<name>.damaged-<time>`, so that nothing is lost, and tells why. */
  async setAside(reason: string): Promise<void> {
    const time = new Date(this.host.clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const aside = `${this.paths.file}.damaged-${time}`;
    await this.host.files.rename(this.paths.file, aside).catch(() => {});
    this.log.warn("the keystore cannot be used and was set aside; the camera starts with an empty one", {
      aside,
      reason,
    });
  }

  /** Writes what `snapshot` gives, when the writing before that is done. */
  schedule(snapshot: () => SecretState): void {
    const isIdle = this.#waiting === undefined;
    this.#waiting = snapshot;
    if (isIdle) this.#writing = this.#writing.then(() => this.#write());
  }

  /** Deletes the file: the keystore is empty again. */
  async discard(): Promise<void> {
    this.#waiting = undefined;
    await this.#writing;
    await this.host.files.remove(this.paths.file).catch(() => {});
  }

  close(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    const snapshot = this.#waiting;
    this.#waiting = undefined;
    if (!snapshot) return;
    const { files, entropy } = this.host;
    try {
      this.#key ??= await this.#readKey();
      if (!this.#key) {
        const key = entropy.bytes(KEY_BYTES);
        await files.makeDirectory(dirname(this.paths.key));
        await files.replace(this.paths.key, `${key.toString("base64")}\n`, 0o600);
        this.#key = key;
      }
      await files.makeDirectory(dirname(this.paths.file));
      const data = encrypted(JSON.stringify(snapshot()), this.#key, entropy.bytes(IV_BYTES));
      await files.replace(this.paths.file, data, 0o600);
    } catch (error) {
      this.log.error("the keystore cannot be kept", { path: this.paths.file, reason: messageOf(error) });
    }
  }

  async #readKey(): Promise<Buffer | undefined> {
    try {
      const key = Buffer.from((await this.host.files.read(this.paths.key)).toString("utf8"), "base64");
      if (key.length !== KEY_BYTES) throw new CodedError("keystore-key", `${this.paths.key} is not a key`);
      return key;
    } catch (error) {
      if (error instanceof CodedError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** First line, IV, tag, ciphertext. */
function encrypted(text: string, key: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(MAGIC);
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([MAGIC, iv, cipher.getAuthTag(), data]);
}

function decrypted(file: Buffer, key: Buffer): string {
  const start = MAGIC.length;
  if (file.length < start + IV_BYTES + TAG_BYTES || !file.subarray(0, start).equals(MAGIC))
    throw new CodedError("keystore-format", "that is no keystore");
  const iv = file.subarray(start, start + IV_BYTES);
  const tag = file.subarray(start + IV_BYTES, start + IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(MAGIC).setAuthTag(tag);
  return Buffer.concat([decipher.update(file.subarray(start + IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
    "utf8",
  );
}
