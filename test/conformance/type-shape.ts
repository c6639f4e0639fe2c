/**
 * A type as both sides of the comparison can tell it: the official schema documents and our declarations. Names
 * are written with the prefixes of the specifications (`tt:Profile`, `xs:int`). Not compared, because declarations do
 * not tell it: default values, and where a wildcard stands and which namespaces it admits.
 */
export type Shape = ComplexShape | SimpleShape | { readonly kind: "anything" };

/** The name of a named type, or an anonymous one. */
export type TypeUse = string | Shape;

export interface MemberShape {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly isNillable: boolean;
  readonly type: TypeUse;
}

export interface ComplexShape {
  readonly kind: "complex";
  /** What it extends. */
  readonly base: string | undefined;
  /** `choice`: the members in any order and number. */
  readonly order: "sequence" | "choice";
  readonly elements: readonly MemberShape[];
  readonly attributes: readonly MemberShape[];
  /** Has text beside its elements. */
  readonly isMixed: boolean;
  /** Groups of which exactly one member is present, their names sorted. */
  readonly exclusive: readonly string[];
  /** The type of its text (simple content). */
  readonly text: TypeUse | undefined;
  /** Wildcard for elements as `min..max`, undefined for none. */
  readonly any: string | undefined;
  readonly anyAttribute: boolean;
}

export interface SimpleShape {
  readonly kind: "simple";
  /** What it restricts, or the type of its items. */
  readonly variety: "restriction" | "list" | "union";
  readonly of: TypeUse;
  readonly facets: Readonly<Record<string, string>>;
}

export const occurs = (min: number, max: number): string =>
  min === max ? `${min}` : `${min}..${max === Infinity ? "*" : max}`;

const nameOf = (type: TypeUse | undefined): string =>
  type === undefined ? "none" : typeof type === "string" ? type : "an anonymous type";

const groups = (exclusive: readonly string[]): string => exclusive.join("; ") || "none";

const listed = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(" "));

/** Every difference between two uses of a type, one line each: `path: expected … / declared …`. */
export function differences(path: string, expected: TypeUse, declared: TypeUse): string[] {
  if (typeof expected === "string" || typeof declared === "string")
    return difference(path, nameOf(expected), nameOf(declared));
  if (expected.kind !== declared.kind) return difference(path, `a ${expected.kind} type`, `a ${declared.kind} type`);
  if (expected.kind === "complex" && declared.kind === "complex") return complexDifferences(path, expected, declared);
  if (expected.kind === "simple" && declared.kind === "simple") return simpleDifferences(path, expected, declared);
  return [];
}

const difference = (path: string, expected: string, declared: string): string[] =>
  expected === declared ? [] : [`${path}: expected ${expected} / declared ${declared}`];

function simpleDifferences(path: string, expected: SimpleShape, declared: SimpleShape): string[] {
  const names = new Set([...Object.keys(expected.facets), ...Object.keys(declared.facets)]);
  return [
    ...difference(`${path} (variety)`, expected.variety, declared.variety),
    ...differences(`${path} (${expected.variety} of)`, expected.of, declared.of),
    ...[...names].flatMap((name) =>
      difference(`${path} (${name})`, expected.facets[name] ?? "none", declared.facets[name] ?? "none"),
    ),
  ];
}

function complexDifferences(path: string, expected: ComplexShape, declared: ComplexShape): string[] {
  return [
    ...difference(`${path} (extends)`, expected.base ?? "nothing", declared.base ?? "nothing"),
    ...difference(`${path} (order)`, expected.order, declared.order),
    ...memberDifferences(path, expected.elements, declared.elements),
    ...difference(
      `${path} (order of elements)`,
      listed(common(expected.elements, declared.elements)),
      listed(common(declared.elements, expected.elements)),
    ),
    ...memberDifferences(`${path}@`, expected.attributes, declared.attributes),
    ...difference(`${path} (exactly one of)`, groups(expected.exclusive), groups(declared.exclusive)),
    ...(expected.text === undefined || declared.text === undefined
      ? difference(`${path} (text)`, nameOf(expected.text), nameOf(declared.text))
      : differences(`${path} (text)`, expected.text, declared.text)),
    ...difference(`${path} (mixed)`, yesNo(expected.isMixed), yesNo(declared.isMixed)),
    ...difference(`${path} (xs:any)`, expected.any ?? "no", declared.any ?? "no"),
    ...difference(`${path} (xs:anyAttribute)`, yesNo(expected.anyAttribute), yesNo(declared.anyAttribute)),
  ];
}

const yesNo = (value: boolean): string => (value ? "yes" : "no");

/** Names of members that the other side has too, in order. */
function common(members: readonly MemberShape[], others: readonly MemberShape[]): string[] {
  const known = new Set(others.map(({ name }) => name));
  return members.map(({ name }) => name).filter((name) => known.has(name));
}

function memberDifferences(path: string, expected: readonly MemberShape[], declared: readonly MemberShape[]): string[] {
  const unmatched = new Map(declared.map((member) => [member.name, member]));
  const found = expected.flatMap((member) => {
    const at = path.endsWith("@") ? `${path}${member.name}` : `${path}/${member.name}`;
    const own = unmatched.get(member.name);
    if (!own) return difference(at, `${occurs(member.min, member.max)} of ${nameOf(member.type)}`, "nothing");
    unmatched.delete(member.name);
    return [
      ...difference(`${at} (occurs)`, occurs(member.min, member.max), occurs(own.min, own.max)),
      ...difference(`${at} (nillable)`, yesNo(member.isNillable), yesNo(own.isNillable)),
      ...differences(at, member.type, own.type),
    ];
  });
  const extra = [...unmatched.values()].flatMap(({ name, type }) =>
    difference(path.endsWith("@") ? `${path}${name}` : `${path}/${name}`, "nothing", nameOf(type)),
  );
  return [...found, ...extra];
}
