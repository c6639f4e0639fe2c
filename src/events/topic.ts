import { DecodeError } from "#util/errors";

/** The namespace of the topics that ONVIF defines (Core §9.6.1). */
export const ONVIF_TOPICS = "http://www.onvif.org/ver10/topics";

/** What an event is about: a place in a tree of topics (WS-Topics 1.3 §4). */
export interface Topic {
  /** Namespace of the root. */
  readonly namespace: string;
  /** Names from the root down; one of another namespace than the root's is written `{namespace}name`. */
  readonly path: readonly string[];
}

/** A topic of ONVIF: `VideoSource/MotionAlarm`. */
export const onvifTopic = (path: string): Topic => ({ namespace: ONVIF_TOPICS, path: path.split("/") });

/** A topic as text that no other topic has. */
export const topicKey = ({ namespace, path }: Topic): string => `{${namespace}}${path.join("/")}`;

/** One alternative of a topic expression: a topic, perhaps with all below it. */
export interface TopicPath extends Topic {
  readonly withDescendants: boolean;
}

/** Alternatives, of which one has to fit. */
export type TopicExpression = readonly TopicPath[];

/**
 * `concrete`: one topic (WS-Topics 1.3 §8.2). `concrete-set`: alternatives separated by `|`, each perhaps followed by
 * `//.` for all below it (Core §9.6.3).
 */
export type TopicDialect = "concrete" | "concrete-set";

/** The namespace that a prefix stands for; undefined for one that is not bound. */
export type Prefixes = (prefix: string) => string | undefined;

/** Longest topic expression, in UTF-16 units. */
const MAX_LENGTH = 8192;

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-\u00B7]*$/u;
const DESCENDANTS = "//.";

/**
 * Reads a topic expression. A root without a prefix is of no namespace; a child without one is of its root's, and so is
 * one whose prefix stands for that. Throws `DecodeError` (`topic-expression`).
 */
export function parseTopicExpression(text: string, dialect: TopicDialect, prefixes: Prefixes): TopicExpression {
  if (text.length > MAX_LENGTH) throw malformed(`it is longer than ${MAX_LENGTH} characters`);
  if (dialect === "concrete") return [{ ...parsePath(text.trim(), prefixes), withDescendants: false }];
  return text.split("|").map((part): TopicPath => {
    const path = part.trim();
    const withDescendants = path.endsWith(DESCENDANTS);
    return { ...parsePath(withDescendants ? path.slice(0, -DESCENDANTS.length) : path, prefixes), withDescendants };
  });
}

/** True when the expression selects the topic. */
export const selects = (expression: TopicExpression, topic: Topic): boolean =>
  expression.some(
    ({ namespace, path, withDescendants }) =>
      namespace === topic.namespace &&
      (withDescendants ? path.length <= topic.path.length : path.length === topic.path.length) &&
      path.every((name, at) => name === topic.path[at]),
  );

function parsePath(text: string, prefixes: Prefixes): Topic {
  const [root = "", ...children] = text.split("/");
  const { namespace = "", name } = parseName(root, prefixes);
  const path = children.map((child) => {
    const { namespace: own = namespace, name: local } = parseName(child, prefixes);
    return own === namespace ? local : `{${own}}${local}`;
  });
  return { namespace, path: [name, ...path] };
}

function parseName(text: string, prefixes: Prefixes): { readonly namespace?: string; readonly name: string } {
  const parts = text.split(":");
  const [prefix = "", name] = parts;
  if (parts.length > 2 || !parts.every((part) => NAME.test(part)))
    throw malformed(`${JSON.stringify(text.slice(0, 64))} is not a name of a topic`);
  if (name === undefined) return { name: prefix };
  const namespace = prefixes(prefix);
  if (namespace === undefined) throw malformed(`the prefix ${prefix.slice(0, 64)} is not bound`);
  return { namespace, name };
}

const malformed = (reason: string): DecodeError =>
  new DecodeError("topic-expression", `the topic expression is malformed: ${reason}`);
