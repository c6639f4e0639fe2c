import { DecodeError } from "#util/errors";
import { XML_NAMESPACE, XMLNS_NAMESPACE } from "./qname.js";
import { lookUp, type NamespaceScope, positionIn, type XmlAttribute, XmlElement } from "./tree.js";

export interface XmlLimits {
  /** Longest document in UTF-16 units. */
  readonly maxLength?: number;
  /** Deepest nesting of elements. */
  readonly maxDepth?: number;
  /** Most elements in a document. */
  readonly maxElements?: number;
  /** Most attributes, namespace declarations included, of one element. */
  readonly maxAttributes?: number;
}

const ROOT_SCOPE: NamespaceScope = { prefix: "xml", uri: XML_NAMESPACE, outer: undefined };
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const NC_NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-\u00B7]*$/u;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const BANG = 0x21;
const QUESTION = 0x3f;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/**
 * Reads a whole XML 1.0 document with namespaces (XML 1.0 5th edition, Namespaces in XML 1.0) into a tree.
 * There is no DTD and so no entity but the five of XML; comments and processing instructions are skipped.
 * Throws `DecodeError` (codes `xml-syntax`, `xml-limit`) with line and column.
 */
export function readXml(text: string, limits: XmlLimits = {}): XmlElement {
  return new XmlReader(text, limits).read();
}

/** The same for bytes, which must be UTF-8 (a byte order mark is allowed). */
export function readXmlBytes(bytes: Uint8Array, limits: XmlLimits = {}): XmlElement {
  if (bytes.length > (limits.maxLength ?? Infinity) * 3)
    throw new DecodeError("xml-limit", `document is longer than ${limits.maxLength} characters`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DecodeError("xml-syntax", "document is not valid UTF-8", {}, { cause: error });
  }
  return readXml(text, limits);
}

