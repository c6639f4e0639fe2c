/** What XML 1.0 and Namespaces in XML 1.0 say about single characters and names. */

/** The first character that XML does not allow (XML 1.0 §2.2 [2]), -1 for none. */
export function illegalAt(text: string): number {
  if (!PERHAPS_ILLEGAL.test(text)) return -1;
  return ILLEGAL.exec(text)?.index ?? -1;
}

const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** Finds whatever `ILLEGAL` finds, and surrogate pairs, in half the time. */
const PERHAPS_ILLEGAL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;

export const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** What an ASCII character is in a name: nothing, a part of it, or a part that can also begin it. */
export const NOT_IN_NAME = 0;
const IN_NAME = 1;
export const BEGINS_NAME = 2;

/** By character code, below 128. */
export const NAME_PARTS: Readonly<Uint8Array> = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z_]/.test(character) ? BEGINS_NAME : /[0-9.-]/.test(character) ? IN_NAME : NOT_IN_NAME;
});

/** A name without a colon, of any alphabet. */
export const isNcName = (name: string): boolean => NC_NAME.test(name);
const NC_NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-\u00B7]*$/u;

/** Line ends as line feeds (XML 1.0 §2.11). */
export const withLineFeeds = (text: string): string => (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);

/** Text with its references decoded; undefined when one is not defined or means a character that XML does not allow. */
export function withoutReferences(text: string): string | undefined {
  if (!text.includes("&")) return text;
  let isGood = true;
  const decoded = text.replace(REFERENCE, (_, hex?: string, decimal?: string, named?: string) => {
    if (named !== undefined) return NAMED[named] ?? "";
    const code = hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : -1;
    const character = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
    if (ILLEGAL.test(character)) isGood = false;
    return character;
  });
  return isGood ? decoded : undefined;
}

const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));|&/g;
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
