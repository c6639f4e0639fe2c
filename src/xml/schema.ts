import type { Encoded, Plan } from "./codec.js";
import type { QName, XmlNamespace } from "./qname.js";
import type { XmlElement } from "./tree.js";

/**
 * The vocabulary in which messages are declared. A declaration gives the TypeScript type (`Infer`), the decoder and
 * the encoder (codec.ts), and the XML Schema that we serve. Members are listed in the order they have on the wire
 * and are spelled as there.
 */
export type Schema<T = unknown> = SimpleSchema<T> | ComplexSchema<T> | RawSchema<T> | LazySchema<T>;

declare const inferred: unique symbol;
interface Typed<T> {
  readonly [inferred]?: T;
}

/** The TypeScript type of a schema's values. */
export type Infer<S> = S extends Typed<infer T> ? T : never;

/** A value written as text: an element's content or an attribute. */
export interface SimpleSchema<T = unknown> extends Typed<T> {
  readonly kind: "simple";
  /** Built-in type it is, or is derived from: `string`, `int`, … */
  readonly builtin: string;
  /** Undefined when the text is not in the value space. */
  parse(this: void, text: string, element?: XmlElement): T | undefined;
  print(this: void, value: T): string;
  readonly whiteSpace: "preserve" | "collapse";
  /** The value is a QName, so writing it takes a namespace declaration. */
  readonly qualified: boolean;
  /** For a restriction, a list or a union: what it is made from, and how. */
  readonly base?: SimpleSchema;
  readonly facets?: Facets;
  readonly list?: SimpleSchema;
  readonly union?: readonly SimpleSchema[];
}

export interface Facets {
  readonly enumeration?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly length?: number;
  readonly minInclusive?: number;
  readonly maxInclusive?: number;
  readonly pattern?: string;
}

/** What an element with members is. */
interface Shape {
  readonly namespace: XmlNamespace;
  /** Members of this declaration alone, in wire order; inherited ones come first from `base`. */
  readonly members: Readonly<Record<string, Member>>;
  readonly base?: ComplexSchema;
  /** `sequence`: in order. `choice`: any of the members, in any order, as often as they may occur. */
  readonly order: "sequence" | "choice";
  /** Unknown elements may follow the members (`xs:any`, lax); they are skipped. */
  readonly isOpen: boolean;
  /** Unknown attributes are allowed (`xs:anyAttribute`). Ours are always skipped when reading. */
  readonly isOpenToAttributes: boolean;
  /** Groups of optional members of which exactly one is present. */
  readonly exclusive: readonly (readonly string[])[];
  /** Has text of its own beside its elements, as the member `text`; where in between it stands is not kept. */
  readonly isMixed: boolean;
  /** Namespaces whose prefixes that text uses. */
  readonly mentions: readonly XmlNamespace[];
  /** The text of a value is kept with it. */
  readonly isKept: boolean;
}

/** An element with members: attributes, child elements, or text with attributes. */
export interface ComplexSchema<T = unknown> extends Typed<T>, Shape {
  readonly kind: "complex";
  /** What codec.ts has worked out from this (immutable) schema, kept from the first use on. */
  readonly memo: Memo;
  /** The same type, open to unknown elements at its end (and to attributes). */
  open(options?: { attributes?: boolean; elements?: boolean }): ComplexSchema<T>;
  /** The same type with the rule that exactly one of these (optional) members is present. */
  oneOf(...names: readonly (keyof T & string)[]): ComplexSchema<T>;
  /** The same type with text of its own (`mixed`), in which the prefixes of these namespaces may stand. */
  mixed(...mentions: readonly XmlNamespace[]): ComplexSchema<T & { readonly text: string }>;
  /** The same type, for values that are written to many and never change: each is written once, and its text kept. */
  kept(): ComplexSchema<T>;
}

export interface Memo {
  plan?: Plan;
  namespaces?: readonly XmlNamespace[];
  /** By value, for as long as that is there. */
  texts?: WeakMap<object, Encoded>;
}

/** Any content, kept as it was read (`xs:anyType`). */
export interface RawSchema<T = unknown> extends Typed<T> {
  readonly kind: "raw";
}

/** A schema that is looked up when first needed, for types that contain themselves. */
export interface LazySchema<T = unknown> extends Typed<T> {
  readonly kind: "lazy";
  readonly of: () => Schema<T>;
}

export type MemberKind = "element" | "attribute" | "text" | "any";

