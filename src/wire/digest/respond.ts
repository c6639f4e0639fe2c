import { digestResponse } from "./algorithm.js";
import type { Challenge } from "./challenge.js";
import { formatBasic } from "./credentials.js";
import { quote } from "./fields.js";

export interface ClientCredentials {
  readonly username: string;
  readonly password: string;
}

/** The strongest challenge, whatever their order: SHA-256, then MD5, then Basic (only if `basic`). */
export function chooseChallenge(challenges: readonly Challenge[], basic = true): Challenge | undefined {
  const digest = (name: string): Challenge | undefined =>
    challenges.find((one) => one.scheme === "digest" && one.algorithm === name);
  return digest("SHA-256") ?? digest("MD5") ?? (basic ? challenges.find((one) => one.scheme === "basic") : undefined);
}

/**
 * The value of `Authorization` that answers `challenge`.
 *
 * @param count how often the nonce has been used, this time included.
 * @param cnonce unpredictable text of the client's; unused without qop.
 */
export function respond(
  challenge: Challenge,
  user: ClientCredentials,
  request: { readonly method: string; readonly uri: string },
  count: number,
  cnonce: string,
): string {
  if (challenge.scheme === "basic") return formatBasic(user.username, user.password);
  const { realm, nonce, algorithm, opaque } = challenge;
  const nc = count.toString(16).padStart(8, "0");
  const protection = challenge.qop ? { qop: "auth", nc, cnonce } : undefined;
  const response = digestResponse({ algorithm, ...user, realm, ...request, nonce, protection });
  const parts = [
    `username=${quote(user.username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(request.uri)}`,
    `response="${response}"`,
  ];
  if (algorithm !== "MD5" || protection) parts.push(`algorithm=${algorithm}`);
  if (opaque !== undefined) parts.push(`opaque=${quote(opaque)}`);
  if (protection) parts.push(`qop=auth, nc=${nc}, cnonce=${quote(cnonce)}`);
  return `Digest ${parts.join(", ")}`;
}
