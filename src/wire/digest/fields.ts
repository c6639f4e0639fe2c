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
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[\s,]|$)/y;

const BACKSLASH = 0x5c;

/** Kinds of characters, as bits. */
const OTHER = 1;
const SPACE = 2;
const COMMA = 4;
const EQUALS = 8;
const QUOTE = 16;
const NOTHING = 0;

/** By character code; others than these are `OTHER`. White space is what `\s` has of it. */
const KINDS: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  const kinds: Readonly<Record<string, number>> = { ",": COMMA, "=": EQUALS, '"': QUOTE };
  return kinds[character] ?? (/\s/.test(character) ? SPACE : OTHER);
});

/**
 * Reads the value of `Authorization` or `WWW-Authenticate` (RFC 9110 §11): one or more schemes, each with parameters.
 * Odd spacing and missing commas are accepted. A backslash in a quoted value escapes only `"` and `\`, since clients
 * write `DOMAIN\user` unescaped.
 *
 * @throws DecodeError for what cannot be read.
 */
export function parseSchemes(text: string): SchemeFields[] {
  if (text.length > MAX_LENGTH) throw new DecodeError("authentication-too-long", "authentication header is too long");
  const schemes: { scheme: string; token68: string | undefined; fields: Map<string, string> }[] = [];
  const hasEscapes = text.includes("\\");
  let current: Map<string, string> | undefined;
  for (let at = skip(text, 0, SPACE | COMMA); at < text.length; at = skip(text, at, SPACE | COMMA)) {
    const start = at;
    at = skip(text, at, OTHER);
    if (at === start) throw expected("a name", at);
    const word = text.slice(start, at).toLowerCase();
    const sign = skip(text, at, SPACE);
    if (current && kindAt(text, sign) === EQUALS) {
      const from = skip(text, sign + 1, SPACE);
      const isQuoted = kindAt(text, from) === QUOTE;
      at = isQuoted ? closingQuote(text, from + 1, hasEscapes) : skip(text, from, OTHER | EQUALS);
      if (!isQuoted && kindAt(text, at) === QUOTE) throw expected("a value", at);
      const value = isQuoted ? unescaped(text.slice(from + 1, at++)) : text.slice(from, at);
      if (isQuoted && kindAt(text, at) === QUOTE) throw expected("a value", at);
      if (!current.has(word)) current.set(word, value);
      continue;
    }
    at = skip(text, at, SPACE | COMMA);
    const token = matchAt(TOKEN68, text, at);
    // `Basic realm` is a scheme and the start of a parameter, `Basic cmVhbG0=` is a scheme and its token.
    const isParameter =
      token === undefined ||
      kindAt(text, skip(text, at + token.length, SPACE)) === EQUALS ||
      kindAt(text, at - 1) === COMMA;
    if (!isParameter) at += token.length;
    current = new Map();
    schemes.push({ scheme: word, token68: isParameter ? undefined : token, fields: current });
  }
  return schemes;
}

const expected = (what: string, offset: number): DecodeError =>
  new DecodeError("authentication-syntax", `authentication header: expected ${what}`, { offset });

function kindAt(text: string, at: number): number {
  if (at >= text.length) return NOTHING;
  return KINDS[text.charCodeAt(at)] ?? OTHER;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The first place from there on whose character is of none of these kinds. */
function skip(text: string, from: number, kinds: number): number {
  let at = from;
  while ((kindAt(text, at) & kinds) !== 0) at++;
  return at;
}

/** Where the quote is that closes what was opened before `from`. */
function closingQuote(text: string, from: number, hasEscapes: boolean): number {
  // A search is quicker than a look at each character.
  const first = hasEscapes ? -1 : text.indexOf('"', from);
  if (first >= 0) return first;
  for (let at = from; at < text.length; at++) {
    if (kindAt(text, at) === QUOTE) return at;
    if (text.charCodeAt(at) === BACKSLASH) at++;
  }
  throw expected("a value", from - 1);
}

const unescaped = (quoted: string): string => (quoted.includes("\\") ? quoted.replace(/\\(["\\])/g, "$1") : quoted);

/** `text` as a quoted string. Control characters are dropped, they have no escape. */
export const quote = (text: string): string => `"${text.replace(/\p{Cc}/gu, "").replace(/(["\\])/g, "\\$1")}"`;
