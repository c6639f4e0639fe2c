import { invariant } from "#util/errors";
import { clark, type QName, type XmlNamespace } from "#xml/qname";
import { type ComplexSchema, type Member, resolved, type Schema, type SimpleSchema } from "#xml/schema";
import { escapeAttribute } from "#xml/writer";
import type { Admitted } from "./content-model.js";
import type { Catalogue } from "./schema/catalogue.js";
import { Wildcards } from "./wildcards.js";

const XS: XmlNamespace = { uri: "http://www.w3.org/2001/XMLSchema", prefix: "xs" };

/** Name of the document that describes a namespace; documents refer to each other by it. */
export const xsdFile = ({ prefix }: XmlNamespace): string => `${prefix}.xsd`;

/** One XML Schema document for each namespace of the declared types and messages, by file name. */
export function writeSchemas(catalogue: Catalogue): ReadonlyMap<string, string> {
  const drafts = new Drafts(catalogue);
  for (const [schema, name] of catalogue.types) drafts.addType(schema, name);
  for (const { namespace, operations } of catalogue.services)
    for (const [name, operation] of Object.entries(operations)) {
      const { request, response, element = name, namespace: home = namespace } = operation;
      drafts.addElement(home, element, request);
      drafts.addElement(home, `${element}Response`, response);
    }
  return drafts.written();
}

