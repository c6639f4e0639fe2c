import { type Entitled, NOT_LOGGED_IN } from "#device/access/access";
import type { Device } from "#device/device";
import type { Clock } from "#host/clock";
import { plain, type WebAnswer, type WebHandler, type WebRequest } from "#http/web";
import type { Access } from "#onvif/endpoint";
import type { Authenticator } from "#wire/digest/authenticator";
import { type BearerError, bearerToken, formatBearerChallenge } from "#wire/digest/bearer";

/** Answers a request of somebody who may have what he asks for; `user` is his name, if a login has told one. */
export type GuardedHandler = (request: WebRequest, user?: string) => Promise<WebAnswer> | WebAnswer;

/** What a request comes to: who sends it, or the answer that turns it away, and why if it has brought a login. */
type Admission =
  | { readonly user: string | undefined }
  | { readonly answer: WebAnswer; readonly user?: string; readonly reason?: string };

/**
 * Who may have what the camera gives out by HTTP beside its services: users by digest or basic authentication (RFC 7616,
 * RFC 7617), and under TLS by what the services take there too, a certificate that names them or a token.
 */
export class WebLogins {
  /** `accessed` is told whose login was not enough. */
  constructor(
    private readonly device: Device,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
    private readonly accessed: (access: Access) => void,
  ) {}

  /** Lets a handler be reached only by those whom `may` lets. */
  guard(handler: GuardedHandler, may: (who: Entitled) => boolean): WebHandler {
    return (request) => {
      const admission = this.#admit(request, may);
      if (!("answer" in admission)) return handler(request, admission.user);
      const { answer, user, reason } = admission;
      const operation = `${request.method} ${request.path}`;
      if (reason !== undefined) this.accessed({ peer: request.peer, user, operation, refused: reason });
      return answer;
    };
  }

  #admit(request: WebRequest, may: (who: Entitled) => boolean): Admission {
    const { method, target, clientName } = request;
    const { authorization } = request.headers;
    const { tlsServer, jwt } = this.device.security;
    if (clientName !== undefined && tlsServer.state.cnMapsToUser) return this.#admitUser(clientName, may);
    const token = this.#takesTokens(request) ? bearerToken(authorization) : undefined;
    if (token !== undefined) {
      const verdict = jwt.check(token);
      if (verdict.outcome === "refused")
        return { answer: this.#challenge(request, false, "invalid_token"), reason: verdict.reason };
      if (may(verdict)) return { user: verdict.name };
      const header = formatBearerChallenge(this.authenticator.realm, "insufficient_scope");
      return { answer: forbidden({ "WWW-Authenticate": header }), reason: NOT_ENOUGH };
    }
    if (authorization === undefined && may(NOT_LOGGED_IN)) return { user: undefined };
    const nowMs = this.clock.monotonic();
    const verdict = this.authenticator.verify({ authorization, method, target, nowMs, from: request });
    if (verdict.outcome === "accepted") return this.#admitUser(verdict.username, may);
    const isStale = verdict.outcome === "stale";
    const answer = this.#challenge(request, isStale);
    // Without a login it is the usual first request.
    const isWrong = authorization !== undefined && !isStale;
    return { answer, ...(isWrong && { reason: "the HTTP credentials are not accepted" }) };
  }

  #admitUser(username: string, may: (who: Entitled) => boolean): Admission {
    const user = this.device.account(username);
    return user && may(user) ? { user: username } : { answer: forbidden(), user: username, reason: NOT_ENOUGH };
  }

  #takesTokens({ isSecure }: WebRequest): boolean {
    return isSecure && this.device.security.jwt.isOn;
  }

  #challenge(request: WebRequest, stale: boolean, tokenError?: BearerError): WebAnswer {
    const { authenticator } = this;
    const offered = authenticator.challenges(this.clock.monotonic(), "", stale);
    const challenges = this.#takesTokens(request)
      ? [...offered, formatBearerChallenge(authenticator.realm, tokenError)]
      : offered;
    return plain(401, "a user name and a password are needed", { "WWW-Authenticate": challenges });
  }
}

const NOT_ENOUGH = "this user may not have it";

const forbidden = (headers: Readonly<Record<string, string>> = {}): WebAnswer => plain(403, NOT_ENOUGH, headers);
