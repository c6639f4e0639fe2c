import type { Effect, Member } from "./schema.js";

/** What differs between two configurations. */
export interface Difference {
  /** Who has to take something up. */
  readonly effects: ReadonlySet<Effect>;
  /** Paths of the tags that differ, such as `profile/video_encoder/framerate`; never their values. */
  readonly paths: readonly string[];
}

/** Compares two configurations of one schema. A member without effects of its own has those of the group around it. */
export function diffConfig<T>(schema: Member<T>, before: T, after: T): Difference {
  const effects = new Set<Effect>();
  const paths = new Set<string>();
  const compare = (member: Member, a: unknown, b: unknown, path: string, inherited: readonly Effect[]): void => {
    if (isSame(a, b)) return;
    const affects = member.affects.length > 0 ? member.affects : inherited;
    if (isList(a) && isList(b) && a.length === b.length && member.holdsMembers)
      for (const [index, one] of a.entries()) compareMembers(member, one, b[index], path, affects);
    else if (isRecord(a) && isRecord(b)) compareMembers(member, a, b, path, affects);
    else {
      paths.add(path);
      for (const effect of affects) effects.add(effect);
      // One of a kind more or less: whoever reads any member inside is concerned.
      for (const inner of Object.values(member.members)) for (const effect of allEffects(inner)) effects.add(effect);
    }
  };
  const compareMembers = (group: Member, a: unknown, b: unknown, path: string, inherited: readonly Effect[]): void => {
    for (const [name, member] of Object.entries(group.members)) {
      const inner = path === "" ? member.tag : `${path}/${member.tag}`;
      compare(member, isRecord(a) ? a[name] : undefined, isRecord(b) ? b[name] : undefined, inner, inherited);
    }
  };
  compare(schema, before, after, "", []);
  return { effects, paths: [...paths] };
}

const allEffects = (member: Member): readonly Effect[] => [
  ...member.affects,
  ...Object.values(member.members).flatMap(allEffects),
];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Equality of configuration values: plain data, members in the order of their schema. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
