import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { ELLIPTIC_CURVES, isCurve, isSupportedKey, RSA_KEY_LENGTHS } from "./algorithms.js";
import { estimatedMs, type KeyGenerator, type KeyWish } from "./key-generation.js";
import { fromBase64, type KeyMaterial, type KeyStatus, type ShelfState, type StoredKey, toBase64 } from "./objects.js";
import { Shelf } from "./shelf.js";

/** A key that is being made, as the client is told. */
export interface KeyBegun {
  readonly keyId: string;
  readonly estimatedMs: number;
}

/** A key pair with what is left out of answers: the private key. */
export interface UsableKey {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The keys of the keystore (Security §5.2.6.2). One is made at a time; the others wait their turn. */
export class Keys {
  readonly shelf = new Shelf<StoredKey>({
    prefix: "key",
    maximum: MAXIMUM_KEYS,
    missing: "key-id",
    full: "maximum-number-of-keys-reached",
  });
  #making: Promise<void> = Promise.resolve();

  constructor(
    private readonly generate: KeyGenerator,
    private readonly emit: Emit,
  ) {}

  createRsa(lengthBits: number, alias: string | undefined): KeyBegun {
    if (!RSA_KEY_LENGTHS.includes(lengthBits))
      throw refusal("key-length", `the length of an RSA key is one of ${RSA_KEY_LENGTHS.join(", ")}`, { lengthBits });
    return this.#create({ kind: "rsa", lengthBits }, alias);
  }

  createEcc(curve: string, alias: string | undefined): KeyBegun {
    if (!isCurve(curve))
      throw refusal("unsupported-elliptic-curve", `the curve is one of ${ELLIPTIC_CURVES.join(", ")}`);
    return this.#create({ kind: "ec", curve }, alias);
  }

  /** Adds a key pair that was made elsewhere; with one that has that public key already, the private key is added there. */
  addPair(material: KeyMaterial, alias: string | undefined): StoredKey {
    const privateKey = toBase64(material.privateKey);
    const there = this.ofPublicKey(material.publicKey);
    if (there) {
      if (there.privateKey !== "") return there;
      const whole = { ...there, privateKey };
      this.shelf.replace(whole);
      this.#changed();
      return whole;
    }
    const publicKey = toBase64(material.publicKey);
    const added = this.shelf.add((id) => ({ id, alias, status: "ok", publicKey, privateKey, external: true }));
    this.#changed();
    return added;
  }

  /** The key with that public key, which is added without its private part where there is none. */
  ofCertificate(publicKey: Uint8Array, alias: string | undefined): StoredKey {
    const there = this.ofPublicKey(publicKey);
    if (there) return there;
    return this.shelf.add((id) => ({
      id,
      alias,
      status: "ok",
      publicKey: toBase64(publicKey),
      privateKey: "",
      external: true,
    }));
  }

  /** Resolves when no key is being made. */
  settled(): Promise<void> {
    return this.#making;
  }

  /** The key with that public key, SubjectPublicKeyInfo in DER. */
  ofPublicKey(publicKey: Uint8Array): StoredKey | undefined {
    const wanted = toBase64(publicKey);
    return this.shelf.list().find((key) => key.publicKey === wanted);
  }

  /** A key pair that can sign. Refuses with `key-id`, `invalid-key-status` or `no-private-key`. */
  usable(id: string): UsableKey {
    const { status, publicKey, privateKey } = this.shelf.get(id);
    if (status !== "ok") throw refusal("invalid-key-status", `the key is ${status}`, { id });
    if (privateKey === "") throw refusal("key-id", "the device does not have the private part of that key", { id });
    return { id, publicKey: publicKeyOf(publicKey), privateKey: privateKeyOf(privateKey) };
  }

  /** Deletes a key; one that is being made is forgotten when it is ready. */
  delete(id: string, isReferred: boolean): void {
    this.shelf.delete(id, isReferred);
    this.#changed();
  }

  /** Saved keys that were being made are corrupt: nobody makes them any more. */
  restore(saved: ShelfState<StoredKey>): void {
    const items = saved.items.map((key): StoredKey =>
      key.status === "generating" ? { ...key, status: "corrupt" } : key,
    );
    this.shelf.restore({ ...saved, items });
  }

  #create(wish: KeyWish, alias: string | undefined): KeyBegun {
    const { id } = this.shelf.add((id) => ({
      id,
      alias,
      status: "generating",
      publicKey: "",
      privateKey: "",
      external: false,
    }));
    this.#tell(id, undefined, "generating");
    this.#making = this.#making.then(() => this.#make(id, wish));
    return { keyId: id, estimatedMs: estimatedMs(wish) };
  }

  async #make(id: string, wish: KeyWish): Promise<void> {
    if (!this.shelf.has(id)) return;
    let made: KeyMaterial | undefined;
    try {
      made = await this.generate(wish);
    } catch {
      made = undefined;
    }
    const key = this.shelf.find(id);
    if (!key) return;
    const status: KeyStatus = made ? "ok" : "corrupt";
    this.shelf.replace({
      ...key,
      status,
      ...(made && { publicKey: toBase64(made.publicKey), privateKey: toBase64(made.privateKey) }),
    });
    this.#tell(id, "generating", status);
  }

  #tell(keyId: string, oldStatus: KeyStatus | undefined, newStatus: KeyStatus): void {
    this.emit({ slice: "security", what: "key-status", keyId, oldStatus, newStatus });
  }

  #changed(): void {
    this.emit({ slice: "security", what: "keystore" });
  }
}

export const MAXIMUM_KEYS = 64;

export const publicKeyOf = (spki: string): KeyObject =>
  createPublicKey({ key: fromBase64(spki), format: "der", type: "spki" });

export const privateKeyOf = (pkcs8: string): KeyObject =>
  createPrivateKey({ key: fromBase64(pkcs8), format: "der", type: "pkcs8" });

/** A private key and its public part. Refuses one of a kind that the keystore cannot use. */
export function materialOf(privateKey: KeyObject): KeyMaterial {
  if (!isSupportedKey(privateKey))
    throw refusal("unsupported-public-key-algorithm", "keys are RSA, or of the curves secp256r1 to secp521r1");
  return {
    publicKey: createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
  };
}
