import { digestAlgorithm, type DigestAlgorithm } from "./algorithm.js";
import { parseSchemes, quote } from "./fields.js";

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  /** Left out of the text when undefined, which means MD5 (some RTSP clients give up on the parameter). */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** Offers `qop="auth"`. */
  readonly qop?: boolean | undefined;
  /** The credentials were right but the nonce has aged: the client may try again without asking the user. */
  readonly stale?: boolean | undefined;
}

/** The value of one `WWW-Authenticate` header (RFC 7616 §3.3). */
export function formatDigestChallenge(challenge: DigestChallenge): string {
  const parts = [`realm=${quote(challenge.realm)}`, `nonce=${quote(challenge.nonce)}`];
  if (challenge.qop) parts.push('qop="auth"');
  if (challenge.algorithm !== undefined) parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.stale) parts.push("stale=true");
  return `Digest ${parts.join(", ")}`;
}

/** The value of one `WWW-Authenticate` header for Basic (RFC 7617 §2). */
export const formatBasicChallenge = (realm: string): string => `Basic realm=${quote(realm)}`;

/** A challenge as a client reads it. */
export type Challenge =
  | {
      readonly scheme: "digest";
      readonly realm: string;
      readonly nonce: string;
      readonly algorithm: DigestAlgorithm;
      readonly qop: boolean;
      readonly stale: boolean;
      readonly opaque: string | undefined;
    }
  | { readonly scheme: "basic"; readonly realm: string };

/**
 * The challenges in the given `WWW-Authenticate` values that we could answer, in their order; schemes, algorithms and
 * qop values that are unknown to us are left out.
 *
 * @throws DecodeError for a value that cannot be read.
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const { scheme, fields } of values.flatMap(parseSchemes)) {
    const realm = fields.get("realm") ?? "";
    const nonce = fields.get("nonce");
    const algorithm = digestAlgorithm(fields.get("algorithm") ?? "MD5");
    const qop = fields
      .get("qop")
      ?.toLowerCase()
      .split(/[\s,]+/);
    if (scheme === "basic") challenges.push({ scheme, realm });
    else if (scheme === "digest" && nonce !== undefined && algorithm !== undefined && (qop?.includes("auth") ?? true)) {
      const stale = fields.get("stale")?.toLowerCase() === "true";
      challenges.push({ scheme, realm, nonce, algorithm, qop: qop !== undefined, stale, opaque: fields.get("opaque") });
    }
  }
  return challenges;
}
