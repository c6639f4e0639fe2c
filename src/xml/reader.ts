import { DecodeError } from "#util/errors";
import { illegalAt, isSpace, withLineFeeds } from "./characters.js";
import { XML_NAMESPACE, XMLNS_NAMESPACE } from "./qname.js";
import { XmlScanner } from "./scanner.js";
import { lookUp, type NamespaceScope, type XmlAttribute, XmlElement } from "./tree.js";

export interface XmlLimits {
  /** Longest document in UTF-16 units. */
  readonly maxLength?: number;
  /** Deepest nesting of elements. */
  readonly maxDepth?: number;
  /** Most elements in a document. */
  readonly maxElements?: number;
  /** Most attributes, namespace declarations included, of one element. */
  readonly maxAttributes?: number;
  /** Most namespace declarations in scope at one place. */
  readonly maxNamespaces?: number;
}

const ROOT_SCOPE: NamespaceScope = { prefix: "xml", uri: XML_NAMESPACE, outer: undefined };

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;

/**
 * Reads a whole XML 1.0 document with namespaces (XML 1.0 5th edition, Namespaces in XML 1.0) into a tree.
 * There is no DTD and so no entity but the five of XML; comments and processing instructions are skipped, and
 * so is the XML declaration, whatever it says.
 * Throws `DecodeError` (codes `xml-syntax`, `xml-limit`) with line and column.
 */
export function readXml(text: string, limits: XmlLimits = {}): XmlElement {
  if (text.length > (limits.maxLength ?? Infinity))
    throw new DecodeError("xml-limit", `document is longer than ${limits.maxLength} characters`);
  return new XmlReader(text, limits).read();
}

