import { DecodeError, invariant } from "#util/errors";
import { type QName, type XmlNamespace, XSI_NAMESPACE } from "./qname.js";
import {
  type ComplexSchema,
  type Infer,
  isQName,
  type Member,
  resolved,
  type Schema,
  type SimpleSchema,
} from "./schema.js";
import { XmlElement } from "./tree.js";
import { escapeAttribute, escapeText, writeElement } from "./writer.js";

export interface DecodeOptions {
  /** Refuse what harmless clients get wrong: the wrong namespace on a member, unknown members in open types. */
  readonly strict?: boolean;
}

/** Why a document does not fit its schema; in `DecodeError.context.reason`. */
export type Misfit = "missing" | "unexpected" | "order" | "value" | "too-many";

/**
 * The typed value of an element's content. Throws `DecodeError` (code `schema`) whose context has the reason, the
 * path of element names, what was expected, and line and column.
 *
 * Order, required members, number and value space are always held to; unknown elements are refused in closed types and
 * skipped in open ones; unknown attributes are skipped. A member in the wrong namespace is accepted unless `strict`.
 */
export function decode<S extends Schema>(schema: S, element: XmlElement, options: DecodeOptions = {}): Infer<S> {
  return decodeElement(schema, element, new Decoding(element, options.strict ?? false)) as Infer<S>;
}

/** The attributes and the content of an element as text, to be put into an element of the caller's: `<x` + `.attributes` + `>` + `.content`. */
export interface Encoded {
  readonly attributes: string;
  readonly content: string;
}

/**
 * Writes a value. Prefixes are those of the schemas' namespaces; the caller declares them (`namespacesOf`). Members
 * are written in schema order; what the type does not know is not written.
 */
export function encode<S extends Schema>(schema: S, value: Infer<S>): Encoded {
  const target = resolved(schema);
  if (target.kind === "simple") return { attributes: "", content: escapeText(target.print(value)) };
  if (target.kind === "raw") {
    invariant(value instanceof XmlElement, "a raw value is an element");
    return { attributes: "", content: value.children.map(writeElement).join("") + escapeText(value.text) };
  }
  invariant(typeof value === "object" && value !== null, "the value of a complex type is an object");
  return encodeComplex(planOf(target), value as Record<string, unknown>);
}