class XmlReader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #maxElements: number;
  readonly #maxAttributes: number;
  #at = 0;
  #elements = 0;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    this.#maxDepth = limits.maxDepth ?? 64;
    this.#maxElements = limits.maxElements ?? 100_000;
    this.#maxAttributes = limits.maxAttributes ?? 256;
    if (text.length > (limits.maxLength ?? Infinity))
      throw new DecodeError("xml-limit", `document is longer than ${limits.maxLength} characters`);
  }

  read(): XmlElement {
    const illegal = ILLEGAL.exec(this.#text);
    if (illegal) this.#fail("a character that XML does not allow", illegal.index);
    if (this.#text.startsWith("<?xml") && isSpace(this.#text.charCodeAt(5))) this.#skipPast("?>", "XML declaration");
    this.#skipMisc();
    if (this.#text.charCodeAt(this.#at) !== LT) this.#fail("the document has no root element", this.#at);
    const root = this.#content();
    this.#skipMisc();
    if (this.#at < this.#text.length) this.#fail("content after the root element", this.#at);
    return root;
  }

  /** Reads the root element and everything in it, without recursion. */
  #content(): XmlElement {
    const text = this.#text;
    const open: { element: XmlElement; tag: string }[] = [];
    let current: { element: XmlElement; tag: string } | undefined;
    for (;;) {
      const lt = text.indexOf("<", this.#at);
      if (lt < 0) this.#fail(`<${current?.tag ?? ""}> is not closed`, this.#at);
      if (lt > this.#at && current) current.element.text += this.#characters(this.#at, lt, false);
      const next = text.charCodeAt(lt + 1);
      if (next === SLASH) {
        const gt = text.indexOf(">", lt);
        if (gt < 0) this.#fail("unfinished end tag", lt);
        const tag = text.slice(lt + 2, gt).trimEnd();
        if (!current || tag !== current.tag) this.#fail(`</${tag}> does not close <${current?.tag ?? ""}>`, lt);
        this.#at = gt + 1;
        const closed = current.element;
        current = open.pop();
        if (!current) return closed;
      } else if (next === BANG) {
        this.#at = lt;
        if (text.startsWith("<![CDATA[", lt)) {
          const end = text.indexOf("]]>", lt + 9);
          if (end < 0 || !current) this.#fail("CDATA section without end", lt);
          current.element.text += text.slice(lt + 9, end).replace(/\r\n?/g, "\n");
          this.#at = end + 3;
        } else this.#skipComment();
      } else if (next === QUESTION) {
        this.#at = lt;
        this.#skipInstruction();
      } else {
        const { element, tag, empty } = this.#startTag(lt, current?.element.scope ?? ROOT_SCOPE);
        current?.element.children.push(element);
        if (!empty) {
          if (current) open.push(current);
          current = { element, tag };
          if (open.length >= this.#maxDepth) throw this.#error("xml-limit", `nested deeper than ${this.#maxDepth}`, lt);
        } else if (!current) return element;
      }
    }
  }

  #startTag(lt: number, outer: NamespaceScope): { element: XmlElement; tag: string; empty: boolean } {
    const text = this.#text;
    if (++this.#elements > this.#maxElements)
      throw this.#error("xml-limit", `more than ${this.#maxElements} elements`, lt);
    let at = this.#nameEnd(lt + 1);
    const tag = text.slice(lt + 1, at);
    let scope = outer;
    let raw: { name: string; value: string; at: number }[] | undefined;
    let count = 0;
    for (;;) {
      const before = at;
      while (isSpace(text.charCodeAt(at))) at++;
      const code = text.charCodeAt(at);
      if (code === GT || code === SLASH) break;
      if (at === before || at >= text.length) this.#fail(`malformed start tag <${tag}>`, at);
      const end = this.#nameEnd(at);
      const name = text.slice(at, end);
      let quote = end;
      while (isSpace(text.charCodeAt(quote))) quote++;
      if (text.charCodeAt(quote) !== EQUALS) this.#fail(`attribute ${name} has no value`, at);
      quote++;
      while (isSpace(text.charCodeAt(quote))) quote++;
      const mark = text.charAt(quote);
      if (mark !== '"' && mark !== "'") this.#fail(`value of attribute ${name} is not quoted`, quote);
      const close = text.indexOf(mark, quote + 1);
      if (close < 0) this.#fail(`value of attribute ${name} does not end`, quote);
      if (++count > this.#maxAttributes)
        throw this.#error("xml-limit", `more than ${this.#maxAttributes} attributes`, at);
      const value = this.#characters(quote + 1, close, true);
      if (name === "xmlns") scope = this.#declare("", value, scope, at);
      else if (name.startsWith("xmlns:")) scope = this.#declare(name.slice(6), value, scope, at);
      else (raw ??= []).push({ name, value, at });
      at = close + 1;
    }
    const empty = text.charCodeAt(at) === SLASH;
    if (empty && text.charCodeAt(++at) !== GT) this.#fail(`malformed start tag <${tag}>`, at);
    this.#at = at + 1;

    const colon = tag.indexOf(":");
    const prefix = colon < 0 ? "" : this.#ncName(tag.slice(0, colon), lt);
    const local = this.#ncName(colon < 0 ? tag : tag.slice(colon + 1), lt);
    const namespace = lookUp(scope, prefix) ?? (prefix === "" ? "" : this.#fail(`prefix ${prefix} is not bound`, lt));
    const attributes = raw ? this.#resolve(raw, scope) : NO_ATTRIBUTES;
    return { element: new XmlElement(namespace, local, prefix, attributes, scope, text, lt), tag, empty };
  }

  #resolve(raw: readonly { name: string; value: string; at: number }[], scope: NamespaceScope): XmlAttribute[] {
    const attributes: XmlAttribute[] = [];
    const seen = raw.length > 8 ? new Set<string>() : undefined;
    for (const { name: written, value, at } of raw) {
      const colon = written.indexOf(":");
      const name = this.#ncName(written.slice(colon + 1), at);
      let namespace = "";
      if (colon >= 0) {
        const prefix = this.#ncName(written.slice(0, colon), at);
        namespace = lookUp(scope, prefix) ?? this.#fail(`prefix ${prefix} is not bound`, at);
      }
      const key = `${namespace} ${name}`;
      const twice = seen
        ? seen.has(key)
        : attributes.some((other) => other.name === name && other.namespace === namespace);
      if (twice) this.#fail(`attribute ${written} is given twice`, at);
      seen?.add(key);
      attributes.push({ namespace, name, value });
    }
    return attributes;
  }

  #declare(prefix: string, uri: string, outer: NamespaceScope, at: number): NamespaceScope {
    if (prefix !== "") this.#ncName(prefix, at);
    const wrong =
      prefix === "xmlns" ||
      uri === XMLNS_NAMESPACE ||
      (prefix !== "" && uri === "") ||
      (prefix === "xml") !== (uri === XML_NAMESPACE);
    if (wrong) this.#fail(`namespace declaration of ${prefix || "the default namespace"}`, at);
    return { prefix, uri, outer };
  }

  #ncName(name: string, at: number): string {
    if (!PLAIN_NAME.test(name) && !NC_NAME.test(name)) this.#fail("malformed name", at);
    return name;
  }

  /** Where the name that starts at `from` ends. */
  #nameEnd(from: number): number {
    const text = this.#text;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isSpace(code) || code === GT || code === SLASH || code === EQUALS || code === LT) break;
    }
    if (at === from) this.#fail("a name is missing", from);
    return at;
  }

  /** Character data or an attribute value with references decoded and line ends normalised (XML 1.0 §2.11, §3.3.3). */
  #characters(from: number, to: number, isAttribute: boolean): string {
    let text = this.#text.slice(from, to);
    if (isAttribute) {
      if (text.includes("<")) this.#fail("'<' in an attribute value", from);
      text = text.replace(/\r\n?|[\t\n]/g, " ");
    } else {
      if (text.includes("]]>")) this.#fail("']]>' in text", from);
      if (text.includes("\r")) text = text.replace(/\r\n?/g, "\n");
    }
    if (!text.includes("&")) return text;
    return text.replace(
      /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));|&/g,
      (_, hex?: string, decimal?: string, named?: string) => {
        if (named !== undefined) return NAMED[named] ?? "";
        if (hex === undefined && decimal === undefined) return this.#fail("an entity that is not defined", from);
        const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
        const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
        return ILLEGAL.test(character) ? this.#fail("a character reference that XML does not allow", from) : character;
      },
    );
  }

  /** White space, comments and processing instructions before and after the root. */
  #skipMisc(): void {
    for (;;) {
      while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
      if (this.#text.startsWith("<?", this.#at)) this.#skipInstruction();
      else if (this.#text.startsWith("<!", this.#at)) this.#skipComment();
      else return;
    }
  }

  #skipInstruction(): void {
    if (/^<\?xml[\s?]/i.test(this.#text.slice(this.#at, this.#at + 6)))
      this.#fail("an XML declaration that is not at the start", this.#at);
    this.#skipPast("?>", "processing instruction");
  }

  #skipComment(): void {
    if (!this.#text.startsWith("<!--", this.#at)) this.#fail("a DTD or declaration, which is not accepted", this.#at);
    const end = this.#text.indexOf("--", this.#at + 4);
    if (end < 0 || this.#text.charCodeAt(end + 2) !== GT) this.#fail("malformed comment", this.#at);
    this.#at = end + 3;
  }

  #skipPast(mark: string, what: string): void {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) this.#fail(`${what} does not end`, this.#at);
    this.#at = end + mark.length;
  }

  #fail(problem: string, at: number): never {
    throw this.#error("xml-syntax", problem, at);
  }

  #error(code: string, problem: string, at: number): DecodeError {
    const { line, column } = positionIn(this.#text, at);
    return new DecodeError(code, `XML line ${line}, column ${column}: ${problem}`, { line, column });
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = Object.freeze([]);
