import { DecodeError } from "#util/errors";

/** One scheme of an authentication header with its parameters; names are in lower case. */
export interface SchemeFields {
  /** Lower case: `digest`, `basic`, … */
  readonly scheme: string;
  /** What follows a scheme that is not followed by parameters, such as the Base64 text of Basic. */
  readonly token68: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

const MAX_LENGTH = 8192;
const WORD = /[^\s,="]+/y;
const SPACE = /[\s,]*/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[\s,]|$)/y;
const EQUALS = /\s*=\s*/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const BARE = /[^\s,"]*/y;

/**
 * Reads the value of `Authorization` or `WWW-Authenticate` (RFC 9110 §11): one or more schemes, each with parameters.
 * Odd spacing and missing commas are accepted. A backslash in a quoted value escapes only `"` and `\`, since clients
 * write `DOMAIN\user` unescaped.
 *
 * @throws DecodeError for what cannot be read.
 */
export function parseSchemes(text: string): SchemeFields[] {
  if (text.length > MAX_LENGTH) throw new DecodeError("authentication-too-long", "authentication header is too long");
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match;
  };
  const fail = (expected: string): DecodeError =>
    new DecodeError("authentication-syntax", `authentication header: expected ${expected}`, { offset: at });

  const schemes: { scheme: string; token68: string | undefined; fields: Map<string, string> }[] = [];
  for (take(SPACE); at < text.length; take(SPACE)) {
    const word = take(WORD)?.[0];
    if (word === undefined) throw fail("a name");
    const current = schemes.at(-1);
    if (current !== undefined && take(EQUALS)) {
      const quoted = take(QUOTED);
      const value = quoted ? (quoted[1] ?? "").replace(/\\(["\\])/g, "$1") : take(BARE)?.[0];
      if (value === undefined || text[at] === '"') throw fail("a value");
      const name = word.toLowerCase();
      if (!current.fields.has(name)) current.fields.set(name, value);
      continue;
    }
    take(SPACE);
    const start = at;
    const token = take(TOKEN68)?.[0];
    // `Basic realm` is a scheme and the start of a parameter, `Basic cmVhbG0=` is a scheme and its token.
    const isParameter = token === undefined || /^\s*=/.test(text.slice(at)) || text[start - 1] === ",";
    if (isParameter) at = start;
    schemes.push({ scheme: word.toLowerCase(), token68: isParameter ? undefined : token, fields: new Map() });
  }
  return schemes;
}

/** `text` as a quoted string. Control characters are dropped, they have no escape. */
export const quote = (text: string): string => `"${text.replace(/\p{Cc}/gu, "").replace(/(["\\])/g, "\\$1")}"`;
