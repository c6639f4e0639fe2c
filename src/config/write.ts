import { escapeAttribute, escapeText } from "#xml/writer";
import type { Content, Member } from "./schema.js";

export interface WriteOptions {
  /** Put at the top as a comment. */
  readonly heading?: string;
  /** Explains each tag where it stands first. */
  readonly comments?: boolean;
  /** Leaves a tag out; the path is that of tags from the root, such as `profile/video_encoder/h265`. */
  readonly hide?: (path: string) => boolean;
}

const INDENT = "    ";
const COLUMNS = 100;

/** A configuration as a cfg file. Reading it again gives the same value. */
export function writeCfg<T>(schema: Member<T>, value: T, options: WriteOptions = {}): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>'];
  if (options.heading !== undefined) lines.push(...comment(options.heading, ""));
  const explained = new Set<string>();
  const write = (member: Member, content: Content, path: string, indent: string): void => {
    if (options.comments && path !== "" && !explained.has(path)) lines.push(...comment(explanation(member), indent));
    explained.add(path);
    const { text, attributes, elements } = arranged(content);
    const tag = `${indent}<${member.tag}${attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("")}>`;
    const shown = elements.filter(([inner]) => !options.hide?.(joined(path, inner.tag)));
    if (shown.length === 0) {
      lines.push(`${tag}${escapeValue(text)}</${member.tag}>`);
      return;
    }
    lines.push(tag);
    for (const [inner, innerContent] of shown) write(inner, innerContent, joined(path, inner.tag), indent + INDENT);
    lines.push(`${indent}</${member.tag}>`);
  };
  for (const content of schema.write(value)) write(schema, content, "", "");
  return `${lines.join("\n")}\n`;
}

const joined = (path: string, tag: string): string => (path === "" ? tag : `${path}/${tag}`);

/** What is written where: text and attributes in the start tag's line, elements below. */
function arranged(content: Content): {
  readonly text: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly elements: readonly (readonly [member: Member, content: Content])[];
} {
  let { text } = content;
  const attributes: [string, string][] = [];
  const elements: [Member, Content][] = [];
  for (const { member, contents } of content.parts)
    for (const one of contents) {
      if (member.place === "text") text = one.text;
      else if (member.place === "element") elements.push([member, one]);
      else if (one.text !== "") attributes.push([member.tag, one.text]);
    }
  return { text, attributes, elements };
}

/** Character data whose outer blanks are references, so that they are not taken for layout. */
const escapeValue = (text: string): string =>
  escapeText(text).replace(/^[ \t\n]+|[ \t\n]+$/g, (blanks) =>
    Array.from(blanks, (blank) => `&#${blank.charCodeAt(0)};`).join(""),
  );

/** What a person needs to know about a tag: meaning, allowed values, default, attributes. */
function explanation(member: Member): string {
  const inner = Object.values(member.members);
  const text = inner.find(({ place }) => place === "text");
  const attributes = inner.filter(({ place }) => place === "attribute");
  return [
    ...[member.doc, text?.doc ?? ""].filter((doc) => doc !== ""),
    ...limits(text ?? member),
    ...attributes.flatMap((attribute) => [`${attribute.tag}: ${attribute.doc}`, ...limits(attribute)]),
  ].join(" ");
}

function limits({ allowed, fallback, addition }: Member): readonly string[] {
  const parts = [addition ? "addition" : "", allowed, fallback === "" ? "" : `default ${fallback}`];
  const told = parts.filter((part) => part !== "").join("; ");
  return told === "" ? [] : [`(${told})`];
}

/** A comment, wrapped. */
function comment(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.replaceAll("--", "- -").split(/\s+/)) {
    if (line !== "" && indent.length + line.length + word.length > COLUMNS - 10) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  lines.push(line);
  return lines.map((one, index) => {
    const start = index === 0 ? `${indent}<!-- ` : `${indent}     `;
    return `${start}${one}${index === lines.length - 1 ? " -->" : ""}`;
  });
}
