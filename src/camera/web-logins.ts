import { type Entitled, NOT_LOGGED_IN } from "#device/access/access";
import type { Device } from "#device/device";
import type { Clock } from "#host/clock";
import { plain, type WebAnswer, type WebHandler, type WebRequest } from "#http/web";
import type { Authenticator } from "#wire/digest/authenticator";
import { type BearerError, bearerToken, formatBearerChallenge } from "#wire/digest/bearer";

/**
 * Who may have what the camera gives out by HTTP beside its services: users by digest or basic authentication (RFC 7616,
 * RFC 7617), and under TLS by what the services take there too, a certificate that names them or a token.
 */
export class WebLogins {
  constructor(
    private readonly device: Device,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  /** Lets a handler be reached only by those whom `may` lets. */
  guard(handler: WebHandler, may: (who: Entitled) => boolean): WebHandler {
    return (request) => this.#refusal(request, may) ?? handler(request);
  }

  #refusal(request: WebRequest, may: (who: Entitled) => boolean): WebAnswer | undefined {
    const { method, target, clientName } = request;
    const { authorization } = request.headers;
    const { tlsServer, jwt } = this.device.security;
    if (clientName !== undefined && tlsServer.state.cnMapsToUser) return this.#refuseUser(clientName, may);
    const token = this.#takesTokens(request) ? bearerToken(authorization) : undefined;
    if (token !== undefined) {
      const verdict = jwt.check(token);
      if (verdict.outcome === "refused") return this.#challenge(request, false, "invalid_token");
      if (may(verdict)) return undefined;
      const header = formatBearerChallenge(this.authenticator.realm, "insufficient_scope");
      return forbidden({ "WWW-Authenticate": header });
    }
    if (authorization === undefined && may(NOT_LOGGED_IN)) return undefined;
    const nowMs = this.clock.monotonic();
    const verdict = this.authenticator.verify({ authorization, method, target, nowMs, from: request });
    return verdict.outcome === "accepted"
      ? this.#refuseUser(verdict.username, may)
      : this.#challenge(request, verdict.outcome === "stale");
  }

  #refuseUser(username: string, may: (who: Entitled) => boolean): WebAnswer | undefined {
    const user = this.device.account(username);
    return user && may(user) ? undefined : forbidden();
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

const forbidden = (headers: Readonly<Record<string, string>> = {}): WebAnswer =>
  plain(403, "this user may not have it", headers);
