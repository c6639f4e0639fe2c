import { generateKeyPair } from "node:crypto";
import { type Curve, opensslCurve } from "./algorithms.js";
import type { KeyMaterial } from "./objects.js";

/** A key to be made. */
export type KeyWish =
  { readonly kind: "rsa"; readonly lengthBits: number } | { readonly kind: "ec"; readonly curve: Curve };

/** Makes keys. Rejects when it cannot. */
export type KeyGenerator = (wish: KeyWish) => Promise<KeyMaterial>;

const SPKI = { type: "spki", format: "der" } as const;
const PKCS8 = { type: "pkcs8", format: "der" } as const;

/** Makes keys by OpenSSL, beside the main thread. */
export const generateKey: KeyGenerator = (wish) =>
  new Promise((done, failed) => {
    const ready = (error: Error | null, publicKey: Buffer, privateKey: Buffer): void =>
      error ? failed(error) : done({ publicKey, privateKey });
    const encodings = { publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 };
    if (wish.kind === "rsa") generateKeyPair("rsa", { modulusLength: wish.lengthBits, ...encodings }, ready);
    else generateKeyPair("ec", { namedCurve: opensslCurve(wish.curve), ...encodings }, ready);
  });

/** How long it takes about, in ms: on a slow computer, as clients wait that long before they ask. */
export const estimatedMs = (wish: KeyWish): number =>
  wish.kind === "ec" ? 100 : wish.lengthBits <= 2048 ? 1000 : wish.lengthBits <= 3072 ? 3000 : 8000;
