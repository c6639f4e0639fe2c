import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#device/access/digest-algorithms";
import type { TokenVerdict } from "#device/security/json-web-tokens";
import type { User } from "#device/users";
import type { Authenticator } from "#wire/digest/authenticator";
import { type BearerError, bearerToken, formatBearerChallenge } from "#wire/digest/bearer";
import type { LoginGuard, Origin } from "#wire/digest/login-guard";
import { readUsernameToken, TokenPasswords, type UsernameToken } from "#wire/soap/security";
import { xs } from "#xml/datatypes";
import type { XmlElement } from "#xml/tree";
import type { Caller, LoginMethods } from "./call.js";

export interface AuthenticationPolicy {
  /** Without it every caller is served as an administrator. */
  readonly required: boolean;
  /**
   * The ways to log in. A request without good credentials is turned down with an HTTP Digest challenge, but under `wss`
   * with a fault alone, as devices do that know only the UsernameToken (Core §5.9.1).
   */
  readonly style: "both" | "digest" | "wss";
  /** How far a token's `Created` may be from the camera's clock, in ms. */
  readonly createdSkewMs: number;
  /** Refuse a token whose nonce and `Created` were seen before. */
  readonly replayCheck: boolean;
  /** Take a token with the password in clear text too; not unless given, as the standard wants the digest. */
  readonly passwordText?: boolean;
  /** Whether the certificate that a client shows under TLS names the user. Not unless given. */
  readonly cnMapsToUser?: () => boolean;
  /** Decides about JSON Web Tokens (RFC 6750), which are taken under TLS alone; undefined while none are taken. */
  readonly bearer?: () => ((token: string) => TokenVerdict) | undefined;
}

/** Whose credentials are good. */
export interface AuthenticationUsers {
  readonly digest: Authenticator;
  readonly account: (username: string) => User | undefined;
  readonly guard: LoginGuard;
}

export interface AuthenticationClocks {
  /** The camera's own clock, which clients set and by which they make tokens; ms since the Unix epoch. */
  readonly now: () => number;
  /** By which the nonces of HTTP Digest age, whatever clients do to the camera's clock; ms. */
  readonly monotonic: () => number;
}

/** What a request brings to prove who sends it. */
export interface Credentials {
  readonly headers: readonly XmlElement[];
  /** Value of the HTTP Authorization header. */
  readonly authorization: string | undefined;
  readonly method: string;
  readonly target: string;
  /** The name by which the TLS server knows the client. */
  readonly clientName?: string | undefined;
  /** Whether the request has come by TLS. */
  readonly isSecure?: boolean;
  readonly from: Origin;
}

export type Authentication =
  | { readonly outcome: "accepted"; readonly caller: Caller; readonly by?: "certificate" | "token" }
  | { readonly outcome: "forbidden"; readonly reason: string }
  | {
      readonly outcome: "refused";
      readonly reason: string;
      readonly stale: boolean;
      /** It was a token that was not good. */
      readonly isBearer?: boolean;
      /** It has brought nothing, as the first request of a client usually does, which is to be challenged. */
      readonly isBare?: boolean;
    };

/** Most tokens remembered for the replay check. */
const REMEMBERED = 10_000;

/**
 * Finds out who calls: HTTP Digest (RFC 7616) first, then the WS-Security UsernameToken; a request that brings both
 * must have both right (Core §5.9.1).
 */
export class RequestAuthentication implements LoginMethods {
  /** Tokens seen, with the time at which they may be forgotten; oldest first. */
  readonly #seen = new Map<string, number>();
  readonly #passwords = new TokenPasswords();

  constructor(
    private readonly policy: AuthenticationPolicy,
    private readonly users: AuthenticationUsers,
    private readonly clocks: AuthenticationClocks,
  ) {}