/** An element as text, `children` indented below it. Attributes without a value are left out. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string[] {
  let start = `<${name}`;
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) start += ` ${key}="${escapeAttribute(String(value))}"`;
  return children.length === 0 ? [`${start}/>`] : [`${start}>`, ...children.map((line) => `  ${line}`), `</${name}>`];
}

/** A whole document of ours. */
export const documentOf = (root: readonly string[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', ...root, ""].join("\n");

/** The document of one namespace while it is put together. */
interface Draft {
  readonly namespace: XmlNamespace;
  readonly types: string[];
  /** Global elements and attributes by name. */
  readonly globals: Map<string, readonly string[]>;
  /** Other namespaces that are mentioned. */
  readonly used: Map<string, XmlNamespace>;
}

class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #wildcards: Wildcards;

  constructor(private readonly catalogue: Catalogue) {
    this.#wildcards = new Wildcards(catalogue);
  }

  addType(schema: Schema, { namespace, name }: QName): void {
    const home = this.catalogue.namespaces.get(namespace);
    invariant(home, `namespace ${namespace} has a prefix`);
    const draft = this.#draft(home);
    const target = resolved(schema);
    invariant(target.kind !== "raw", `${name} is a type of its own`);
    const lines =
      target.kind === "simple" ? this.#simpleType(target, draft, name) : this.#complexType(target, draft, name);
    draft.types.push(...lines);
  }

  addElement(namespace: XmlNamespace, name: string, schema: Schema, isNillable = false): void {
    const draft = this.#draft(namespace);
    const { type, inline } = this.#use(schema, draft);
    const nillable = isNillable ? "true" : undefined;
    this.#global(draft, `element ${name}`, tag("xs:element", { name, type, nillable }, inline));
  }

  written(): ReadonlyMap<string, string> {
    return new Map([...this.#drafts.values()].map((draft) => [xsdFile(draft.namespace), this.#document(draft)]));
  }

  #draft(namespace: XmlNamespace): Draft {
    let draft = this.#drafts.get(namespace.uri);
    if (!draft) {
      draft = { namespace, types: [], globals: new Map(), used: new Map() };
      this.#drafts.set(namespace.uri, draft);
    }
    return draft;
  }

  #document({ namespace, types, globals, used }: Draft): string {
    const others = [...used.values()].filter(({ uri }) => uri !== namespace.uri);
    const attributes: Record<string, string> = { "xmlns:xs": XS.uri };
    for (const { prefix, uri } of [namespace, ...others]) attributes[`xmlns:${prefix}`] = uri;
    return documentOf(
      tag("xs:schema", { ...attributes, targetNamespace: namespace.uri, elementFormDefault: "qualified" }, [
        ...others.flatMap((other) => tag("xs:import", { namespace: other.uri, schemaLocation: xsdFile(other) })),
        ...types,
        ...[...globals.values()].flat(),
      ]),
    );
  }

  #global(draft: Draft, key: string, lines: readonly string[]): void {
    const before = draft.globals.get(key);
    invariant(
      before === undefined || before.join() === lines.join(),
      `${clark(draft.namespace.uri, key)} is of one type`,
    );
    draft.globals.set(key, lines);
  }

  /** How a declaration names its type, or the anonymous type that it holds. */
  #use(schema: Schema, draft: Draft): { type: string | undefined; inline: string[] } {
    const target = resolved(schema);
    if (target.kind === "raw") return { type: "xs:anyType", inline: [] };
    const name = this.catalogue.types.get(target);
    if (name) {
      const home = this.catalogue.namespaces.get(name.namespace);
      invariant(home, `namespace ${name.namespace} has a prefix`);
      draft.used.set(home.uri, home);
      return { type: `${home.prefix}:${name.name}`, inline: [] };
    }
    if (target.kind === "complex") return { type: undefined, inline: this.#complexType(target, draft) };
    return target.base || target.list || target.union
      ? { type: undefined, inline: this.#simpleType(target, draft) }
      : { type: `xs:${target.builtin}`, inline: [] };
  }

  #simpleType(schema: SimpleSchema, draft: Draft, name?: string): string[] {
    if (schema.list) {
      const { type, inline } = this.#use(schema.list, draft);
      return tag("xs:simpleType", { name }, tag("xs:list", { itemType: type }, inline));
    }
    if (schema.union) {
      const memberTypes = schema.union.map((one) => this.#use(one, draft).type).join(" ");
      return tag("xs:simpleType", { name }, tag("xs:union", { memberTypes }));
    }
    const { type, inline } = schema.base ? this.#use(schema.base, draft) : { type: `xs:${schema.builtin}`, inline: [] };
    const facets = Object.entries(schema.facets ?? {}).flatMap(([facet, value]: [string, unknown]) =>
      (Array.isArray(value) ? value : [value]).flatMap((one) => tag(`xs:${facet}`, { value: String(one) })),
    );
    return tag("xs:simpleType", { name }, tag("xs:restriction", { base: type }, [...inline, ...facets]));
  }

  #complexType(schema: ComplexSchema, draft: Draft, name?: string): string[] {
    invariant(schema.namespace.uri === draft.namespace.uri, `an anonymous type belongs to ${draft.namespace.uri}`);
    const members = Object.entries(schema.members);
    const attributes = members.flatMap(([key, member]) =>
      member.member === "attribute" ? this.#attribute(key, member, draft) : [],
    );
    if (schema.isOpenToAttributes) attributes.push(...tag("xs:anyAttribute", { processContents: "lax" }));
    const text = members.find(([, { member }]) => member === "text")?.[1];
    if (text) {
      const { type: base } = this.#use(text.schema, draft);
      invariant(base, "the type of text beside attributes has a name");
      return tag("xs:complexType", { name }, tag("xs:simpleContent", {}, tag("xs:extension", { base }, attributes)));
    }
    const content = [...this.#group(schema, draft), ...attributes];
    const mixed = schema.isMixed ? "true" : undefined;
    if (!schema.base) return tag("xs:complexType", { name, mixed }, content);
    const { type: base } = this.#use(schema.base, draft);
    invariant(base, "a type that is extended has a name");
    return tag("xs:complexType", { name }, tag("xs:complexContent", {}, tag("xs:extension", { base }, content)));
  }

  /** The elements of a type, those of which one is chosen in an `xs:choice`. */
  #group(schema: ComplexSchema, draft: Draft): string[] {
    const admitted = this.#wildcards.of(schema);
    const chosen = new Map(schema.exclusive.flatMap((names) => names.map((name) => [name, names] as const)));
    const isChoice = schema.order === "choice";
    const lines: string[] = [];
    for (const [key, declared] of Object.entries(schema.members)) {
      const member = isChoice ? { ...declared, min: 1, max: 1 } : declared;
      const names = chosen.get(key);
      if (member.member === "any") lines.push(...wildcard(admitted, member.min, member.max));
      else if (member.member === "element" && !names) lines.push(...this.#element(key, member, schema, draft));
      else if (names?.[0] === key)
        lines.push(
          ...tag(
            "xs:choice",
            {},
            names.flatMap((name) => {
              const one = schema.members[name];
              return one ? this.#element(name, { ...one, min: 1 }, schema, draft) : [];
            }),
          ),
        );
    }
    if (schema.isOpen) lines.push(...(isChoice ? wildcard(admitted, 1, 1) : wildcard(admitted, 0, Infinity)));
    return isChoice
      ? tag("xs:choice", { minOccurs: 0, maxOccurs: "unbounded" }, lines)
      : lines.length > 0 || !schema.base
        ? tag("xs:sequence", {}, lines)
        : [];
  }

  #element(key: string, member: Member, owner: ComplexSchema, draft: Draft): string[] {
    const bounds = occurrence(member.min, member.max);
    const { namespace, isNillable } = member;
    if (namespace && namespace.uri !== owner.namespace.uri) {
      draft.used.set(namespace.uri, namespace);
      this.addElement(namespace, key, member.schema, isNillable);
      return tag("xs:element", { ref: `${namespace.prefix}:${key}`, ...bounds });
    }
    const { type, inline } = this.#use(member.schema, draft);
    return tag("xs:element", { name: key, type, ...bounds, nillable: isNillable ? "true" : undefined }, inline);
  }

  #attribute(key: string, { namespace, schema, presence }: Member, draft: Draft): string[] {
    const use = presence === "required" ? "required" : undefined;
    if (!namespace) {
      const { type, inline } = this.#use(schema, draft);
      return tag("xs:attribute", { name: key, type, use }, inline);
    }
    const home = this.#draft(namespace);
    const { type, inline } = this.#use(schema, home);
    this.#global(home, `attribute ${key}`, tag("xs:attribute", { name: key, type }, inline));
    draft.used.set(namespace.uri, namespace);
    return tag("xs:attribute", { ref: `${namespace.prefix}:${key}`, use });
  }
}

const occurrence = (min: number, max: number): { minOccurs?: number; maxOccurs?: number | string } => ({
  ...(min === 1 ? {} : { minOccurs: min }),
  ...(max === 1 ? {} : { maxOccurs: max === Infinity ? "unbounded" : max }),
});

const wildcard = (admitted: Admitted | undefined, min: number, max: number): string[] =>
  admitted === undefined ? [] : tag("xs:any", { namespace: admitted, processContents: "lax", ...occurrence(min, max) });
