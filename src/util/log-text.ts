import type { Facts } from "./errors.js";

/** Names of facts whose values are never written. */
const SECRET = /pass(word|wd)?$|secret|authorization|cookie|^(private_?)?key$/i;
/** User and password in an address. */
const LOGIN = /(?<=:\/\/)[^\s/?#]*@/g;
/** Facts nested deeper than this are left out. */
const MAX_DEPTH = 6;

/** A text as it may be written: without user and password in addresses. */
export const withoutLogin = (text: string): string => (text.includes("@") ? text.replace(LOGIN, "***@") : text);

/** Facts as they may be written: no passwords, not under their names and not in addresses. */
export function withoutSecrets(facts: Facts): Record<string, unknown> {
  const clean = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return withoutLogin(value);
    if (value instanceof Error) return withoutLogin(value.message);
    if (typeof value !== "object" || value === null) return value;
    if (depth > MAX_DEPTH) return "…";
    if (Array.isArray(value)) return value.map((one) => clean(one, depth + 1));
    return members(value, depth);
  };
  const members = (value: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) ? "***" : clean(inner, depth + 1)]),
    );
  return members(facts, 0);
}

// The control characters of ASCII and Latin-1, and those that turn the direction of writing; the tab is harmless.
const UNPRINTABLE = /[\0-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** Control characters, which clients can send, escaped, so that nobody forges lines or drives a terminal. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A value that can be told from what follows: in quotes if it has blanks. */
const valueText = (value: unknown): string =>
  typeof value === "string" && /^[^\s"]+$/.test(value) ? printable(value) : printable(JSON.stringify(value) ?? "");

/** Facts as words behind a sentence: `name=value`. */
export const factTexts = (facts: Facts): readonly string[] =>
  Object.entries(facts).map(([name, value]) => `${printable(name)}=${valueText(value)}`);

/** A line of the logs that the camera gives out: a sentence and its facts, without secrets and control characters. */
export const lineText = (sentence: string, facts: Facts): string =>
  [printable(withoutLogin(sentence)), ...factTexts(withoutSecrets(facts))].join(" ");
