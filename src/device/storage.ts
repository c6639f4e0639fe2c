import type { Emit } from "./change.js";
import { refusal, type RefusalCode } from "./refusal.js";

/** The kinds of storage that the standard names. */
export const STORAGE_KINDS = ["NFS", "CIFS", "CDMI", "FTP", "ObjectStorageS3", "ObjectStorageAzure"] as const;
export type StorageKind = (typeof STORAGE_KINDS)[number];

/** Who the camera logs in as. */
export interface StorageUser {
  readonly userName: string;
  readonly password?: string;
  readonly token?: string;
}

/** Where something could be stored (Core §8.8); secrets included. */
export interface StorageConfiguration {
  readonly token: string;
  readonly kind: StorageKind;
  readonly localPath?: string;
  readonly uri?: string;
  readonly user?: StorageUser;
  readonly region?: string;
  readonly certPathValidationPolicyId?: string;
}

/** What a client sets; its kind is any word yet, and a `renewal` of credentials is not offered. */
export interface StorageSetting extends Omit<StorageConfiguration, "token" | "kind"> {
  readonly kind: string;
  readonly renewal?: boolean;
}

/** A configuration as clients are told it: without password and token. */
export interface ListedStorage extends Omit<StorageConfiguration, "user"> {
  readonly userName?: string;
}

export const MAXIMUM_STORAGE = 8;
const MAXIMUM_TEXT = 1024;

/** The storage configurations. They are kept and told; nothing is stored there yet. */
export class Storage {
  #configurations: readonly StorageConfiguration[] = [];

  constructor(private readonly emit: Emit) {}

  /** GetStorageConfigurations. */
  list(): readonly ListedStorage[] {
    return this.#configurations.map(({ user, ...rest }) => ({ ...rest, ...(user && { userName: user.userName }) }));
  }

  /** GetStorageConfiguration. */
  get(token: string): ListedStorage {
    const found = this.list().find((one) => one.token === token);
    if (!found) throw refusal("no-config", "no such storage configuration", { token: token.slice(0, 64) });
    return found;
  }

  /** CreateStorageConfiguration: the token of the new one. */
  create(setting: StorageSetting): string {
    const settled = settle(setting, "invalid-argument");
    if (this.#configurations.length >= MAXIMUM_STORAGE)
      throw refusal("max-storage-configurations", `at most ${MAXIMUM_STORAGE} storage configurations`);
    let number = 1;
    while (this.#configurations.some(({ token }) => token === `storage_${number}`)) number++;
    const token = `storage_${number}`;
    this.#configurations = [...this.#configurations, { ...settled, token }];
    this.emit({ slice: "storage", what: "created" });
    return token;
  }

  /**
   * SetStorageConfiguration. As clients are never told the secrets, those of a user whose name stays stay where none are
   * given.
   */
  set(token: string, setting: StorageSetting): void {
    this.get(token);
    const settled = settle(setting, "config-modify");
    this.#configurations = this.#configurations.map((one) =>
      one.token === token
        ? { ...settled, token, ...(settled.user && { user: withSecrets(settled.user, one.user) }) }
        : one,
    );
    this.emit({ slice: "storage", what: "set" });
  }

  /** DeleteStorageConfiguration. */
  delete(token: string): void {
    this.get(token);
    this.#configurations = this.#configurations.filter((one) => one.token !== token);
    this.emit({ slice: "storage", what: "deleted" });
  }

  /** The configurations with their secrets. */
  snapshot(): readonly StorageConfiguration[] {
    return this.#configurations;
  }

  prepare(configurations: readonly StorageConfiguration[]): () => void {
    return () => {
      this.#configurations = [...configurations];
    };
  }
}

function settle({ renewal, kind, ...rest }: StorageSetting, code: RefusalCode): Omit<StorageConfiguration, "token"> {
  const known = STORAGE_KINDS.find((one) => one === kind);
  if (!known) throw refusal(code, `the kinds of storage are ${STORAGE_KINDS.join(", ")}`, { kind: kind.slice(0, 64) });
  if (renewal) throw refusal(code, "credentials of a storage cannot be renewed by themselves here");
  const { localPath = "", uri = "", user, region = "", certPathValidationPolicyId = "" } = rest;
  if (localPath === "" && uri === "") throw refusal(code, "a storage has a local path or a URI");
  if (uri !== "" && !isPlainUri(uri))
    throw refusal(code, "the URI of a storage is a whole one, without user name and password");
  const texts = [localPath, uri, region, certPathValidationPolicyId, user?.userName, user?.password, user?.token];
  if (texts.some((text = "") => text.length > MAXIMUM_TEXT))
    throw refusal(code, `texts of a storage have at most ${MAXIMUM_TEXT} characters`);
  return { ...rest, kind: known };
}

/** The URI is told to all who may read; what it holds of a login would be too. */
function isPlainUri(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

const withSecrets = (next: StorageUser, former: StorageUser | undefined): StorageUser =>
  former?.userName === next.userName && next.password === undefined && next.token === undefined ? former : next;
