import { constants, verify, type VerifyKeyObjectInput } from "node:crypto";
import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import type { UserLevel } from "../users.js";
import { publicKeyOf } from "./keys.js";
import type { Keystore } from "./keystore.js";

/** A claim that tokens have to make, and the values of which it has to have one. */
export interface CustomClaim {
  readonly name: string;
  readonly values: readonly string[];
}

/** Which tokens log a client in (Security §4.4.2). */
export interface JwtState {
  readonly audiences: readonly string[];
  readonly trustedIssuers: readonly string[];
  readonly keyIds: readonly string[];
  /** A validation policy for the servers of issuers; empty for none. */
  readonly policyId: string;
  readonly customClaims: readonly CustomClaim[];
}

/** What a token proves, or why it does not. */
export type TokenVerdict =
  | {
      readonly outcome: "accepted";
      readonly name: string | undefined;
      readonly level: UserLevel;
      /** Of the level Extended. */
      readonly roles: readonly string[];
    }
  | { readonly outcome: "refused"; readonly reason: string };

/** Algorithms of RFC 7518 §3.1: the kind of key, the hash, and how the signature is written. */
const ALGORITHMS: Readonly<Record<string, readonly [key: "rsa" | "ec", hash: string, curve?: string]>> = {
  ES256: ["ec", "sha256", "prime256v1"],
  ES384: ["ec", "sha384", "secp384r1"],
  ES512: ["ec", "sha512", "secp521r1"],
  RS256: ["rsa", "sha256"],
  RS384: ["rsa", "sha384"],
  RS512: ["rsa", "sha512"],
  PS256: ["rsa", "sha256"],
  PS384: ["rsa", "sha384"],
  PS512: ["rsa", "sha512"],
};

/** The predefined roles, from the most to the least entitled, which tokens may also name without their prefix. */
const LEVELS = ["Administrator", "Operator", "User"] as const;
const PREFIX = "onvif:";

const MAXIMUM_AUDIENCES = 32;
const MAXIMUM_ISSUERS = 16;
const MAXIMUM_CLAIMS = 16;
const MAXIMUM_TEXT = 512;
/** Longest token, in characters. */
const MAXIMUM_TOKEN = 8192;

/** Login by JSON Web Token (RFC 7519, Security §4.4). It is on when at least one key or issuer is configured. */
export class JsonWebTokens {
  #state: JwtState = { audiences: [], trustedIssuers: [], keyIds: [], policyId: "", customClaims: [] };

  constructor(
    private readonly keystore: Keystore,
    private readonly now: () => number,
    /** Whether clients have made a role of that name. */
    private readonly isRole: (name: string) => boolean,
    private readonly emit: Emit,
  ) {
    keystore.referredBy({
      key: (id) => this.#state.keyIds.includes(id),
      policy: (id) => this.#state.policyId === id,
    });
  }

  get state(): JwtState {
    return this.#state;
  }

  get isOn(): boolean {
    return this.#state.keyIds.length > 0 || this.#state.trustedIssuers.length > 0;
  }

  set(state: JwtState): void {
    const { audiences, trustedIssuers, keyIds, policyId, customClaims } = state;
    if (audiences.length > MAXIMUM_AUDIENCES)
      throw refusal("too-many-audiences", `at most ${MAXIMUM_AUDIENCES} audiences`);
    if (trustedIssuers.length > MAXIMUM_ISSUERS)
      throw refusal("max-issuers-exceeded", `at most ${MAXIMUM_ISSUERS} issuers`);
    for (const id of keyIds) this.keystore.keys.shelf.get(id);
    if (policyId !== "") this.keystore.policies.get(policyId);
    const texts = [...audiences, ...trustedIssuers, ...customClaims.flatMap(({ name, values }) => [name, ...values])];
    if (customClaims.length > MAXIMUM_CLAIMS || texts.some(({ length }) => length > MAXIMUM_TEXT))
      throw refusal(
        "invalid-argument",
        `at most ${MAXIMUM_CLAIMS} claims, and ${MAXIMUM_TEXT} characters of each text`,
      );
    this.#state = { ...state, keyIds: [...new Set(keyIds)] };
    this.emit({ slice: "security", what: "settings" });
  }

