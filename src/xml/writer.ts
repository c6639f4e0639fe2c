import type { XmlNamespace } from "./qname.js";
import type { XmlElement } from "./tree.js";

const NEEDS_TEXT = /[&<>\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/;
const NEEDS_ATTRIBUTE = /[&<>"\t\n\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/;
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Character data. What XML cannot carry becomes U+FFFD, so that a document of ours is always well formed. */
export function escapeText(text: string): string {
  if (!NEEDS_TEXT.test(text)) return text;
  return text
    .replace(ILLEGAL, "\uFFFD")
    .replace(/[&<>\r]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : c === ">" ? "&gt;" : "&#13;"));
}

/** An attribute's value for double quotes, with the same guarantee. */
export function escapeAttribute(text: string): string {
  if (!NEEDS_ATTRIBUTE.test(text)) return text;
  return text
    .replace(ILLEGAL, "\uFFFD")
    .replace(/[&<>"\t\n\r]/g, (c) =>
      c === "&" ? "&amp;" : c === "<" ? "&lt;" : c === ">" ? "&gt;" : c === '"' ? "&quot;" : `&#${c.charCodeAt(0)};`,
    );
}

/** Namespace declarations for a start tag, a blank before each. */
export const declarations = (namespaces: Iterable<XmlNamespace>): string => {
  let text = "";
  for (const { prefix, uri } of namespaces) text += ` xmlns:${prefix}="${escapeAttribute(uri)}"`;
  return text;
};

/** An element as it was read, declaring for itself every prefix that its names or QName content may need. */
export function writeElement(element: XmlElement): string {
  const bindings = new Map<string, string>();
  for (let scope = element.scope; scope; scope = scope.outer)
    if (scope.prefix !== "xml" && !bindings.has(scope.prefix)) bindings.set(scope.prefix, scope.uri);
  return write(element, bindings, new Map());
}

function write(
  element: XmlElement,
  wanted: ReadonlyMap<string, string>,
  inherited: ReadonlyMap<string, string>,
): string {
  const name = element.prefix === "" ? element.name : `${element.prefix}:${element.name}`;
  let tag = `<${name}`;
  const bound = new Map(inherited);
  const declare = (prefix: string, uri: string): void => {
    if (bound.get(prefix) === uri || (prefix === "" && uri === "" && !bound.has(""))) return;
    bound.set(prefix, uri);
    tag += prefix === "" ? ` xmlns="${escapeAttribute(uri)}"` : ` xmlns:${prefix}="${escapeAttribute(uri)}"`;
  };
  for (const [prefix, uri] of wanted) declare(prefix, uri);
  const local = new Map<string, string>();
  for (let scope = element.scope; scope; scope = scope.outer)
    if (scope.prefix !== "xml" && !local.has(scope.prefix)) local.set(scope.prefix, scope.uri);
  for (const [prefix, uri] of local) declare(prefix, uri);
  for (const attribute of element.attributes) {
    const prefix = attribute.namespace === "" ? "" : `${prefixOf(attribute.namespace, bound)}:`;
    tag += ` ${prefix}${attribute.name}="${escapeAttribute(attribute.value)}"`;
  }
  if (element.text === "" && element.children.length === 0) return `${tag}/>`;
  const content = element.children.map((child) => write(child, new Map(), bound)).join("");
  return `${tag}>${escapeText(element.text)}${content}</${name}>`;
}

function prefixOf(uri: string, bound: ReadonlyMap<string, string>): string {
  for (const [prefix, other] of bound) if (other === uri && prefix !== "") return prefix;
  return "xml";
}