  authenticate(credentials: Credentials): Authentication {
    const { clientName } = credentials;
    if (clientName !== undefined && this.policy.cnMapsToUser?.()) {
      const user = this.users.account(clientName);
      if (!user) return { outcome: "forbidden", reason: "the certificate names no user of this camera" };
      return { ...accepted({ name: user.username, level: user.level, roles: user.roles ?? [] }), by: "certificate" };
    }
    const bearer = bearerToken(credentials.authorization);
    const checkToken = bearer !== undefined && credentials.isSecure === true ? this.policy.bearer?.() : undefined;
    if (bearer !== undefined && checkToken) {
      const verdict = checkToken(bearer);
      if (verdict.outcome === "refused") return { ...refused(verdict.reason), isBearer: true };
      const { name, level, roles } = verdict;
      return { ...accepted({ name, level, roles }), by: "token" };
    }
    if (!this.policy.required) return accepted({ name: undefined, level: "Administrator", roles: [] });
    const token = this.usernameToken ? readUsernameToken(credentials.headers) : undefined;
    const authorization = this.policy.style === "wss" ? undefined : credentials.authorization;
    if (authorization === undefined && token === undefined)
      return { ...refused("this operation needs a user name and a password"), isBare: true };
    const { account, digest, guard } = this.users;
    let user: User | undefined;
    if (authorization !== undefined) {
      const { method, target, from } = credentials;
      const verdict = digest.verify({ authorization, method, target, from, nowMs: this.clocks.monotonic() });
      if (verdict.outcome !== "accepted")
        return refused("the HTTP credentials are not accepted", verdict.outcome === "stale");
      user = account(verdict.username);
    }
    if (token !== undefined) {
      if (token === "malformed") return refused("the UsernameToken lacks a name or a password");
      if (guard.isLocked(token.username, credentials.from)) return refused("too many failed logins, try again later");
      user = account(token.username);
      if (!this.#passwords.match(token, user?.password ?? "") || !user) {
        guard.failed(token.username, credentials.from);
        return refused("the user is not known or the password is wrong");
      }
      const problem = this.#tokenProblem(token);
      if (problem) return refused(problem);
    }
    return user
      ? accepted({ name: user.username, level: user.level, roles: user.roles ?? [] })
      : refused("the user is not known or the password is wrong");
  }

  /**
   * Values of WWW-Authenticate for a refusal; none where the camera answers with faults alone. Tokens are offered under TLS
   * while they are taken, or with what was wrong with the one that was sent.
   */
  challenges(stale: boolean, isSecure: boolean, tokenError?: BearerError): readonly string[] {
    const { digest } = this.users;
    const isOffered = this.policy.style !== "wss";
    const offered = isOffered ? digest.challenges(this.clocks.monotonic(), "", stale) : [];
    const takesTokens = tokenError !== undefined || (isOffered && isSecure && this.policy.bearer?.() !== undefined);
    // Behind the others: there are clients that look at the first one alone.
    return takesTokens ? [...offered, formatBearerChallenge(digest.realm, tokenError)] : offered;
  }

  get usernameToken(): boolean {
    return this.policy.style !== "digest";
  }

  get digestAlgorithms(): readonly DigestAlgorithm[] {
    return this.policy.style === "wss" ? [] : DIGEST_ALGORITHMS;
  }

  #tokenProblem(token: UsernameToken): string | undefined {
    if (token.type === "text" && !this.policy.passwordText) return "the UsernameToken holds no PasswordDigest";
    if (token.type === "text") return undefined;
    if (token.nonce.length === 0 || token.created === "") return "the UsernameToken lacks Nonce or Created";
    const created = xs.dateTime.parse(token.created)?.getTime();
    const now = this.clocks.now();
    if (created === undefined || Math.abs(created - now) > this.policy.createdSkewMs)
      return `Created of the UsernameToken is more than ${this.policy.createdSkewMs / 1000} s from the camera's time`;
    return this.policy.replayCheck && this.#wasSeen(token, now) ? "the UsernameToken was used before" : undefined;
  }

  #wasSeen(token: UsernameToken, now: number): boolean {
    const key = `${xs.base64Binary.print(token.nonce)} ${token.created}`;
    for (const [old, until] of this.#seen) {
      if (until > now && this.#seen.size < REMEMBERED) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, now + 2 * this.policy.createdSkewMs);
    return false;
  }
}

const accepted = (caller: Caller) => ({ outcome: "accepted", caller }) as const;
const refused = (reason: string, stale = false) => ({ outcome: "refused", reason, stale }) as const;