  /** Takes saved settings; keys that are there no more are left out. */
  restore(saved: JwtState): void {
    const { policyId } = saved;
    this.#state = {
      ...saved,
      keyIds: saved.keyIds.filter((id) => this.keystore.keys.shelf.has(id)),
      policyId: this.keystore.policies.has(policyId) ? policyId : "",
    };
  }

  /** Decides about a token. Its issuer is compared with the names that are trusted; nothing is fetched from there. */
  check(token: string): TokenVerdict {
    const refused = (reason: string): TokenVerdict => ({ outcome: "refused", reason });
    const parts = token.length <= MAXIMUM_TOKEN ? token.split(".") : [];
    const [head = "", body = "", signature = ""] = parts;
    const header = objectOf(head);
    const claims = objectOf(body);
    if (parts.length !== 3 || !header || !claims) return refused("the token is malformed");
    if (typeof header["typ"] === "string" && header["typ"].toUpperCase() !== "JWT")
      return refused("the token is no JWT");
    if (header["crit"] !== undefined) return refused("the token has extensions that are not known");
    if (!this.#isSigned(String(header["alg"]), `${head}.${body}`, signature))
      return refused("no key of this camera has signed the token");
    const { exp, nbf, iss, aud } = claims;
    const seconds = this.now() / 1000;
    if (typeof exp !== "number" || typeof nbf !== "number") return refused("the token lacks exp or nbf");
    if (seconds >= exp || seconds < nbf) return refused("the token is not valid at this time");
    const { audiences, trustedIssuers, customClaims } = this.#state;
    if (!audiences.some((one) => textsOf(aud).includes(one))) return refused("the token is for somebody else");
    if (trustedIssuers.length > 0 && !trustedIssuers.some((uri) => isIssuer(uri, iss)))
      return refused("the issuer of the token is not trusted");
    const missing = customClaims.find(({ name, values }) => {
      const found = Object.hasOwn(claims, name) ? textsOf(claims[name]) : [];
      return !values.some((value) => found.includes(value));
    });
    if (missing) return refused("the token lacks a claim that is asked for");
    const name = typeof claims["sub"] === "string" ? claims["sub"] : undefined;
    const roles = textsOf(claims["roles"]);
    const levels = LEVELS.filter((one) => roles.includes(one) || roles.includes(`${PREFIX}${one}`));
    const own = roles.filter((role) => !role.startsWith(PREFIX) && this.isRole(role));
    if (own.length > 0)
      return { outcome: "accepted", name, level: "Extended", roles: [...levels.map((one) => PREFIX + one), ...own] };
    const [level] = levels;
    if (!level) return refused("the token names no role of this camera");
    return { outcome: "accepted", name, level, roles: [] };
  }

  #isSigned(algorithm: string, text: string, signature: string): boolean {
    if (!Object.hasOwn(ALGORITHMS, algorithm) || !/^[\w-]+$/.test(signature)) return false;
    const [kind, hash, curve] = ALGORITHMS[algorithm] ?? [];
    return this.#state.keyIds.some((id) => {
      const stored = this.keystore.keys.shelf.find(id);
      if (stored?.status !== "ok") return false;
      const key = publicKeyOf(stored.publicKey);
      if (key.asymmetricKeyType !== kind || key.asymmetricKeyDetails?.namedCurve !== curve) return false;
      const how: VerifyKeyObjectInput = algorithm.startsWith("PS")
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : { key, dsaEncoding: "ieee-p1363" };
      return verify(hash, Buffer.from(text), how, Buffer.from(signature, "base64url"));
    });
  }
}

/** The JSON object of a part of a token. */
function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A claim that is a text, or several. */
const textsOf = (claim: unknown): readonly string[] =>
  (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === "string");

/** Whether a trusted issuer, given as its own URI or that of its metadata (RFC 8414 §3), is the one of a token. */
const isIssuer = (uri: string, iss: unknown): boolean =>
  typeof iss === "string" &&
  iss !== "" &&
  (uri === iss || uri.replace(/\/\.well-known\/.*$/, "") === iss.replace(/\/$/, ""));