export interface Member<T = unknown, P extends Presence = Presence> extends Typed<T> {
  readonly member: MemberKind;
  readonly schema: Schema;
  readonly presence: P;
  readonly min: number;
  readonly max: number;
  /** Namespace of the element or attribute where it is another than the type's own (a `ref` of XML Schema). */
  readonly namespace?: XmlNamespace;
  /** The element may say that it has no value (`xsi:nil`), which is null. */
  readonly isNillable?: boolean;
}

/** `required` is always there, `optional` may be absent, `many` is a list that may be absent when it may be empty. */
export type Presence = "required" | "optional" | "many" | "some";

type Members = Readonly<Record<string, Member>>;
type KeysOf<M extends Members, P extends Presence> = {
  [K in keyof M]: M[K]["presence"] extends P ? K : never;
}[keyof M];
type Flat<T> = { [K in keyof T]: T[K] };

/** The type of an object with these members. */
export type InferMembers<M extends Members> = Flat<
  { readonly [K in KeysOf<M, "required">]: Infer<M[K]> } & {
    readonly [K in KeysOf<M, "optional">]?: Infer<M[K]> | undefined;
  } & { readonly [K in KeysOf<M, "many">]?: readonly Infer<M[K]>[] | undefined } & {
    readonly [K in KeysOf<M, "some">]: readonly Infer<M[K]>[];
  }
>;

/** Makes a simple type from its parser and printer. */
export function simple<T>(
  builtin: string,
  parse: (text: string, element?: XmlElement) => T | undefined,
  print: (value: T) => string,
  options: { whiteSpace?: "preserve" | "collapse"; qualified?: boolean } = {},
): SimpleSchema<T> {
  return {
    kind: "simple",
    builtin,
    parse,
    print,
    whiteSpace: options.whiteSpace ?? "collapse",
    qualified: options.qualified ?? false,
  };
}

/** A simple type whose values are some of another's. */
export function restrict<T>(base: SimpleSchema<T>, facets: Omit<Facets, "enumeration">): SimpleSchema<T> {
  const pattern = facets.pattern === undefined ? undefined : new RegExp(`^(?:${facets.pattern})$`, "u");
  const holds = (value: T): boolean => {
    if (typeof value === "number")
      return value >= (facets.minInclusive ?? -Infinity) && value <= (facets.maxInclusive ?? Infinity);
    const size = typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
    if (size < (facets.minLength ?? facets.length ?? 0) || size > (facets.maxLength ?? facets.length ?? Infinity))
      return false;
    return pattern === undefined || typeof value !== "string" || pattern.test(value);
  };
  return {
    ...base,
    base,
    facets,
    parse: (text, element) => {
      const value = base.parse(text, element);
      return value !== undefined && holds(value) ? value : undefined;
    },
  };
}

/** A simple type of the named values. */
export function enumeration<const V extends string>(base: SimpleSchema<string>, ...values: V[]): SimpleSchema<V> {
  const known: ReadonlySet<string> = new Set(values);
  const isKnown = (text: string): text is V => known.has(text);
  return {
    kind: "simple",
    builtin: base.builtin,
    whiteSpace: "collapse",
    qualified: false,
    base,
    facets: { enumeration: values },
    parse: (text) => (isKnown(text) ? text : undefined),
    print: (value) => value,
  };
}

