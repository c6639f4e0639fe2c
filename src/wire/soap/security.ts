import { hash } from "node:crypto";
import type { XmlElement } from "#xml/tree";
import { xs } from "#xml/datatypes";
import { HashComparison, sameText } from "../digest/algorithm.js";

export const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
export const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/** A WS-Security UsernameToken (UsernameToken Profile 1.0), as a request brings it. Nothing in it is trusted yet. */
export interface UsernameToken {
  readonly username: string;
  readonly password: string;
  readonly type: "digest" | "text";
  /** The nonce's bytes; empty when there is none. */
  readonly nonce: Uint8Array;
  /** `Created` as written; it goes into the digest letter for letter. */
  readonly created: string;
}

/**
 * The UsernameToken among a message's header blocks; undefined when there is none, `"malformed"` when it lacks a name
 * or a password. Namespaces of the inner elements are not looked at, since clients get them wrong harmlessly.
 */
export function readUsernameToken(headers: readonly XmlElement[]): UsernameToken | "malformed" | undefined {
  const security = headers.find((header) => header.name === "Security");
  const token = security?.child("UsernameToken");
  if (!token) return undefined;
  const username = token.child("Username")?.text.trim();
  const password = token.child("Password");
  if (!username || !password) return "malformed";
  const written = token.child("Nonce");
  const nonce = written ? xs.base64Binary.parse(written.text) : new Uint8Array();
  if (!nonce) return "malformed";
  const type = password.attribute("Type") ?? "";
  return {
    username,
    password: type.endsWith("#PasswordDigest") ? password.text.trim() : password.text,
    type: type.endsWith("#PasswordDigest") ? "digest" : "text",
    nonce,
    created: token.child("Created")?.text.trim() ?? "",
  };
}

/** Most bytes of nonce, creation time and password together that are kept room for. */
const MAX_KEPT_INPUT = 256;

/** Checks the passwords of many tokens, with the same memory while they are of one size. */
export class TokenPasswords {
  readonly #digests = new HashComparison();
  #input = Buffer.alloc(0);

  /** True when the token was made with this password. Takes the same time whether or not it was. */
  match(token: UsernameToken, password: string): boolean {
    return token.type === "digest"
      ? this.#digests.isSame(this.#digest(token.nonce, token.created, password), token.password)
      : sameText(password, token.password);
  }

  /** Base64 of SHA-1 over nonce, created and password (UsernameToken Profile 1.0 §3.1). */
  #digest(nonce: Uint8Array, created: string, password: string): string {
    const text = created + password;
    const input = this.#room(nonce.length + Buffer.byteLength(text));
    input.set(nonce);
    input.write(text, nonce.length);
    return hash("sha1", input, "base64");
  }

  #room(length: number): Buffer {
    if (length > MAX_KEPT_INPUT) return Buffer.allocUnsafe(length);
    if (this.#input.length !== length) this.#input = Buffer.alloc(length);
    return this.#input;
  }
}
