import fc from "fast-check";
import { escapeAttribute, escapeText } from "#xml/writer";

/** A document as a generator made it: what its text must be read as. */
export interface Tree {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly { readonly namespace: string; readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly children: readonly Tree[];
}

const NAMES = ["a", "Body", "x-y.z_1", "größe", "__proto__", "constructor"];
const NAMESPACES = ["", "urn:1", "urn:2", "http://www.onvif.org/ver10/schema"];
const name = fc.constantFrom(...NAMES);
const namespace = fc.constantFrom(...NAMESPACES);
/** Characters that XML allows, the awkward ones often; no carriage return, which reading changes. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("<", ">", "&", '"', "'", "]", " ", "\t", "\n", "é", "𝄞"),
    fc.constantFrom("a", "0", ":"),
  ),
  maxLength: 12,
});

/** Random trees without mixed content, whose order is not kept. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc
    .record({
      namespace,
      name,
      attributes: fc.uniqueArray(fc.record({ namespace, name, value: text }), {
        selector: (attribute) => `${attribute.namespace} ${attribute.name}`,
        maxLength: 4,
      }),
      text,
      children: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constant<Tree[]>([]),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    })
    .map((tree) => (tree.children.length > 0 ? { ...tree, text: "" } : tree)),
})).tree;

/** How a tree is written, in one of the ways that mean the same. */
export interface Manner {
  /** Namespace of elements by default declaration instead of a prefix. */
  readonly useDefault: boolean;
  readonly quote: '"' | "'";
  readonly expandEmpty: boolean;
  readonly useCdata: boolean;
  /** What stands where white space may. */
  readonly space: string;
  readonly comment: string;
}

export const manners: fc.Arbitrary<Manner> = fc.record({
  useDefault: fc.boolean(),
  quote: fc.constantFrom<'"' | "'">('"', "'"),
  expandEmpty: fc.boolean(),
  useCdata: fc.boolean(),
  space: fc.constantFrom(" ", "  ", "\n", "\t", "\r\n"),
  comment: fc.constantFrom("", "<!-- <a> & -->", "<?pi <b> ?>"),
});

/** A tree as text. */
export function writeTree(tree: Tree, manner: Manner): string {
  const { quote, space } = manner;
  const bindings = NAMESPACES.slice(1).map((uri, index) => `${space}xmlns:n${index + 1}=${quote}${uri}${quote}`);
  const prefixOf = (uri: string): string => (uri === "" ? "" : `n${NAMESPACES.indexOf(uri)}:`);
  const value = (raw: string): string => `${quote}${escapeAttribute(raw).replaceAll("'", "&#39;")}${quote}`;
  const content = (raw: string): string =>
    manner.useCdata && raw !== "" ? `<![CDATA[${raw.replaceAll("]]>", "]]]]><![CDATA[>")}]]>` : escapeText(raw);
  const write = (node: Tree, isRoot: boolean): string => {
    const tag = manner.useDefault ? node.name : prefixOf(node.namespace) + node.name;
    const own = manner.useDefault ? `${space}xmlns=${quote}${node.namespace}${quote}` : "";
    const attributes = node.attributes.map(
      (one) => `${space}${prefixOf(one.namespace)}${one.name}=${value(one.value)}`,
    );
    const start = `<${tag}${isRoot ? bindings.join("") : ""}${own}${attributes.join("")}`;
    const inner = content(node.text) + node.children.map((child) => write(child, false)).join("");
    return inner === "" && !manner.expandEmpty
      ? `${start}${space}/>`
      : `${start}>${manner.comment}${inner}</${tag}${space}>`;
  };
  return `${manner.comment}${write(tree, true)}${manner.comment}`;
}