/** The same for bytes, which must be UTF-8 (a byte order mark is allowed). */
export function readXmlBytes(bytes: Uint8Array, limits: XmlLimits = {}): XmlElement {
  if (bytes.length > (limits.maxLength ?? Infinity) * 3)
    throw new DecodeError("xml-limit", `document is longer than ${limits.maxLength} characters`);
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch (error) {
    throw new DecodeError("xml-syntax", "document is not valid UTF-8", {}, { cause: error });
  }
  return readXml(text, limits);
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** An attribute whose namespace is found when the whole tag is read. */
interface ReadAttribute {
  namespace: string;
  readonly name: string;
  readonly value: string;
}

class XmlReader extends XmlScanner {
  readonly #maxDepth: number;
  readonly #maxElements: number;
  readonly #maxAttributes: number;
  readonly #maxNamespaces: number;
  #elements = 0;
  /** Namespace declarations in scope at `at`. */
  #namespaces = 0;
  /** Did the start tag that was read last end its element? */
  #isEmpty = false;

  constructor(text: string, limits: XmlLimits) {
    super(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    this.#maxDepth = limits.maxDepth ?? 64;
    this.#maxElements = limits.maxElements ?? 100_000;
    this.#maxAttributes = limits.maxAttributes ?? 256;
    this.#maxNamespaces = limits.maxNamespaces ?? 1024;
  }

  read(): XmlElement {
    const text = this.text;
    const illegal = illegalAt(text);
    if (illegal >= 0) this.fail("a character that XML does not allow", illegal);
    if (text.startsWith("<?xml") && isSpace(text.charCodeAt(5))) this.skipPast("?>", "XML declaration");
    this.skipMisc();
    if (text.charCodeAt(this.at) !== LT) this.fail("the document has no root element", this.at);
    const root = this.#content();
    this.skipMisc();
    if (this.at < text.length) this.fail("content after the root element", this.at);
    return root;
  }

  /** Reads the root element and everything in it, without recursion. */
  #content(): XmlElement {
    const text = this.text;
    const open: XmlElement[] = [];
    /** For each open element, the declarations in scope around it. */
    const namespaces: number[] = [];
    let current: XmlElement | undefined;
    for (;;) {
      const lt = text.indexOf("<", this.at);
      if (lt < 0) this.fail(`<${current?.name ?? ""}> is not closed`, this.at);
      if (lt > this.at && current) current.text += this.characters(this.at, lt);
      const next = text.charCodeAt(lt + 1);
      if (next === SLASH) {
        if (!current) this.fail("an end tag without a start tag", lt);
        this.#endTag(lt, current);
        const closed: XmlElement = current;
        this.#namespaces = namespaces.pop() ?? 0;
        current = open.pop();
        if (!current) return closed;
      } else if (next === BANG) {
        this.at = lt;
        if (text.startsWith("<![CDATA[", lt)) {
          const end = text.indexOf("]]>", lt + 9);
          if (end < 0 || !current) this.fail("CDATA section without end", lt);
          current.text += withLineFeeds(text.slice(lt + 9, end));
          this.at = end + 3;
        } else this.skipComment();
      } else if (next === QUESTION) {
        this.at = lt;
        this.skipInstruction();
      } else {
        if (namespaces.length >= this.#maxDepth)
          throw this.error("xml-limit", `nested deeper than ${this.#maxDepth}`, lt);
        const outside = this.#namespaces;
        const element = this.#startTag(lt, current?.scope ?? ROOT_SCOPE);
        current?.children.push(element);
        if (!this.#isEmpty) {
          namespaces.push(outside);
          if (current) open.push(current);
          current = element;
        } else {
          this.#namespaces = outside;
          if (!current) return element;
        }
      }
    }
  }

  /** Reads the end tag at `lt`, which must be that of `element`. */
  #endTag(lt: number, { prefix, name, offset }: XmlElement): void {
    const text = this.text;
    const length = prefix === "" ? name.length : prefix.length + 1 + name.length;
    let same = 0;
    while (same < length && text.charCodeAt(lt + 2 + same) === text.charCodeAt(offset + 1 + same)) same++;
    let at = lt + 2 + length;
    if (same === length) while (isSpace(text.charCodeAt(at))) at++;
    if (same < length || text.charCodeAt(at) !== GT) {
      const tag = text.slice(offset + 1, offset + 1 + length);
      const gt = text.indexOf(">", lt);
      this.fail(gt < 0 ? "an end tag does not end" : `${text.slice(lt, gt + 1)} does not close <${tag}>`, lt);
    }
    this.at = at + 1;
  }

  #startTag(lt: number, outer: NamespaceScope): XmlElement {
    const text = this.text;
    if (++this.#elements > this.#maxElements)
      throw this.error("xml-limit", `more than ${this.#maxElements} elements`, lt);
    let at = this.scanName(lt + 1);
    const colon = this.colon;
    const prefix = colon < 0 ? "" : text.slice(lt + 1, colon);
    const name = text.slice(colon < 0 ? lt + 1 : colon + 1, at);
    let scope = outer;
    let attributes: ReadAttribute[] | undefined;
    let prefixes: string[] | undefined;
    let count = 0;
    for (;;) {
      let code = text.charCodeAt(at);
      if (code === GT) break;
      const start = at;
      while (isSpace(code)) code = text.charCodeAt(++at);
      if (code === GT || code === SLASH) break;
      if (at === start || at >= text.length) this.fail(`malformed start tag <${name}>`, at);
      if (++count > this.#maxAttributes)
        throw this.error("xml-limit", `more than ${this.#maxAttributes} attributes`, at);
      const nameEnd = this.scanName(at);
      const nameColon = this.colon;
      const open = this.openingQuote(nameEnd);
      const close = text.indexOf(text.charAt(open), open + 1);
      if (close < 0) this.fail("the value of an attribute does not end", open);
      const value = this.attributeValue(open + 1, close);
      const isDeclaration = text.startsWith("xmlns", at) && (nameColon < 0 ? nameEnd : nameColon) === at + 5;
      if (isDeclaration) {
        scope = this.#declare(nameColon < 0 ? "" : text.slice(nameColon + 1, nameEnd), value, scope, outer, at);
      } else {
        attributes ??= [];
        const local = text.slice(nameColon < 0 ? at : nameColon + 1, nameEnd);
        if (nameColon >= 0) (prefixes ??= [])[attributes.length] = text.slice(at, nameColon);
        attributes.push({ namespace: "", name: local, value });
      }
      at = close + 1;
    }
    this.#isEmpty = text.charCodeAt(at) === SLASH;
    if (this.#isEmpty && text.charCodeAt(++at) !== GT) this.fail(`malformed start tag <${name}>`, at);
    this.at = at + 1;
    if (attributes) {
      if (prefixes) this.#resolve(attributes, prefixes, scope, lt);
      if (attributes.length > 1) this.#refuseTwice(attributes, lt);
    }
    return new XmlElement(
      this.#namespaceOf(prefix, scope, lt),
      name,
      prefix,
      attributes ?? NO_ATTRIBUTES,
      scope,
      text,
      lt,
    );
  }

  #resolve(attributes: readonly ReadAttribute[], prefixes: readonly string[], scope: NamespaceScope, at: number): void {
    let index = 0;
    for (const attribute of attributes) {
      const prefix = prefixes[index++];
      if (prefix !== undefined) attribute.namespace = this.#namespaceOf(prefix, scope, at);
    }
  }

  #namespaceOf(prefix: string, scope: NamespaceScope, at: number): string {
    return lookUp(scope, prefix) ?? (prefix === "" ? "" : this.fail(`prefix ${prefix} is not bound`, at));
  }

  #refuseTwice(attributes: readonly XmlAttribute[], at: number): void {
    const seen = attributes.length > 8 ? new Set<string>() : undefined;
    for (const attribute of attributes) {
      const { namespace, name } = attribute;
      if (seen) {
        const key = `${namespace} ${name}`;
        if (seen.has(key)) this.fail(`attribute ${name} is given twice`, at);
        seen.add(key);
      } else
        for (const other of attributes) {
          if (other === attribute) break;
          if (other.name === name && other.namespace === namespace) this.fail(`attribute ${name} is given twice`, at);
        }
    }
  }

  /** Binds a prefix for the element whose surroundings are `outer`, within which it may be bound once. */
  #declare(prefix: string, uri: string, scope: NamespaceScope, outer: NamespaceScope, at: number): NamespaceScope {
    if (++this.#namespaces > this.#maxNamespaces)
      throw this.error("xml-limit", `more than ${this.#maxNamespaces} namespaces in scope`, at);
    for (let other: NamespaceScope | undefined = scope; other && other !== outer; other = other.outer)
      if (other.prefix === prefix) this.fail(`namespace prefix ${prefix} is declared twice`, at);
    const wrong =
      prefix === "xmlns" ||
      uri === XMLNS_NAMESPACE ||
      (prefix !== "" && uri === "") ||
      (prefix === "xml") !== (uri === XML_NAMESPACE);
    if (wrong) this.fail(`namespace declaration of ${prefix || "the default namespace"}`, at);
    return { prefix, uri, outer: scope };
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = Object.freeze([]);
