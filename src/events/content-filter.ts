import { DecodeError } from "#util/errors";
import { isElement, type Item } from "./notification.js";
import type { Prefixes } from "./topic.js";

/** The namespace of the items that content filters name (Core §9.4.4). */
const ITEM_NAMESPACE = "http://www.onvif.org/ver10/schema";

/** Leaves joined by `and`, `or` and `not`. */
type Expression<L> =
  | { readonly all: readonly Expression<L>[] }
  | { readonly any: readonly Expression<L>[] }
  | { readonly not: Expression<L> }
  | { readonly leaf: L };

interface AttributeTest {
  readonly attribute: "Name" | "Value";
  readonly equals: string;
}

/** There is an item of that kind which passes the test. */
interface ItemTest {
  readonly item: "SimpleItem" | "ElementItem";
  readonly test: Expression<AttributeTest>;
}

/** A condition on what a message holds, in the dialect ItemFilter (Core §9.4.4). */
export type ContentFilter = Expression<ItemTest>;

/** Longest expression, in UTF-16 units, and its deepest nesting. */
const MAX_LENGTH = 8192;
const MAX_DEPTH = 32;

/**
 * Reads an expression such as `boolean(//tt:SimpleItem[@Name="Source" and @Value="1"])`. `and` binds closer than `or`;
 * literals may be in single or double quotes, as in XPath. Throws `DecodeError` (`content-filter`).
 */
export function parseContentFilter(text: string, prefixes: Prefixes): ContentFilter {
  if (text.length > MAX_LENGTH) throw malformed(`it is longer than ${MAX_LENGTH} characters`);
  return new Parser(text, prefixes).parse();
}

/** True when a message with these items fulfils the condition. */
export const fulfils = (filter: ContentFilter, items: readonly Item[]): boolean =>
  truth(filter, ({ item, test }) =>
    items.some((one) => isElement(one) === (item === "ElementItem") && isLike(test, one)),
  ) === true;

/** An element item has no attribute `Value`. */
const isLike = (test: Expression<AttributeTest>, item: Item): boolean =>
  truth(test, ({ attribute, equals }) => {
    if (attribute === "Name") return item.name === equals;
    return !isElement(item) && item.value === equals;
  }) === true;

/** False when no message with simple items and element items of these names can fulfil the condition, whatever they hold. */
export const canFulfil = (filter: ContentFilter, names: readonly string[], elements: readonly string[] = []): boolean =>
  truth(filter, ({ item, test }) =>
    some(item === "SimpleItem" ? names : elements, (name) =>
      truth(test, ({ attribute, equals }) => {
        if (attribute === "Name") return name === equals;
        return item === "SimpleItem" ? undefined : false;
      }),
    ),
  ) !== false;

/** Undefined: not known. */
type Truth = boolean | undefined;

function truth<L>(expression: Expression<L>, holds: (leaf: L) => Truth): Truth {
  if ("leaf" in expression) return holds(expression.leaf);
  if ("not" in expression) return negated(truth(expression.not, holds));
  if ("any" in expression) return some(expression.any, (one) => truth(one, holds));
  return negated(some(expression.all, (one) => negated(truth(one, holds))));
}

const negated = (value: Truth): Truth => (value === undefined ? undefined : !value);

function some<T>(list: readonly T[], holds: (one: T) => Truth): Truth {
  let result: Truth = false;
  for (const one of list) {
    const value = holds(one);
    if (value === true) return true;
    if (value === undefined) result = undefined;
  }
  return result;
}

/** A literal, a name with or without prefix, or a mark. */
const TOKEN = /\s*("[^"]*"|'[^']*'|[\p{L}_][\p{L}\p{M}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{M}\p{N}_.-]*)?|\/\/|[()[\]@=])/uy;

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(
    text: string,
    private readonly prefixes: Prefixes,
  ) {
    this.#tokens = tokensOf(text);
  }

  parse(): ContentFilter {
    const filter = this.#either(() => this.#itemTest());
    if (this.#at < this.#tokens.length) throw malformed(`${this.#next()} is one too many`);
    return filter;
  }

  #either<L>(leaf: () => L): Expression<L> {
    return this.#joined("or", () => this.#joined("and", () => this.#single(leaf)));
  }

  #joined<L>(word: "and" | "or", part: () => Expression<L>): Expression<L> {
    const first = part();
    if (this.#next() !== word) return first;
    const parts = [first];
    while (this.#accept(word)) parts.push(part());
    return word === "and" ? { all: parts } : { any: parts };
  }

  #single<L>(leaf: () => L): Expression<L> {
    const isNegated = this.#accept("not");
    if (!isNegated && this.#next() !== "(") return { leaf: leaf() };
    this.#expect("(");
    if (++this.#depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH}`);
    const inner = this.#either(leaf);
    this.#depth--;
    this.#expect(")");
    return isNegated ? { not: inner } : inner;
  }

  #itemTest(): ItemTest {
    this.#expect("boolean");
    this.#expect("(");
    this.#expect("//");
    const item = this.#itemKind();
    this.#expect("[");
    const test = this.#either(() => this.#attributeTest());
    this.#expect("]");
    this.#expect(")");
    return { item, test };
  }

  #itemKind(): ItemTest["item"] {
    const written = this.#take();
    const colon = written.indexOf(":");
    const name = written.slice(colon + 1);
    if (name !== "SimpleItem" && name !== "ElementItem") throw malformed(`${written} is neither kind of item`);
    if (colon >= 0 && this.prefixes(written.slice(0, colon)) !== ITEM_NAMESPACE)
      throw malformed(`the prefix of ${written} does not stand for ${ITEM_NAMESPACE}`);
    return name;
  }

  #attributeTest(): AttributeTest {
    this.#expect("@");
    const attribute = this.#take();
    if (attribute !== "Name" && attribute !== "Value") throw malformed(`items have no attribute ${attribute}`);
    this.#expect("=");
    const literal = this.#take();
    if (!/^["']/.test(literal)) throw malformed(`${literal} is not a text in quotes`);
    return { attribute, equals: literal.slice(1, -1) };
  }

  #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(): string {
    const token = this.#next();
    if (token === undefined) throw malformed("it ends early");
    this.#at++;
    return token;
  }

  #accept(token: string): boolean {
    if (this.#next() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw malformed(`${found} stands where ${token} is expected`);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw malformed(`${JSON.stringify(text.slice(at, at + 16))} is not understood`);
    tokens.push(token);
  }
  return tokens;
}

const malformed = (reason: string): DecodeError =>
  new DecodeError("content-filter", `the message content filter is malformed: ${reason}`);
