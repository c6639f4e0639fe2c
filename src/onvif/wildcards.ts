import { type ComplexSchema, type Member, resolved, type Schema } from "#xml/schema";
import { type Admitted, isDeterministic, type Particle, type Term } from "./content-model.js";
import type { Catalogue } from "./schema/catalogue.js";

/**
 * What the wildcards of each type may admit in a schema document. Decoding lets a declared element win over a
 * wildcard; XML Schema 1.0 knows no such rule and wants a choice without overlap, for the type itself and for every
 * type that extends it.
 */
export class Wildcards {
  readonly #extensions = new Map<ComplexSchema, ComplexSchema[]>();
  readonly #found = new Map<ComplexSchema, Admitted | undefined>();

  constructor({ types, services }: Catalogue) {
    const seen = new Set<Schema>();
    const visit = (schema: Schema): void => {
      const target = resolved(schema);
      if (target.kind !== "complex" || seen.has(target)) return;
      seen.add(target);
      if (target.base) {
        visit(target.base);
        this.#extensions.set(target.base, [...(this.#extensions.get(target.base) ?? []), target]);
      }
      for (const member of Object.values(target.members)) visit(member.schema);
    };
    for (const schema of types.keys()) visit(schema);
    for (const { operations } of services)
      for (const { request, response } of Object.values(operations)) [request, response].forEach(visit);
  }

  /** The widest that is unambiguous; undefined when even `##other` is not and the wildcard must be left out. */
  of(schema: ComplexSchema): Admitted | undefined {
    if (!hasWildcard(schema)) return undefined;
    if (!this.#found.has(schema)) {
      const inherited = schema.base ? this.#whole(schema.base) : [];
      const fits = (admitted: Admitted): boolean =>
        this.#fitsExtensions(schema, [...inherited, ...particlesOf(schema, admitted)]);
      this.#found.set(
        schema,
        (["##any", "##other"] as const).find((admitted) => fits(admitted)),
      );
    }
    return this.#found.get(schema);
  }

  /** Everything that a type holds, inherited particles first. */
  #whole(schema: ComplexSchema): Particle[] {
    return [...(schema.base ? this.#whole(schema.base) : []), ...particlesOf(schema, this.of(schema))];
  }

  #fitsExtensions(schema: ComplexSchema, whole: readonly Particle[]): boolean {
    return (
      isDeterministic(whole) &&
      (this.#extensions.get(schema) ?? []).every((extension) =>
        this.#fitsExtensions(extension, [...whole, ...particlesOf(extension, undefined)]),
      )
    );
  }
}

const hasWildcard = (schema: ComplexSchema): boolean =>
  schema.isOpen || Object.values(schema.members).some(({ member }) => member === "any");

/** The particles of a type's own members, its wildcards admitting that; none when undefined. */
function particlesOf(schema: ComplexSchema, admits: Admitted | undefined): Particle[] {
  const wildcard: Term[] = admits === undefined ? [] : [{ kind: "wildcard", admits, namespace: schema.namespace.uri }];
  const term = (key: string, { namespace = schema.namespace }: Member): Term => ({
    kind: "element",
    namespace: namespace.uri,
    name: key,
  });
  const members = Object.entries(schema.members);
  if (schema.order === "choice") {
    const terms = members.flatMap(([key, member]) => (member.member === "element" ? [term(key, member)] : []));
    return [{ terms: hasWildcard(schema) ? [...terms, ...wildcard] : terms, mayBeAbsent: true, mayRepeat: true }];
  }
  const particles: Particle[] = [];
  for (const [key, member] of members) {
    const bounds = { mayBeAbsent: member.min === 0, mayRepeat: member.max > 1 };
    const group = schema.exclusive.find((names) => names.includes(key));
    if (member.member === "any") particles.push({ terms: wildcard, ...bounds });
    else if (member.member === "element" && !group) particles.push({ terms: [term(key, member)], ...bounds });
    else if (group?.[0] === key)
      particles.push({
        terms: group.flatMap((name) => {
          const one = schema.members[name];
          return one ? [term(name, one)] : [];
        }),
        mayBeAbsent: false,
        mayRepeat: group.some((name) => (schema.members[name]?.max ?? 1) > 1),
      });
  }
  if (schema.isOpen) particles.push({ terms: wildcard, mayBeAbsent: true, mayRepeat: true });
  return particles;
}
