import { parseFmtp } from "#wire/sdp/attributes";

/**
 * `fmtp` with these parameters: in place where it has them with another value, else behind the others. What it says
 * otherwise stays as it is written.
 */
export function withParameters(fmtp: string | undefined, parameters: Readonly<Record<string, string>>): string {
  const known = parseFmtp(fmtp ?? "");
  const missing = Object.entries(parameters).filter(([name, value]) => known.get(name) !== value);
  if (missing.length === 0) return fmtp ?? "";
  const replaced = new Map(missing);
  const parts = (fmtp ?? "").split(";").map((part) => {
    const name = (part.split("=")[0] ?? "").trim().toLowerCase();
    const value = replaced.get(name);
    replaced.delete(name);
    return value === undefined ? part.trim() : `${name}=${value}`;
  });
  const added = [...replaced].map(([name, value]) => `${name}=${value}`);
  return [...parts.filter((part) => part !== ""), ...added].join("; ");
}

/** The NAL units of a parameter such as `sprop-parameter-sets`: base64 with commas between; what is none is left out. */
export const nalsOfParameter = (value: string | undefined): Uint8Array[] =>
  (value ?? "")
    .split(",")
    .slice(0, 64)
    .map((text) => Buffer.from(text.trim(), "base64"))
    .filter((nal) => nal.length > 0);

export const sameNals = (one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean =>
  one.length === other.length && one.every((nal, index) => Buffer.compare(nal, other[index] ?? Buffer.alloc(0)) === 0);

export const parameterOfNals = (nals: readonly Uint8Array[]): string =>
  nals.map((nal) => Buffer.from(nal).toString("base64")).join(",");