/** A white-space separated list (`xs:list`). */
export function list<T>(item: SimpleSchema<T>): SimpleSchema<readonly T[]> {
  return {
    kind: "simple",
    builtin: "list",
    whiteSpace: "collapse",
    qualified: false,
    list: item,
    parse: (text, element) => {
      const values: T[] = [];
      for (const part of text === "" ? [] : text.split(" ")) {
        const value = item.parse(part, element);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
    print: (values) => values.map((value) => item.print(value)).join(" "),
  };
}

/** A value of one of two types (`xs:union`). Reading tries the first one first. */
export const union = <A, B>(
  first: SimpleSchema<A>,
  second: SimpleSchema<B>,
  isFirst: (value: A | B) => value is A,
): SimpleSchema<A | B> => ({
  kind: "simple",
  builtin: "union",
  whiteSpace: "collapse",
  qualified: false,
  union: [first, second],
  parse: (text, element) => first.parse(text, element) ?? second.parse(text, element),
  print: (value) => (isFirst(value) ? first.print(value) : second.print(value)),
});

/** Any content, kept as it was read. */
export const raw: RawSchema<XmlElement> = { kind: "raw" };

/** A schema looked up when first needed, for types that contain themselves. */
export function lazy<T>(of: () => Schema<T>): LazySchema<T> {
  let found: Schema<T> | undefined;
  return { kind: "lazy", of: () => (found ??= of()) };
}

interface MemberOptions {
  readonly namespace?: XmlNamespace;
}

const make = <T, P extends Presence>(
  member: MemberKind,
  schema: Schema<T>,
  presence: P,
  min: number,
  max: number,
  options: MemberOptions = {},
): Member<T, P> => ({ member, schema, presence, min, max, ...options });

/** An element that is there exactly once. */
export const element = <T>(schema: Schema<T>, options?: MemberOptions): Member<T, "required"> =>
  make("element", schema, "required", 1, 1, options);

/** An attribute that must be there. */
export const attribute = <T>(schema: SimpleSchema<T>, options?: MemberOptions): Member<T, "required"> =>
  make("attribute", schema, "required", 1, 1, options);

/** An attribute that may be absent. */
export const optionalAttribute = <T>(schema: SimpleSchema<T>, options?: MemberOptions): Member<T, "optional"> =>
  make("attribute", schema, "optional", 0, 1, options);

/** An element that may be absent. */
export const optional = <T>(schema: Schema<T>, options?: MemberOptions): Member<T, "optional"> =>
  make("element", schema, "optional", 0, 1, options);

/** An element that may occur any number of times, or up to `max`; absent when empty. */
export const many = <T>(schema: Schema<T>, options: MemberOptions & { max?: number } = {}): Member<T, "many"> =>
  make(
    "element",
    schema,
    "many",
    0,
    options.max ?? Infinity,
    options.namespace ? { namespace: options.namespace } : {},
  );

/** An element that occurs at least `min` times (1 unless given). */
export const some = <T>(
  schema: Schema<T>,
  options: MemberOptions & { min?: number; max?: number } = {},
): Member<T, "some"> =>
  make(
    "element",
    schema,
    "some",
    options.min ?? 1,
    options.max ?? Infinity,
    options.namespace ? { namespace: options.namespace } : {},
  );

/** The same element, which may also be there without a value. */
export const nillable = <T, P extends Presence>(member: Member<T, P>): Member<T | null, P> => ({
  ...member,
  isNillable: true,
});

/** The text of an element that also has attributes (`xs:simpleContent`). */
export const text = <T>(schema: SimpleSchema<T>): Member<T, "required"> => make("text", schema, "required", 1, 1);

/** Elements of any name (`xs:any`), kept as they were read. `min` and `max` bound their number. */
export const any = (options: { min?: number; max?: number } = {}): Member<XmlElement, "many"> =>
  make("any", raw, "many", options.min ?? 0, options.max ?? Infinity);

function complex<T>(shape: Shape): ComplexSchema<T> {
  return {
    kind: "complex",
    ...shape,
    memo: {},
    open: (options = {}) =>
      complex<T>({ ...shape, isOpen: options.elements ?? true, isOpenToAttributes: options.attributes ?? true }),
    oneOf: (...names) => complex<T>({ ...shape, exclusive: [...shape.exclusive, names] }),
    mixed: (...mentions) => complex({ ...shape, isMixed: true, mentions }),
    kept: () => complex<T>({ ...shape, isKept: true }),
  };
}

/** The combinators whose elements belong to a namespace. */
export interface SchemaNamespace extends XmlNamespace {
  /** An element with these members in this order. */
  sequence<const M extends Members>(members: M): ComplexSchema<InferMembers<M>>;
  /** Any of these members, in any order, as often as each may occur. */
  choice<const M extends Members>(members: M): ComplexSchema<InferMembers<M>>;
  /** `base` followed by more members (`xs:extension`); the base's openness ends with it. */
  extend<B, const M extends Members>(base: ComplexSchema<B>, members: M): ComplexSchema<Flat<B & InferMembers<M>>>;
}

/** Declares a namespace and the prefix we write for it. */
export function schemaNamespace(uri: string, prefix: string): SchemaNamespace {
  const namespace = { uri, prefix };
  const closed = {
    isOpen: false,
    isOpenToAttributes: false,
    exclusive: [],
    isMixed: false,
    mentions: [],
    isKept: false,
  };
  return {
    ...namespace,
    sequence: (members) => complex({ namespace, members, order: "sequence", ...closed }),
    choice: (members) => complex({ namespace, members, order: "choice", ...closed }),
    extend: (base, members) => complex({ namespace, members, base, order: "sequence", ...closed }),
  };
}

/** The schema behind a lazy one. */
export function resolved(schema: Schema): Exclude<Schema, LazySchema> {
  let found = schema;
  while (found.kind === "lazy") found = found.of();
  return found;
}

/** Type guard for values of `QName` members. */
export const isQName = (value: unknown): value is QName =>
  typeof value === "object" && value !== null && "namespace" in value && "name" in value;
