import { readXmlBytes, type XmlLimits } from "./reader.js";
import { XmlElement } from "./tree.js";

/** Longest document that is kept, in bytes, and most elements of one. */
const MAX_LENGTH = 4096;
const MAX_ELEMENTS = 64;
/** Most lengths of documents that are kept, and most documents of one length. */
const MAX_LENGTHS = 32;
const MAX_OF_A_LENGTH = 4;

/** Character data that stands in a document as it is. */
const PLAIN = /^[ -%'-;=?-~]*$/;

/**
 * Reads documents that come again and again, as requests do. One that is as long as one that was read before, and differs
 * from it in nothing but the plain text of elements that may vary, has its tree but for these texts; to see that takes a
 * fifth of the time of reading it. Elements around which nothing varies are the same objects in all these trees: they must
 * not be changed.
 */
export class KnownDocuments {
  readonly #known = new Map<number, Template[]>();

  /** `varying` names the elements of a document whose text may be another one the next time; limits as in `readXmlBytes`. */
  constructor(
    private readonly varying: (root: XmlElement) => Iterable<XmlElement>,
    private readonly limits: XmlLimits = {},
  ) {}

  /** As `readXmlBytes`. */
  read(bytes: Uint8Array): XmlElement {
    const templates = this.#known.get(bytes.length);
    if (templates) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
      for (const template of templates) {
        const root = template.fill(text);
        if (root) return root;
      }
    }
    const root = readXmlBytes(bytes, this.limits);
    // Where both are as long, each byte is a character: of ASCII.
    if (bytes.length <= MAX_LENGTH && root.source.length === bytes.length) this.#keep(root);
    return root;
  }

  #keep(root: XmlElement): void {
    const template = Template.of(root, this.varying(root));
    if (!template) return;
    const { length } = root.source;
    const templates = this.#known.get(length) ?? [];
    if (templates.length >= MAX_OF_A_LENGTH) templates.shift();
    templates.push(template);
    this.#known.set(length, templates);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_LENGTHS && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** A document with gaps where its text may vary. */
class Template {
  /** What stands before each gap and behind the last one. */
  readonly #fixed: readonly string[];

  private constructor(
    private readonly root: XmlElement,
    private readonly tree: Part,
    private readonly gaps: readonly Gap[],
  ) {
    const { source } = root;
    const ends = [...gaps.map(({ from }) => from), source.length];
    this.#fixed = ends.map((end, index) => source.slice(gaps[index - 1]?.to ?? 0, end));
  }

  /** Undefined for a document with more elements than are kept. */
  static of(root: XmlElement, varying: Iterable<XmlElement>): Template | undefined {
    if (sizeOf(root) > MAX_ELEMENTS) return undefined;
    const gaps = [...varying].flatMap((element) => gapOf(element) ?? []).toSorted((a, b) => a.from - b.from);
    return new Template(root, partOf(root, gaps), gaps);
  }

  /** The tree of a document of the same length; undefined where it differs in more than its gaps. */
  fill(text: string): XmlElement | undefined {
    const { gaps } = this;
    const texts: string[] = [];
    let at = 0;
    let index = 0;
    for (const fixed of this.#fixed) {
      // A comparison of whole strings, which goes by words: startsWith goes by characters.
      if (text.slice(at, at + fixed.length) !== fixed) return undefined;
      const gap = gaps[index++];
      if (!gap) break;
      const content = text.slice(gap.from, gap.to);
      if (!PLAIN.test(content)) return undefined;
      texts.push(content);
      at = gap.to;
    }
    return texts.length === 0 ? this.root : filled(this.tree, texts);
  }
}

/** The text of an element, in its document. */
interface Gap {
  readonly element: XmlElement;
  readonly from: number;
  readonly to: number;
}

/** Undefined for an element without text, and where it does not stand in one piece, as it is. */
function gapOf(element: XmlElement): Gap | undefined {
  const { source, text, offset } = element;
  if (text === "" || !PLAIN.test(text)) return undefined;
  const from = behindStartTag(source, offset);
  const to = from + text.length;
  return source.startsWith(text, from) && source.startsWith("</", to) ? { element, from, to } : undefined;
}

function behindStartTag(source: string, offset: number): number {
  let quote = "";
  for (let at = offset; at < source.length; at++) {
    const character = source.charAt(at);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
  }
  return source.length;
}

const sizeOf = ({ children }: XmlElement): number => children.reduce((size, child) => size + sizeOf(child), 1);

/** An element of a template. */
interface Part {
  readonly element: XmlElement;
  /** There is no gap in it, so that all documents can have the same one. */
  readonly isFixed: boolean;
  /** Which of the texts is its own; −1 where it has a text for all documents. */
  readonly gap: number;
  readonly children: readonly Part[];
}

function partOf(element: XmlElement, gaps: readonly Gap[]): Part {
  const children = element.children.map((child) => partOf(child, gaps));
  const gap = gaps.findIndex((one) => one.element === element);
  return { element, isFixed: gap < 0 && children.every(({ isFixed }) => isFixed), gap, children };
}

function filled({ element, isFixed, gap, children }: Part, texts: readonly string[]): XmlElement {
  if (isFixed) return element;
  const { namespace, name, prefix, attributes, scope, source, offset } = element;
  const content = children.map((child) => filled(child, texts));
  const copy = new XmlElement(namespace, name, prefix, attributes, scope, source, offset, content);
  copy.text = (gap < 0 ? undefined : texts[gap]) ?? element.text;
  return copy;
}
