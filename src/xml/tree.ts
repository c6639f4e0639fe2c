import type { QName } from "./qname.js";

/** One namespace binding; a linked list, innermost first, so that an element without declarations costs nothing. */
export interface NamespaceScope {
  readonly prefix: string;
  readonly uri: string;
  readonly outer: NamespaceScope | undefined;
}

export interface XmlAttribute extends QName {
  readonly value: string;
}

/** Where something stands in its source: both count from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * An element with everything resolved. `text` is its own character data joined, references decoded; the order of text
 * and children in mixed content is not kept, which no ONVIF message needs.
 */
export class XmlElement implements QName {
  text = "";

  constructor(
    readonly namespace: string,
    readonly name: string,
    readonly prefix: string,
    readonly attributes: readonly XmlAttribute[],
    readonly scope: NamespaceScope | undefined,
    /** The document that the offset counts in; empty for elements that were not read. */
    readonly source: string,
    /** Where the start tag begins, in UTF-16 units. */
    readonly offset: number,
    readonly children: XmlElement[] = [],
  ) {}

  /** Value of an attribute; without a namespace unless one is given. */
  attribute(name: string, namespace = ""): string | undefined {
    for (const attribute of this.attributes)
      if (attribute.name === name && attribute.namespace === namespace) return attribute.value;
    return undefined;
  }

  /** First child of that name, in any namespace unless one is given. */
  child(name: string, namespace?: string): XmlElement | undefined {
    for (const child of this.children)
      if (child.name === name && (namespace === undefined || child.namespace === namespace)) return child;
    return undefined;
  }

  get position(): Position {
    return positionIn(this.source, this.offset);
  }

  /** The expanded name of a QName written in this element's content; undefined when its prefix is not bound here. */
  resolve(lexical: string): QName | undefined {
    const text = lexical.trim();
    const colon = text.indexOf(":");
    const prefix = colon < 0 ? "" : text.slice(0, colon);
    const namespace = lookUp(this.scope, prefix);
    if (namespace === undefined) return prefix === "" ? { namespace: "", name: text } : undefined;
    return { namespace, name: text.slice(colon + 1) };
  }
}

/** The namespace bound to a prefix; undefined when there is none (for the empty prefix: no namespace). */
export function lookUp(scope: NamespaceScope | undefined, prefix: string): string | undefined {
  for (let binding = scope; binding; binding = binding.outer) if (binding.prefix === prefix) return binding.uri;
  return undefined;
}

/** Line and column of an offset. */
export function positionIn(source: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (let at = source.indexOf("\n"); at >= 0 && at < offset; at = source.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
