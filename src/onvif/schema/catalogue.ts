import type { QName } from "#xml/qname";
import type { Schema, SchemaNamespace } from "#xml/schema";
import type { ServiceDeclaration } from "../operation.js";

/** What the files of one namespace export: schema types under the names of the standard, and services. */
export interface SchemaModules {
  readonly namespace: SchemaNamespace;
  readonly modules: readonly Readonly<Record<string, unknown>>[];
}

/** Every declared type with its name, and every declared service. */
export interface Catalogue {
  readonly types: ReadonlyMap<Schema, QName>;
  readonly services: readonly ServiceDeclaration[];
}

const isService = (value: unknown): value is ServiceDeclaration =>
  typeof value === "object" && value !== null && "operations" in value && "namespace" in value && "version" in value;

const KINDS: ReadonlySet<unknown> = new Set(["simple", "complex", "raw", "lazy"]);
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && "kind" in value && KINDS.has(value.kind);

/**
 * Names the types that modules export. A type is found again by identity: what is not exported here is an anonymous
 * type. Complex types know their namespace, simple ones are of that of their module.
 */
export function catalogueOf(all: readonly SchemaModules[]): Catalogue {
  const types = new Map<Schema, QName>();
  const services: ServiceDeclaration[] = [];
  for (const { namespace, modules } of all)
    for (const module of modules)
      for (const [name, value] of Object.entries(module))
        if (isService(value)) services.push(value);
        else if (isSchema(value) && !types.has(value))
          types.set(value, { namespace: value.kind === "complex" ? value.namespace.uri : namespace.uri, name });
  return { types, services };
}

/** All files of this folder that declare types or services. */
export const schemaModules: readonly SchemaModules[] = [];

export const catalogue: Catalogue = catalogueOf(schemaModules);
