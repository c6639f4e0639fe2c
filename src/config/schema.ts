import { nearest } from "./nearest.js";
import type { XmlNode } from "./xml-file.js";

/**
 * The vocabulary in which the cfg files are declared. Each member states its tag, default, allowed values, meaning
 * and what a change of it affects; reading, writing, the comments of the shipped files and the reference page all
 * come from that. Reading differs from that of messages on every point: members come in any order, all problems are
 * collected, unknown tags are warnings, an empty tag means the default.
 */

/** The part of the program that takes up a changed member. */
export type Effect = "http" | "rtsp" | "discovery" | "log" | "camera" | "media";

export type Severity = "error" | "warning";

/** Takes a problem found at a node. */
export type Report = (severity: Severity, at: XmlNode, message: string) => void;

export interface About {
  readonly tag: string;
  /** One or two sentences for the person who edits the file. */
  readonly doc: string;
  /** Those of the enclosing group when absent. */
  readonly affects?: readonly Effect[];
  /** Not in the grammar of the product manual. */
  readonly addition?: boolean;
}

/** What is to be written for one occurrence of a member. */
export interface Content {
  readonly text: string;
  /** Of a group, in declaration order. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly member: Member;
  readonly contents: readonly Content[];
}

/** One thing that may stand in a group. */
export interface Member<T = unknown> {
  readonly tag: string;
  /** How the value stands in the group's element: as a child element, an attribute, or the element's own text. */
  readonly place: "element" | "attribute" | "text";
  readonly doc: string;
  readonly affects: readonly Effect[];
  readonly addition: boolean;
  /** Allowed values, for people; empty for groups. */
  readonly allowed: string;
  /** Default, as it would be written; empty when there is none. */
  readonly fallback: string;
  readonly repeats: boolean;
  /** A group: presence alone means something, also when it is empty. */
  readonly holdsMembers: boolean;
  /** Of a group, by the name that the value has in the typed configuration. */
  readonly members: Readonly<Record<string, Member>>;
  /** The value of what stands in the file: no node, one, or several. */
  read(found: readonly XmlNode[], report: Report): T;
  /** What `read` would turn into `value`; as many as there are occurrences. */
  write(value: T): readonly Content[];
}

/** The value type of a member. */
export type Infer<M> = M extends Member<infer T> ? T : never;

export type Members = Readonly<Record<string, Member>>;
type Flat<T> = { [K in keyof T]: T[K] };

/** The members by name; those that may be undefined are optional and left out when they are. */
export type GroupValue<M extends Members> = Flat<
  { readonly [K in keyof M as undefined extends Infer<M[K]> ? never : K]: Infer<M[K]> } & {
    readonly [K in keyof M as undefined extends Infer<M[K]> ? K : never]?: Exclude<Infer<M[K]>, undefined>;
  }
>;

/** How one value is spelled. */
export interface Spelling<T> {
  readonly allowed: string;
  /** Undefined when the text is not allowed. */
  parse(text: string): T | undefined;
  print(value: T): string;
  /** The blanks around the text belong to it, and it is never shown. */
  readonly secret?: boolean;
}

const NOTHING: Members = Object.freeze({});

/** A member that holds one value. A missing or empty tag, or a wrong one once reported, gives `fallback`. */
export function value<T>(about: About, spelling: Spelling<T & {}>, fallback: T): Member<T> {
  const print = (value: T): string => (value === undefined || value === null ? "" : spelling.print(value));
  return {
    ...described(about),
    allowed: spelling.allowed,
    fallback: print(fallback),
    repeats: false,
    holdsMembers: false,
    members: NOTHING,
    read(found, report) {
      const node = firstOf(found, report);
      if (!node) return fallback;
      for (const child of node.children) report("warning", child, `is not known inside <${about.tag}>`);
      const text = spelling.secret ? node.text : node.trimmed;
      if (text === "") return fallback;
      const value = spelling.parse(text);
      if (value !== undefined) return value;
      report(
        "error",
        node,
        `${spelling.secret ? "the value" : quoted(text)} is not allowed; expected ${spelling.allowed}`,
      );
      return fallback;
    },
    write: (value) => [{ text: print(value), parts: [] }],
  };
}

/** A member that holds members. Missing members have their defaults, so a missing group is a group of defaults. */
export function group<const M extends Members>(about: About, members: M): Member<GroupValue<M>> {
  const entries = Object.entries<Member>(members);
  const read = (node: XmlNode | undefined, report: Report): GroupValue<M> => {
    const found = node ? sort(node, about, entries, report) : new Map<Member, XmlNode[]>();
    const values = entries.map(([name, member]) => [name, member.read(found.get(member) ?? [], report)] as const);
    return Object.freeze(Object.fromEntries(values.filter(([, value]) => value !== undefined))) as GroupValue<M>;
  };
  return {
    ...described(about),
    allowed: "",
    fallback: "",
    repeats: false,
    holdsMembers: true,
    members,
    read: (found, report) => read(firstOf(found, report), report),
    write(value) {
      const values: Readonly<Record<string, unknown>> = value;
      return [{ text: "", parts: entries.map(([name, member]) => ({ member, contents: member.write(values[name]) })) }];
    },
  };
}

/** A member whose absence means something: undefined, not its default or a group of defaults. */
export function optional<T>(member: Member<T>): Member<T | undefined> {
  return {
    ...member,
    read: (found, report) => (found.length === 0 ? undefined : member.read(found, report)),
    write: (value) => (value === undefined ? [] : member.write(value)),
  };
}

/** Any number of occurrences, in the order of the file. Empty tags of plain values are left out. */
export function repeated<T>(member: Member<T>): Member<readonly T[]> {
  return {
    ...member,
    repeats: true,
    read(found, report) {
      const filled = member.holdsMembers ? found : found.filter((node) => node.text !== "" || node.children.length > 0);
      return Object.freeze(filled.map((node) => member.read([node], report)));
    },
    write: (values) => values.flatMap((value) => member.write(value)),
  };
}

/** The same value as an attribute of the group's element. */
export const attribute = <T>(member: Member<T>): Member<T> => ({ ...member, place: "attribute" });

/** The same value as the group's own text. */
export const content = <T>(member: Member<T>): Member<T> => ({ ...member, place: "text" });

/** The value that a member has when nothing is written. */
export const defaultsOf = <T>(member: Member<T>): T => member.read([], () => {});

function described(about: About): Pick<Member, "tag" | "doc" | "affects" | "addition" | "place"> {
  const { tag, doc, affects = [], addition = false } = about;
  return { tag, doc, affects, addition, place: "element" };
}

function firstOf(found: readonly XmlNode[], report: Report): XmlNode | undefined {
  for (const again of found.slice(1)) report("warning", again, "is given again; only the first one counts");
  return found[0];
}

/** Which nodes belong to which member of a group; the rest is reported. */
function sort(
  node: XmlNode,
  about: About,
  entries: readonly (readonly [string, Member])[],
  report: Report,
): ReadonlyMap<Member, readonly XmlNode[]> {
  const found = new Map<Member, XmlNode[]>();
  const placed = (place: Member["place"]): ReadonlyMap<string, Member> =>
    new Map(entries.filter(([, member]) => member.place === place).map(([, member]) => [member.tag, member]));
  const elements = placed("element");
  const attributes = placed("attribute");
  for (const child of node.children) {
    const member = elements.get(child.tag);
    if (!member) report("warning", child, `is not known inside <${about.tag}>${didYouMean(child.tag, elements)}`);
    else if (found.has(member)) found.get(member)?.push(child);
    else found.set(member, [child]);
  }
  for (const [name, text] of node.attributes) {
    const member = attributes.get(name);
    const at = { ...node, tag: name, text, trimmed: text.trim(), children: [], attributes: new Map<string, string>() };
    if (member) found.set(member, [at]);
    else if (!/^xml(ns)?(:|$)/.test(name))
      report("warning", node, `has no attribute ${quoted(name)}${didYouMean(name, attributes)}`);
  }
  const [own] = placed("text").values();
  if (own) found.set(own, [{ ...node, children: [] }]);
  else if (node.trimmed !== "") report("warning", node, `the text ${quoted(node.trimmed)} between its tags is ignored`);
  return found;
}

function didYouMean(name: string, known: ReadonlyMap<string, Member>): string {
  const near = nearest(name, known.keys());
  if (near === undefined) return "; it is ignored";
  return `; it is ignored. Did you mean ${known.get(near)?.place === "attribute" ? near : `<${near}>`}?`;
}

/** For messages: quoted, on one line, cut to 60 characters. */
export const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `"${line.slice(0, 57)}…"` : `"${line}"`;
};