/** An element of that name with a value, as text. */
export function encodeElement<S extends Schema>(
  namespace: XmlNamespace,
  name: string,
  schema: S,
  value: Infer<S>,
): string {
  const { attributes, content } = encode(schema, value);
  const tag = namespace.prefix === "" ? name : `${namespace.prefix}:${name}`;
  return content === "" ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`;
}

/** Every namespace that a value of this schema can use, its own first. Found once and kept with the schema. */
export function namespacesOf(schema: Schema): readonly XmlNamespace[] {
  const root = resolved(schema);
  if (root.kind !== "complex") return [];
  if (root.memo.namespaces) return root.memo.namespaces;
  const found = new Map<string, XmlNamespace>();
  const seen = new Set<Schema>();
  const visit = (next: Schema): void => {
    const target = resolved(next);
    if (seen.has(target) || target.kind !== "complex") return;
    seen.add(target);
    for (const { member } of planOf(target).all) {
      if (member.namespace) found.set(member.namespace.prefix, member.namespace);
      visit(member.schema);
    }
    for (let type: ComplexSchema | undefined = target; type; type = type.base) {
      if (Object.keys(type.members).length > 0) found.set(type.namespace.prefix, type.namespace);
      for (const mentioned of type.mentions) found.set(mentioned.prefix, mentioned);
    }
  };
  visit(root);
  root.memo.namespaces = [...found.values()];
  return root.memo.namespaces;
}

/** A member with its names worked out. */
export interface PlannedMember {
  readonly key: string;
  readonly member: Member;
  /** Namespace URI of the element or attribute. */
  readonly uri: string;
  /** Name as we write it. */
  readonly tag: string;
  /** Its tags, without attributes. */
  readonly open: string;
  readonly close: string;
  readonly position: number;
  /** Its value is an array of all its occurrences. */
  readonly isList: boolean;
}

/** A complex type worked out for reading and writing. */
export interface Plan {
  readonly schema: ComplexSchema;
  readonly all: readonly PlannedMember[];
  readonly elements: readonly PlannedMember[];
  readonly attributes: readonly PlannedMember[];
  readonly byName: ReadonlyMap<string, PlannedMember>;
  readonly text: PlannedMember | undefined;
  readonly any: PlannedMember | undefined;
  readonly isOpen: boolean;
  readonly isMixed: boolean;
  readonly exclusive: readonly (readonly string[])[];
}

function planOf(schema: ComplexSchema): Plan {
  if (schema.memo.plan) return schema.memo.plan;
  const chain: ComplexSchema[] = [];
  for (let type: ComplexSchema | undefined = schema; type; type = type.base) chain.unshift(type);
  const all: PlannedMember[] = [];
  for (const type of chain)
    for (const [key, member] of Object.entries(type.members)) {
      const namespace = member.namespace ?? (member.member === "attribute" ? undefined : type.namespace);
      const prefix = namespace && namespace.prefix !== "" ? `${namespace.prefix}:` : "";
      const isList = member.presence === "many" || member.presence === "some";
      const tag = prefix + key;
      const [open, close] = [`<${tag}>`, `</${tag}>`];
      all.push({ key, member, uri: namespace?.uri ?? "", tag, open, close, position: all.length, isList });
    }
  const elements = all.filter(({ member }) => member.member === "element");
  const plan: Plan = {
    schema,
    all,
    elements,
    attributes: all.filter(({ member }) => member.member === "attribute"),
    byName: new Map(elements.map((planned) => [planned.key, planned])),
    text: all.find(({ member }) => member.member === "text"),
    any: all.find(({ member }) => member.member === "any"),
    isOpen: chain.some((type) => type.isOpen),
    isMixed: chain.some((type) => type.isMixed),
    exclusive: chain.flatMap((type) => type.exclusive),
  };
  schema.memo.plan = plan;
  return plan;
}

class Decoding {
  readonly path: string[] = [];
  constructor(
    root: XmlElement,
    readonly strict: boolean,
  ) {
    this.path.push(root.name);
  }

  fail(reason: Misfit, expected: string, at: XmlElement): never {
    const { line, column } = at.position;
    const path = this.path.join("/");
    throw new DecodeError("schema", `${path} (line ${line}, column ${column}): ${expected}`, {
      reason,
      path,
      expected,
      line,
      column,
    });
  }
}

function decodeElement(schema: Schema, element: XmlElement, state: Decoding): unknown {
  const target = resolved(schema);
  switch (target.kind) {
    case "raw":
      return element;
    case "simple": {
      const [first] = element.children;
      if (first) state.fail("unexpected", `text is expected, not <${first.name}>`, first);
      return decodeText(target, element.text, element, state);
    }
    case "complex":
      return decodeComplex(planOf(target), element, state);
  }
}

function decodeText(schema: SimpleSchema, written: string, element: XmlElement, state: Decoding): unknown {
  const text = schema.whiteSpace === "collapse" ? collapsed(written) : written;
  const value = schema.parse(text, element);
  return value === undefined ? state.fail("value", `${describe(schema)} is expected`, element) : value;
}

/** White space reduced to single blanks between words (XML Schema part 2 §4.3.6). */
const collapsed = (text: string): string =>
  /^ | {2}| $|[\t\n\r]/.test(text) ? text.replace(/[ \t\n\r]+/g, " ").replace(/^ | $/g, "") : text;

function describe(schema: SimpleSchema): string {
  const { enumeration, minInclusive, maxInclusive, maxLength } = schema.facets ?? {};
  if (enumeration) return `one of ${enumeration.join(", ")}`;
  if (schema.list) return `a list of ${schema.list.builtin}`;
  if (schema.union) return schema.union.map(describe).join(" or ");
  const bounds = [
    minInclusive === undefined ? "" : ` of at least ${minInclusive}`,
    maxInclusive === undefined ? "" : ` of at most ${maxInclusive}`,
    maxLength === undefined ? "" : ` of at most ${maxLength} characters`,
  ].join("");
  return `xs:${schema.builtin}${bounds}`;
}

function decodeComplex(plan: Plan, element: XmlElement, state: Decoding): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { key, member, uri } of plan.attributes) {
    const written = element.attribute(key, uri);
    if (written === undefined) {
      if (member.presence === "required") state.fail("missing", `attribute ${key} is missing`, element);
    } else value[key] = decodeText(member.schema as SimpleSchema, written, element, state);
  }
  if (plan.text)
    value[plan.text.key] = decodeText(plan.text.member.schema as SimpleSchema, element.text, element, state);
  if (plan.isMixed) value["text"] = element.text;

  const ordered = plan.schema.order === "sequence";
  let last = -1;
  for (const child of element.children) {
    const planned = memberFor(plan, child, state.strict);
    if (!planned) {
      if (plan.any) {
        if (append(value, plan.any, child) > plan.any.member.max)
          state.fail("too-many", `at most ${plan.any.member.max} elements of any name are allowed`, child);
      } else if (!plan.isOpen || (state.strict && child.namespace === plan.schema.namespace.uri)) {
        state.path.push(child.name);
        state.fail("unexpected", `unknown element; ${expectation(plan)}`, child);
      }
      continue;
    }
    state.path.push(child.name);
    if (ordered && planned.position < last) state.fail("order", `out of order; ${expectation(plan)}`, child);
    last = planned.position;
    const { key, member, isList } = planned;
    if (isList) {
      const count = append(value, planned, decodeMember(member, child, state));
      if (count > member.max) state.fail("too-many", `may occur at most ${member.max} times`, child);
    } else {
      if (value[key] !== undefined) state.fail("too-many", "may occur only once", child);
      value[key] = decodeMember(member, child, state);
    }
    state.path.pop();
  }
  if (plan.any && occurrences(value, plan.any) < plan.any.member.min)
    state.fail("missing", `at least ${plan.any.member.min} element of any name is expected`, element);
  for (const planned of plan.elements)
    if (planned.member.min > 0 && occurrences(value, planned) < planned.member.min)
      state.fail("missing", `element ${planned.key} is missing`, element);
  for (const names of plan.exclusive) {
    const present = names.filter((name) => value[name] !== undefined);
    if (present.length !== 1)
      state.fail(
        present.length === 0 ? "missing" : "unexpected",
        `exactly one of ${names.join(", ")} is expected`,
        element,
      );
  }
  return value;
}

const decodeMember = (member: Member, element: XmlElement, state: Decoding): unknown =>
  member.isNillable && isNil(element) ? null : decodeElement(member.schema, element, state);

const isNil = (element: XmlElement): boolean =>
  ["true", "1"].includes(element.attribute("nil", XSI_NAMESPACE)?.trim() ?? "");

function memberFor(plan: Plan, child: XmlElement, strict: boolean): PlannedMember | undefined {
  const planned = plan.byName.get(child.name);
  return planned && (child.namespace === planned.uri || !strict) ? planned : undefined;
}

const expectation = (plan: Plan): string =>
  plan.elements.length === 0 ? "none is expected" : `expected are ${plan.elements.map(({ key }) => key).join(", ")}`;

function occurrences(value: Readonly<Record<string, unknown>>, { key, isList }: PlannedMember): number {
  const found = value[key];
  return found === undefined ? 0 : isList && Array.isArray(found) ? found.length : 1;
}

function append(value: Record<string, unknown>, { key }: PlannedMember, item: unknown): number {
  const list = value[key];
  if (Array.isArray(list)) return list.push(item);
  value[key] = [item];
  return 1;
}

function encodeComplex(plan: Plan, value: Readonly<Record<string, unknown>>): Encoded {
  const { isKept, memo } = plan.schema;
  if (!isKept) return encodeMembers(plan, value);
  const texts = (memo.texts ??= new WeakMap());
  const known = texts.get(value);
  if (known) return known;
  const encoded = encodeMembers(plan, value);
  // A text that was put together from many is made one, so that no other has to do it again.
  const kept = { ...encoded, content: Buffer.from(encoded.content).toString() };
  texts.set(value, kept);
  return kept;
}

function encodeMembers(plan: Plan, value: Readonly<Record<string, unknown>>): Encoded {
  let attributes = "";
  let content = plan.isMixed ? escapeText(String(value["text"])) : "";
  for (const planned of plan.all) {
    const { key, member, tag, isList } = planned;
    const item = value[key];
    if (item === undefined) {
      invariant(member.presence === "optional" || member.min === 0, `${tag} is given`);
      continue;
    }
    switch (member.member) {
      case "attribute":
        attributes += encodeAttribute(tag, member.schema as SimpleSchema, item);
        break;
      case "text":
        content += escapeText((member.schema as SimpleSchema).print(item));
        break;
      case "any":
        for (const element of item as readonly XmlElement[]) content += writeElement(element);
        break;
      case "element":
        if (isList) for (const one of item as readonly unknown[]) content += encodeMember(planned, one);
        else content += encodeMember(planned, item);
    }
  }
  return { attributes, content };
}

function encodeAttribute(tag: string, schema: SimpleSchema, value: unknown): string {
  if (schema.qualified && isQName(value))
    return ` ${binding(value)} ${tag}="${prefixOf(value)}:${escapeAttribute(schema.print(value))}"`;
  return ` ${tag}="${escapeAttribute(schema.print(value))}"`;
}

const prefixOf = (value: QName): string => value.prefix ?? "q";

/** The declaration of the prefix under which a name is written. */
const binding = (value: QName): string => `xmlns:${prefixOf(value)}="${escapeAttribute(value.namespace)}"`;

function encodeMember({ tag, open, close, member }: PlannedMember, value: unknown): string {
  if (value === null && member.isNillable) return `<${tag} xmlns:xsi="${XSI_NAMESPACE}" xsi:nil="true"/>`;
  const target = resolved(member.schema);
  switch (target.kind) {
    case "simple": {
      if (target.qualified && isQName(value))
        return `<${tag} ${binding(value)}>${prefixOf(value)}:${escapeText(target.print(value))}</${tag}>`;
      return open + escapeText(target.print(value)) + close;
    }
    case "raw":
      invariant(value instanceof XmlElement, `${tag} is an element`);
      return writeElement(value);
    case "complex": {
      const { attributes, content } = encodeComplex(planOf(target), value as Record<string, unknown>);
      if (content === "") return `<${tag}${attributes}/>`;
      return (attributes === "" ? open : `<${tag}${attributes}>`) + content + close;
    }
  }
}
