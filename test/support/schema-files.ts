import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as namespaces from "#onvif/schema/namespaces";
import type { SchemaNamespace } from "#xml/schema";

const folder = fileURLToPath(new URL("../../src/onvif/schema/", import.meta.url));
const NOT_DECLARATIONS = new Set(["catalogue.ts", "namespaces.ts"]);

/** Files that declare types or services, relative to the schema folder. */
const schemaFiles = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => file.endsWith(".ts") && !NOT_DECLARATIONS.has(file))
    .toSorted();

const loadFile = async (file: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(/* @vite-ignore */ pathToFileURL(path.join(folder, file)).href)) as Record<string, unknown>;

export interface SchemaFile {
  readonly file: string;
  readonly namespace: SchemaNamespace;
  readonly module: Readonly<Record<string, unknown>>;
}

/** Every schema file as it is on disk now, listed in the catalogue or not. */
export const loadSchemaFiles = (): Promise<SchemaFile[]> =>
  Promise.all(
    schemaFiles().map(async (file) => {
      const module = await loadFile(file);
      return { file, namespace: namespaceOf(file, module), module };
    }),
  );

/** That of the service or complex types in the file; files of simple types alone are of the common schema. */
function namespaceOf(file: string, module: Readonly<Record<string, unknown>>): SchemaNamespace {
  if (file.startsWith("tt/")) return namespaces.tt;
  if (file.startsWith("security/")) return namespaces.tas;
  for (const value of Object.values(module))
    if (typeof value === "object" && value !== null && "namespace" in value)
      for (const namespace of Object.values(namespaces)) if (isOf(value.namespace, namespace)) return namespace;
  return namespaces.tt;
}

const isOf = (value: unknown, namespace: SchemaNamespace): boolean =>
  typeof value === "object" && value !== null && "uri" in value && value.uri === namespace.uri;
