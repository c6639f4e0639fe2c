import { DecodeError } from "#util/errors";
import { digestResponse, HashComparison, KeptHashes, sameText, type DigestAlgorithm } from "./algorithm.js";
import { formatBasicChallenge, formatDigestChallenge } from "./challenge.js";
import { parseAuthorization, type Credentials, type DigestCredentials } from "./credentials.js";
import type { LoginGuard, Origin } from "./login-guard.js";
import type { NonceKeeper } from "./nonce.js";
import type { UriMatch } from "./uri-match.js";

/** One challenge that is offered; the order of the list is the order of the headers. */
export type OfferedChallenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "digest";
      readonly algorithm: DigestAlgorithm;
      /** Leaves the `algorithm` parameter out (only for MD5, its default). */
      readonly unnamed?: boolean;
      readonly qop?: boolean;
    };

export interface AuthenticatorOptions {
  readonly realm: string;
  /** Asked anew for each request where it is a function. */
  readonly challenges: readonly OfferedChallenge[] | (() => readonly OfferedChallenge[]);
  readonly guard?: LoginGuard | undefined;
  readonly uriMatch: UriMatch;
  /** The password of a user, or undefined when there is none of that name. */
  readonly password: (username: string) => string | undefined;
}

/** The facts of one request that credentials are checked against. */
export interface AuthenticationRequest {
  /** The value of `Authorization`; undefined when the request has none. */
  readonly authorization: string | undefined;
  readonly method: string;
  /** The request target as the client wrote it. */
  readonly target: string;
  /** Monotonic time, by which nonces age. */
  readonly nowMs: number;
  /** What nonces are bound to, such as the peer's address. */
  readonly scope?: string;
  /** Where the request comes from, for the guard. */
  readonly from?: Origin;
  /** Takes an aged nonce of ours as a fresh one: for a connection that has proved the password before. */
  readonly acceptStale?: boolean;
}

export type Verdict =
  | { readonly outcome: "accepted"; readonly username: string }
  | { readonly outcome: "missing" }
  /** Right password, aged nonce: challenge again with `stale`. */
  | { readonly outcome: "stale"; readonly username: string }
  | { readonly outcome: "refused"; readonly reason: string; readonly username?: string };

const NOWHERE: Origin = { peer: "" };

/** Checks HTTP and RTSP credentials and writes the challenges for those who lack them (RFC 7616, RFC 7617). */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #nonces: NonceKeeper;
  readonly #hashes = new KeptHashes();
  readonly #responses = new HashComparison();

  constructor(nonces: NonceKeeper, options: AuthenticatorOptions) {
    this.#nonces = nonces;
    this.#options = options;
  }

  get realm(): string {
    return this.#options.realm;
  }

  /** The values of `WWW-Authenticate`, one header line each. */
  challenges(nowMs: number, scope = "", stale = false): string[] {
    const { realm } = this.#options;
    return this.#offers().map((offer) => {
      if (offer.scheme === "basic") return formatBasicChallenge(realm);
      const algorithm = offer.unnamed ? undefined : offer.algorithm;
      return formatDigestChallenge({
        realm,
        nonce: this.#nonces.issue(nowMs, scope),
        algorithm,
        qop: offer.qop,
        stale,
      });
    });
  }

  verify(request: AuthenticationRequest): Verdict {
    if (request.authorization === undefined) return { outcome: "missing" };
    let credentials: Credentials;
    try {
      credentials = parseAuthorization(request.authorization);
    } catch (error) {
      if (error instanceof DecodeError) return { outcome: "refused", reason: error.message };
      throw error;
    }
    if (!this.#isOffered(credentials))
      return {
        outcome: "refused",
        reason: "credentials of a kind that was not asked for",
        username: credentials.username,
      };
    const { guard } = this.#options;
    const { from = NOWHERE } = request;
    const { username } = credentials;
    if (guard?.isLocked(username, from))
      return { outcome: "refused", reason: "too many failed logins, try again later", username };
    const verdict =
      credentials.scheme === "basic"
        ? this.#verifyPassword(username, credentials.password)
        : this.#verifyDigest(credentials, request);
    if (verdict.outcome === "refused") guard?.failed(username, from);
    return verdict;
  }

  #offers(): readonly OfferedChallenge[] {
    const { challenges } = this.#options;
    return typeof challenges === "function" ? challenges() : challenges;
  }

  #isOffered(credentials: Credentials): boolean {
    return this.#offers().some((offer) =>
      offer.scheme === "digest" && credentials.scheme === "digest"
        ? offer.algorithm === credentials.algorithm
        : offer.scheme === credentials.scheme,
    );
  }

  #verifyPassword(username: string, password: string): Verdict {
    const known = this.#options.password(username);
    if (known === undefined || !sameText(known, password))
      return { outcome: "refused", reason: "unknown user or wrong password", username };
    return { outcome: "accepted", username };
  }

  #verifyDigest(credentials: DigestCredentials, request: AuthenticationRequest): Verdict {
    const { username, realm, nonce, uri, algorithm, protection } = credentials;
    const refuse = (reason: string): Verdict => ({ outcome: "refused", reason, username });
    if (realm !== this.#options.realm) return refuse("another realm");
    if (!this.#options.uriMatch(uri, request.target)) return refuse("credentials were made for another address");

    const state = this.#nonces.state(nonce, request.nowMs, request.scope);
    // A nonce from before a restart, or from elsewhere, proves nothing; it is not told from an aged one, so that
    // clients which still hold it try again by themselves (RFC 7616 §3.3).
    if (state === "unknown") return { outcome: "stale", username };

    // An unknown user costs the same hashes as a known one, and names none that is kept.
    const password = this.#options.password(username);
    const expected = digestResponse(
      {
        algorithm,
        username: password === undefined ? "" : username,
        realm,
        password: password ?? "",
        method: request.method,
        uri,
        nonce,
        protection,
      },
      this.#hashes.hex,
    );
    const isRight = this.#responses.isSame(expected, credentials.response);
    if (!isRight || password === undefined) return refuse("unknown user or wrong password");

    if (state === "stale" && !request.acceptStale) return { outcome: "stale", username };
    if (protection && !this.#nonces.use(nonce, Number.parseInt(protection.nc, 16)))
      return { outcome: "stale", username };
    return { outcome: "accepted", username };
  }
}
