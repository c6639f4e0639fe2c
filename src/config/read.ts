import type { Issue } from "./issues.js";
import { defaultsOf, type Member, type Severity } from "./schema.js";
import { readXmlFile, type XmlNode } from "./xml-file.js";

/** Most issues told about one file. */
const MAX_ISSUES = 200;

/** Steps from the root tag inwards: tags, and after a tag that repeats its index from 0. */
export type TagPath = readonly (string | number)[];

/** A cfg file that was read. */
export interface CfgFile<T> {
  /** Wrong members have their defaults; all of them when the file is not well formed. */
  readonly value: T;
  readonly root: XmlNode | undefined;
  readonly issues: Issue[];
}

/** Reads one cfg file; never throws. `file` is its name for the issues. */
export function readCfg<T>(file: string, bytes: Uint8Array, schema: Member<T>): CfgFile<T> {
  const { root, problems } = readXmlFile(bytes);
  const issues: Issue[] = [];
  let dropped = 0;
  const add = (severity: Severity, line: number, column: number, tag: string, message: string): void => {
    if (issues.length < MAX_ISSUES) issues.push({ severity, file, line, column, tag, message });
    else if (severity === "warning" || issues.some((issue) => issue.severity === "error")) dropped++;
    else issues[MAX_ISSUES - 1] = { severity, file, line, column, tag, message };
  };
  for (const { severity, line, column, message } of problems) add(severity, line, column, "", message);
  if (!root) return { value: defaultsOf(schema), root, issues };
  if (root.tag !== schema.tag) {
    add("error", root.line, root.column, root.tag, `the root tag has to be <${schema.tag}>`);
    return { value: defaultsOf(schema), root: undefined, issues };
  }
  const value = schema.read([root], (severity, at, message) => add(severity, at.line, at.column, at.tag, message));
  if (dropped > 0)
    issues.push({ severity: "warning", file, line: 0, column: 0, tag: "", message: `${dropped} more problems` });
  return { value, root, issues };
}

/** The node at a path, or the nearest one around it. */
export function locate(root: XmlNode | undefined, path: TagPath): XmlNode | undefined {
  let node = root;
  for (const [index, step] of path.entries()) {
    if (!node || typeof step === "number") continue;
    const after = path[index + 1];
    const named = node.children.filter((child) => child.tag === step);
    const next = named[typeof after === "number" ? after : 0];
    if (!next) return node;
    node = next;
  }
  return node;
}
