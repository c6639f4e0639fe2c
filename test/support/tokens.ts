import { sign } from "node:crypto";
import { noon } from "./a-device.js";
import type { TestKey } from "./authority.js";

/** A part of a token: JSON in base64url. */
export const tokenPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token of the algorithm ES256, as RFC 7519 has it, for the audience `cameras`; good for a minute around noon of the tests. */
export function aToken({ privateKey }: Pick<TestKey, "privateKey">, claims: object = {}, header: object = {}): string {
  const text = `${tokenPart({ typ: "JWT", alg: "ES256", ...header })}.${tokenPart({
    iss: "https://id.example/realm",
    aud: ["cameras"],
    sub: "olga",
    nbf: noon / 1000 - 60,
    exp: noon / 1000 + 60,
    roles: ["onvif:Operator"],
    ...claims,
  })}`;
  const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}
