import { XMLParser, XMLValidator } from "fast-xml-parser";
import { messageOf } from "#util/errors";

/** One element of a cfg file. Lines and columns count from 1; columns count UTF-16 units. */
export interface XmlNode {
  readonly tag: string;
  readonly line: number;
  readonly column: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  /** Own character data, references decoded, as written. */
  readonly text: string;
  /** The same without the blanks that surround it. A blank written as a reference (`&#32;`) stays. */
  readonly trimmed: string;
}

export interface XmlProblem {
  readonly severity: "error" | "warning";
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface XmlFile {
  /** Undefined when the file is not well formed. */
  readonly root: XmlNode | undefined;
  readonly problems: readonly XmlProblem[];
}

/** Largest cfg file that is read, in bytes. */
export const MAX_CFG_BYTES = 4 * 1024 * 1024;

const MAX_DEPTH = 64;
const MAX_WARNINGS = 50;
const META = XMLParser.getMetaDataSymbol();
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const DECLARATION = /^[ \t\r\n]*<\?xml[ \t\r\n][^>]*\?>/;
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<\?|&(?:[A-Za-z_][\w.-]*;|#[0-9]+;|#x[0-9A-Fa-f]+;)?/g;
const REFERENCE = /&(?:([A-Za-z_][\w.-]*)|#([0-9]+)|#x([0-9A-Fa-f]+));/g;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * Reads a cfg file into elements with their places. Never throws; what is wrong is in `problems`. There is no
 * DOCTYPE and so no entity but the five of XML. UTF-8 unless a byte order mark or the XML declaration names another
 * encoding. A lone `&`, which people paste with stream addresses, is taken as it stands, with a warning.
 */
export function readXmlFile(bytes: Uint8Array): XmlFile {
  const problems: XmlProblem[] = [];
  try {
    return { root: new CfgReader(bytes, problems).read(), problems };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    problems.push({ severity: "error", line: error.line, column: error.column, message: error.message });
    return { root: undefined, problems };
  }
}

class Malformed extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

class CfgReader {
  readonly #text: string;
  readonly #problems: XmlProblem[];
  readonly #lineStarts: readonly number[];

  constructor(bytes: Uint8Array, problems: XmlProblem[]) {
    this.#text = decodeBytes(bytes);
    this.#problems = problems;
    this.#lineStarts = lineStartsOf(this.#text);
  }

  read(): XmlNode {
    const illegal = ILLEGAL.exec(this.#text);
    if (illegal) this.#fail("a character that XML does not allow", illegal.index);
    const text = this.#text.replace(DECLARATION, (declaration) => declaration.replace(/[^\r\n]/g, " "));
    this.#validate(this.#checkMarkup(text));
    return this.#tree(text);
  }

  /** Refuses what is not plain XML; the result has harmless characters in place of lone ampersands. */
  #checkMarkup(text: string): string {
    const pieces: string[] = [];
    let done = 0;
    // Not by `replace`, which looks for all matches first: that is quadratic in comments that do not end.
    for (const { 0: found, index: at } of text.matchAll(MARKUP)) {
      if (found === "&") {
        const message = "a lone & is taken as it stands; XML wants it written as &amp;";
        if (this.#problems.length < MAX_WARNINGS)
          this.#problems.push({ severity: "warning", ...this.#place(at), message });
        pieces.push(text.slice(done, at), "+");
        done = at + 1;
      } else if (found.startsWith("&")) {
        if (decodeReference(found) === undefined) this.#fail(`${found} is not known here`, at);
      } else if (found === "<!" || found === "<?") this.#fail(unfinished(text.slice(at, at + 9)), at);
    }
    return pieces.join("") + text.slice(done);
  }

  #validate(text: string): void {
    // oxlint-disable-next-line typescript/no-deprecated -- its successor is one more package with the same code
    const result = XMLValidator.validate(text);
    if (result === true) return;
    const { msg, line, col } = result.err;
    if (msg.startsWith("Invalid '[")) this.#fail("the file ends before all its tags are closed", text.length);
    throw new Malformed(msg.replace(/\.$/, ""), line, Number.isInteger(col) ? col : 1);
  }

  #tree(text: string): XmlNode {
    const roots: XmlNode[] = [];
    for (const item of this.#parse(text)) {
      const node = this.#node(item, roots[0] ?? { line: 1, column: 1 });
      if (typeof node !== "string") roots.push(node);
      else if (!/^[ \t\r\n]*$/.test(node)) throw new Malformed("text outside the root tag", 1, 1);
    }
    const [root, second] = roots;
    if (second) throw new Malformed(`<${second.tag}> stands after the root tag`, second.line, second.column);
    return root ?? this.#fail("there is no root tag", 0);
  }

  #parse(text: string): readonly unknown[] {
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: "",
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      processEntities: false,
      ignorePiTags: true,
      ignoreDeclaration: true,
      cdataPropName: "#cdata",
      maxNestedTags: MAX_DEPTH,
      captureMetaData: true,
      jPath: false,
    });
    try {
      return listOf(parser.parse(text));
    } catch (error) {
      throw new Malformed(messageOf(error), 1, 1);
    }
  }

  /** An item of the parser's ordered output: an element, or a piece of text still with its references. */
  #node(item: unknown, outer: { readonly line: number; readonly column: number }): XmlNode | string {
    const record = isRecord(item) ? item : {};
    const tag = Object.keys(record).find((key) => key !== ":@") ?? "";
    const content = record[tag];
    if (tag === "#text") return typeof content === "string" ? content : "";
    const offset = offsetOf(record);
    const { line, column } = offset === undefined ? outer : this.#place(offset);
    const children: XmlNode[] = [];
    const pieces: Piece[] = [];
    for (const inner of listOf(content)) {
      if (isRecord(inner) && "#cdata" in inner) {
        for (const part of listOf(inner["#cdata"]))
          pieces.push({ text: isRecord(part) ? String(part["#text"]) : "", literal: true });
        continue;
      }
      const node = this.#node(inner, { line, column });
      if (typeof node === "string") pieces.push({ text: node, literal: false });
      else children.push(node);
    }
    const attributes = new Map<string, string>();
    if (isRecord(record[":@"]))
      for (const [name, value] of Object.entries(record[":@"])) attributes.set(name, decodeText(String(value)));
    return { tag, line, column, attributes, children, text: joined(pieces), trimmed: joined(trimmed(pieces)) };
  }

  #place(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  #fail(message: string, offset: number): never {
    const { line, column } = this.#place(offset);
    throw new Malformed(message, line, column);
  }
}

