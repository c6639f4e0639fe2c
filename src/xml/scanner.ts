import { DecodeError } from "#util/errors";
import {
  BEGINS_NAME,
  isNcName,
  isSpace,
  NAME_PARTS,
  NOT_IN_NAME,
  withLineFeeds,
  withoutReferences,
} from "./characters.js";
import { positionIn } from "./tree.js";

const SPECIAL_IN_TEXT = /[&\r]|\]\]>/;
const SPECIAL_IN_VALUE = /[<&\t\n\r]/;

/** Longest description of a problem, which may quote the document, in UTF-16 units. */
const MAX_PROBLEM = 160;

const GT = 0x3e;
const EQUALS = 0x3d;
const COLON = 0x3a;

/** Walks over the parts of a document that have no inner structure: names, values, text, comments, instructions. */
export class XmlScanner {
  protected at = 0;
  /** Of the name that was scanned last: where its colon stands, -1 for none. */
  protected colon = -1;
  /** Is there nothing in the whole document that changes or forbids character data, or attribute values? */
  readonly #hasPlainText: boolean;
  readonly #hasPlainValues: boolean;

  constructor(protected readonly text: string) {
    const hasNone = (marks: readonly string[]): boolean => !marks.some((mark) => text.includes(mark));
    this.#hasPlainText = hasNone(["&", "\r", "]]>"]);
    this.#hasPlainValues = hasNone(["&", "\r", "\n", "\t"]);
  }

  /** Where the name that starts at `from` ends; its colon is in `colon`. */
  protected scanName(from: number): number {
    const text = this.text;
    let at = from;
    let colon = -1;
    let isStart = true;
    let isPlain = true;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code < 128) {
        const kind = NAME_PARTS[code];
        if (kind === NOT_IN_NAME) {
          if (code !== COLON) break;
          if (isStart || colon >= 0) this.fail("malformed name", from);
          colon = at;
          isStart = true;
          continue;
        }
        if (isStart && kind !== BEGINS_NAME) this.fail("malformed name", from);
      } else if (code >= 128) isPlain = false;
      else break;
      isStart = false;
    }
    if (isStart) this.fail("a name is missing", from);
    if (!isPlain)
      for (const part of text.slice(from, at).split(":")) if (!isNcName(part)) this.fail("malformed name", from);
    this.colon = colon;
    return at;
  }

  /** Where the quote stands that opens the value of the attribute whose name ends at `from`. */
  protected openingQuote(from: number): number {
    const text = this.text;
    let at = from;
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) !== EQUALS) this.fail("an attribute has no value", from);
    at++;
    while (isSpace(text.charCodeAt(at))) at++;
    const mark = text.charAt(at);
    if (mark !== '"' && mark !== "'") this.fail("the value of an attribute is not quoted", at);
    return at;
  }

  /** An attribute's value with references decoded and white space normalised (XML 1.0 §3.3.3). */
  protected attributeValue(from: number, to: number): string {
    const text = this.text.slice(from, to);
    if (this.#hasPlainValues ? !text.includes("<") : !SPECIAL_IN_VALUE.test(text)) return text;
    if (text.includes("<")) this.fail("'<' in an attribute value", from);
    return this.#decoded(text.replace(/\r\n?|[\t\n]/g, " "), from);
  }

  /** Character data with references decoded and line ends normalised (XML 1.0 §2.11). */
  protected characters(from: number, to: number): string {
    const text = this.text.slice(from, to);
    if (this.#hasPlainText || !SPECIAL_IN_TEXT.test(text)) return text;
    if (text.includes("]]>")) this.fail("']]>' in text", from);
    return this.#decoded(withLineFeeds(text), from);
  }

  #decoded(text: string, at: number): string {
    return (
      withoutReferences(text) ?? this.fail("a reference to nothing, or to a character that XML does not allow", at)
    );
  }

  /** White space, comments and processing instructions before and after the root. */
  protected skipMisc(): void {
    for (;;) {
      while (isSpace(this.text.charCodeAt(this.at))) this.at++;
      if (this.text.startsWith("<?", this.at)) this.skipInstruction();
      else if (this.text.startsWith("<!", this.at)) this.skipComment();
      else return;
    }
  }

  protected skipInstruction(): void {
    const end = this.scanName(this.at + 2);
    if (this.text.slice(this.at + 2, end).toLowerCase() === "xml")
      this.fail("an XML declaration that is not at the start", this.at);
    if (!isSpace(this.text.charCodeAt(end)) && !this.text.startsWith("?>", end))
      this.fail("malformed processing instruction", end);
    this.skipPast("?>", "processing instruction");
  }

  protected skipComment(): void {
    if (!this.text.startsWith("<!--", this.at)) this.fail("a DTD or declaration, which is not accepted", this.at);
    const end = this.text.indexOf("--", this.at + 4);
    if (end < 0 || this.text.charCodeAt(end + 2) !== GT) this.fail("malformed comment", this.at);
    this.at = end + 3;
  }

  protected skipPast(mark: string, what: string): void {
    const end = this.text.indexOf(mark, this.at);
    if (end < 0) this.fail(`${what} does not end`, this.at);
    this.at = end + mark.length;
  }

  protected fail(problem: string, at: number): never {
    throw this.error("xml-syntax", problem, at);
  }

  protected error(code: string, problem: string, at: number): DecodeError {
    const { line, column } = positionIn(this.text, at);
    const short = problem.length > MAX_PROBLEM ? `${problem.slice(0, MAX_PROBLEM)}…` : problem;
    return new DecodeError(code, `XML line ${line}, column ${column}: ${short}`, { line, column });
  }
}
