import { clark, type QName } from "#xml/qname";
import { type ComplexSchema, type Facets, type Member, resolved, type Schema, type SimpleSchema } from "#xml/schema";
import type { MemberShape, Shape, TypeUse } from "./type-shape.js";

/** Tells what our declarations say in the terms of `Shape`. */
export class DeclaredShapes {
  /** @param types the named types; every other type is anonymous
   *  @param prefixes prefix for each namespace URI */
  constructor(
    private readonly types: ReadonlyMap<Schema, QName>,
    private readonly prefixes: ReadonlyMap<string, string>,
  ) {}

  /** How a type is referred to: its name, or its shape when it has none. */
  use(schema: Schema): TypeUse {
    const target = resolved(schema);
    const name = this.types.get(target);
    if (name) return this.#short(name.namespace, name.name);
    return target.kind === "simple" && !target.base && !target.list && !target.union
      ? `xs:${target.builtin}`
      : this.shape(target);
  }

  shape(schema: Schema): Shape {
    const target = resolved(schema);
    switch (target.kind) {
      case "raw":
        return { kind: "anything" };
      case "simple":
        if (target.union) return this.#union(target.union);
        return target.list
          ? { kind: "simple", variety: "list", of: this.use(target.list), facets: {} }
          : {
              kind: "simple",
              variety: "restriction",
              of: target.base ? this.use(target.base) : `xs:${target.builtin}`,
              facets: facetsOf(target),
            };
      case "complex":
        return this.#complex(target);
    }
  }

  #union(members: readonly SimpleSchema[]): Shape {
    const names = members
      .map((member) => this.use(member))
      .map((use) => (typeof use === "string" ? use : "an anonymous type"));
    return { kind: "simple", variety: "union", of: names.join(" | "), facets: {} };
  }

  #complex(schema: ComplexSchema): Shape {
    const elements: MemberShape[] = [];
    const attributes: MemberShape[] = [];
    let text: TypeUse | undefined;
    let any = schema.isOpen ? "0..*" : undefined;
    for (const [key, member] of Object.entries(schema.members))
      switch (member.member) {
        case "element":
          elements.push(this.#member(key, member, member.namespace ?? schema.namespace));
          break;
        case "attribute":
          attributes.push(this.#member(key, member, member.namespace));
          break;
        case "text":
          text = this.use(member.schema);
          break;
        case "any":
          any = `${member.min}..${member.max === Infinity ? "*" : member.max}`;
      }
    const base = schema.base && this.use(schema.base);
    return {
      kind: "complex",
      base: typeof base === "object" ? "an anonymous type" : base,
      order: schema.order,
      elements,
      attributes,
      isMixed: schema.isMixed,
      exclusive: schema.exclusive.map((names) =>
        names
          .map((name) => this.#short((schema.members[name]?.namespace ?? schema.namespace).uri, name))
          .toSorted()
          .join(" "),
      ),
      text,
      any,
      anyAttribute: schema.isOpenToAttributes,
    };
  }

  #member(key: string, member: Member, namespace: { uri: string } | undefined): MemberShape {
    const name = namespace ? this.#short(namespace.uri, key) : key;
    const { min, max, isNillable = false } = member;
    return { name, min, max, isNillable, type: this.use(member.schema) };
  }

  #short(uri: string, name: string): string {
    const prefix = this.prefixes.get(uri);
    return prefix === undefined ? clark(uri, name) : prefix === "" ? name : `${prefix}:${name}`;
  }
}

/** Facets of one step of restriction, as text. */
function facetsOf(schema: SimpleSchema): Record<string, string> {
  const facets: Record<string, string> = {};
  for (const [name, value] of Object.entries(schema.facets ?? ({} satisfies Facets)))
    if (value !== undefined) facets[name] = Array.isArray(value) ? value.join(", ") : String(value);
  return facets;
}