/** Character data; `literal` is that of a CDATA section, which has no references. */
interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

const joined = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, literal }) => (literal ? text : decodeText(text))).join("");

/** Without layout: the blanks at both ends, and those between elements. */
function trimmed(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map(({ text, literal }, index) => {
    if (literal) return { text, literal };
    const start = index === 0 ? text.replace(/^[ \t\r\n]+/, "") : text;
    const both = index === pieces.length - 1 ? trimEnd(start) : start;
    return { text: trimEnd(both) === "" ? "" : both, literal };
  });
}

/** Without trailing blanks; by a loop, since a regular expression would be quadratic in inner blanks. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t\r\n".includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

const decodeText = (text: string): string =>
  text.includes("&") ? text.replace(REFERENCE, (reference) => decodeReference(reference) ?? reference) : text;

/** The character that a reference `&…;` stands for; undefined when there is none that XML allows. */
function decodeReference(reference: string): string | undefined {
  const name = reference.slice(1, -1);
  if (!name.startsWith("#")) return NAMED.get(name);
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  if (!(code <= 0x10ffff)) return undefined;
  const character = String.fromCodePoint(code);
  return ILLEGAL.test(character) ? undefined : character;
}

function unfinished(start: string): string {
  if (start.startsWith("<!--")) return "a comment without end";
  if (start.startsWith("<![CDATA[")) return "a CDATA section without end";
  if (start.startsWith("<?")) return "a processing instruction without end";
  if (start.toUpperCase() === "<!DOCTYPE") return "a DOCTYPE is not allowed";
  return "markup that is neither a tag nor a comment";
}

function decodeBytes(bytes: Uint8Array): string {
  if (bytes.length > MAX_CFG_BYTES) throw new Malformed(`the file is larger than ${MAX_CFG_BYTES} bytes`, 1, 1);
  const encoding = encodingOf(bytes);
  let readable: string;
  try {
    readable = new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new Malformed(`the encoding ${encoding} is not known; save the file as UTF-8`, 1, 1);
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const before = lineStartsOf(readable.split("\uFFFD", 1).join(""));
    const message = `bytes that are not ${encoding}; save the file as UTF-8 or name its encoding in the first line`;
    throw new Malformed(message, before.length, 1);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const start = Buffer.from(bytes.subarray(0, 256)).toString("latin1");
  const named = /^[^<]*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]?.toLowerCase() ?? "utf-8";
  return named.startsWith("utf-16") ? "utf-8" : named;
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (const found of text.matchAll(/\r\n?|\n/g)) starts.push(found.index + found[0].length);
  return starts;
}

const isRecord = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function offsetOf(record: Readonly<Record<PropertyKey, unknown>>): number | undefined {
  const meta: unknown = typeof META === "symbol" ? record[META] : undefined;
  const start = isRecord(meta) ? meta["startIndex"] : undefined;
  return typeof start === "number" ? start : undefined;
}
