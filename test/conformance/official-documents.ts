import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { clark } from "#xml/qname";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";

/** Other editions of files that are there already, and one whose import is not published with the rest. */
const LEFT_OUT = ["event-vs.wsdl", "bw-2-vs-mod.wsdl", "display/display.wsdl", "federatedsearch.wsdl"];

const besideProject = path.resolve(fileURLToPath(new URL("../..", import.meta.url)), "../shared/onvif/schemas");

/** The folder with the official schemas at the paths of their URLs, or why there is none. */
export function officialFolder(): { readonly folder: string } | { readonly missing: string } {
  const folder = process.env["ONVIF_SCHEMAS"] ?? besideProject;
  return existsSync(folder)
    ? { folder }
    : { missing: `no folder ${folder} with the official schemas; ONVIF_SCHEMAS=DIR names another` };
}

/** The children of that name. */
export const named = (parent: XmlElement, namespace: string, name: string): XmlElement[] =>
  parent.children.filter((child) => child.name === name && child.namespace === namespace);

/** `{namespace}name` of a QName in an element's attribute. */
export function expand(element: XmlElement, lexical: string): string {
  const name = element.resolve(lexical);
  if (!name) throw new Error(`prefix of ${lexical} is not bound`);
  return clark(name.namespace, name.name);
}

/** The same for the whole value of an attribute, if it is there. */
export function expandedAttribute(element: XmlElement | undefined, name: string): string | undefined {
  const lexical = element?.attribute(name);
  return element && lexical !== undefined ? expand(element, lexical) : undefined;
}

/** Files below a folder that can hold schemas, by relative path. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .filter((file) => /(\.xsd|\.wsdl|\/[^.]+)$/.test(file) && !LEFT_OUT.some((name) => file.endsWith(name)))
    .toSorted();
}

/** Reads a document; some of the W3C's carry a DTD, which our reader refuses and no schema needs. */
export function readDocument(file: string): XmlElement {
  const text = readFileSync(file, "utf8").replace(/<!DOCTYPE[^[>]*(\[[\s\S]*?\]\s*)?>/, "");
  return readXml(text);
}
