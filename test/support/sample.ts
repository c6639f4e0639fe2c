import { readXml } from "#xml/reader";
import { type ComplexSchema, type Infer, type Member, resolved, type Schema, type SimpleSchema } from "#xml/schema";

/** `least`: only what must be there. `most`: every member, lists with two items. */
export type Extent = "least" | "most";

/** A valid value of a schema; types that contain themselves end after a few levels. */
export function sampleOf<S extends Schema>(schema: S, extent: Extent): Infer<S> {
  return sample(schema, extent, []) as Infer<S>;
}

const DEEPEST_REPEAT = 1;
/** An element that may stand under every wildcard of the official schemas, the strict ones included. */
const ANYTHING = `<wsnt:TopicExpression xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" Dialect="urn:x">a/b</wsnt:TopicExpression>`;

function sample(schema: Schema, extent: Extent, within: readonly Schema[]): unknown {
  const target = resolved(schema);
  if (target.kind === "raw") return readXml(ANYTHING);
  if (target.kind === "simple") return simpleSample(target);
  const value: Record<string, unknown> = target.isMixed ? { text: "text & <more>" } : {};
  const deeper = [...within, target];
  for (const [key, member] of allMembers(target)) {
    const isLeftOut = target.exclusive.some((names) => names.includes(key) && names[0] !== key);
    const isChosen = target.exclusive.some((names) => names[0] === key);
    const repeats = within.filter((outer) => outer === resolved(member.schema)).length;
    const isWanted = member.min > 0 || isChosen || (extent === "most" && repeats < DEEPEST_REPEAT);
    if (isLeftOut || !isWanted) continue;
    const isList = member.presence === "many" || member.presence === "some";
    const count = extent === "most" ? Math.min(2, member.max) : Math.max(1, member.min);
    value[key] = isList
      ? Array.from({ length: Math.max(count, member.min) }, () => sample(member.schema, extent, deeper))
      : sample(member.schema, extent, deeper);
  }
  return value;
}

const allMembers = (schema: ComplexSchema): [string, Member][] => [
  ...(schema.base ? allMembers(schema.base) : []),
  ...Object.entries(schema.members),
];

const TEXTS: Readonly<Record<string, string>> = {
  anyURI: "http://192.0.2.1/path?a=1&b=2",
  base64Binary: "AQID",
  boolean: "true",
  dateTime: "2026-11-21T10:00:00Z",
  duration: "PT10S",
  hexBinary: "0AFF",
  language: "en-GB",
  NCName: "name",
  QName: "x:name",
  time: "10:00:00",
};
const NUMBERS: ReadonlySet<string> = new Set([
  ...["int", "integer", "unsignedInt", "nonNegativeInteger", "positiveInteger", "long", "unsignedLong"],
  ...["float", "double"],
]);

/** Texts for the patterns of the standard. */
const BY_PATTERN = ["12:34:56:78:9a:bc", "123456789abcdef0", "abc", "1", "a.b", "P1D"];

function simpleSample(schema: SimpleSchema): unknown {
  const [first] = schema.union ?? [];
  if (first) return simpleSample(first);
  const element = readXml(`<x:e xmlns:x="urn:x"/>`);
  const candidates = schema.list
    ? [""]
    : [
        ...(schema.facets?.enumeration ?? []),
        ...(NUMBERS.has(schema.builtin) ? [String(schema.facets?.minInclusive ?? 1)] : []),
        TEXTS[schema.builtin] ?? "text & <more>",
        "a".repeat(schema.facets?.length ?? schema.facets?.minLength ?? 1),
        "ab".repeat(schema.facets?.length ?? schema.facets?.minLength ?? 1),
        ...BY_PATTERN,
      ];
  for (const text of candidates) {
    const value = schema.parse(text, element);
    if (value !== undefined) return value;
  }
  throw new Error(`no sample for ${schema.builtin} ${JSON.stringify(schema.facets)}`);
}
