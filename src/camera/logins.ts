import type { Device } from "#device/device";
import { NOT_LOGGED_IN, type StreamActions } from "#device/access/access";
import type { DigestAlgorithm } from "#device/access/digest-algorithms";
import type { Clock } from "#host/clock";
import type { LoginGuard } from "#wire/digest/login-guard";

/** What a token proves, or why it does not. */
export type StreamToken =
  | { readonly outcome: "accepted"; readonly name: string | undefined; readonly actions: StreamActions }
  | { readonly outcome: "refused"; readonly reason: string };

/** Who may log in to a camera, for all its servers. */
export interface CameraLogins {
  /** The password of that user; undefined when there is none of that name. */
  password(username: string): string | undefined;
  /** What the access policy lets that user do with streams, or those who have not logged in; undefined for no user. */
  streamActions(username: string | undefined): StreamActions | undefined;
  /** Decides about JSON Web Tokens; undefined while none are taken. */
  tokens(): ((token: string) => StreamToken) | undefined;
  /** Whether the certificate that a client shows under TLS says which user it is. */
  certificatesNameUsers(): boolean;
  /** Hashes that a client has chosen for digest, in the order of preference; empty when none has. */
  digestAlgorithms(): readonly DigestAlgorithm[];
  readonly guard: LoginGuard;
}

export const cameraLogins = (device: Device, clock: Clock): CameraLogins => ({
  password: (username) => device.account(username)?.password,
  streamActions: (username) => {
    const who = username === undefined ? NOT_LOGGED_IN : device.account(username);
    return who && device.access.streamActions(who);
  },
  tokens: () => (device.security.jwt.isOn ? (token) => streamToken(device, token) : undefined),
  certificatesNameUsers: () => device.security.tlsServer.state.cnMapsToUser,
  digestAlgorithms: () => device.access.digestAlgorithms.chosen,
  guard: {
    isLocked: (username, from) => {
      const { failedLogins } = device.access;
      return failedLogins.locksSomebody && failedLogins.isLocked(username, from.peer, clock.monotonic());
    },
    failed: (username, { peer }) => device.access.failedLogins.add(username, peer, clock.monotonic()),
  },
});

function streamToken({ security, access }: Device, token: string): StreamToken {
  const verdict = security.jwt.check(token);
  return verdict.outcome === "refused"
    ? verdict
    : { outcome: "accepted", name: verdict.name, actions: access.streamActions(verdict) };
}
