import { describe, expect, it } from "vitest";
import { catalogue, catalogueOf, schemaModules } from "#onvif/schema/catalogue";
import { xs } from "#xml/datatypes";
import { element, resolved, restrict, type Schema, schemaNamespace } from "#xml/schema";
import { loadSchemaFiles } from "../../../support/schema-files.js";

const a = schemaNamespace("urn:a", "a");
const b = schemaNamespace("urn:b", "b");

describe("catalogueOf", () => {
  it("names complex types in their own namespace and simple ones in that of their module", () => {
    const Token = restrict(xs.string, { maxLength: 8 });
    const Point = b.sequence({ Token: element(Token) });
    const { types } = catalogueOf([{ namespace: a, modules: [{ Token, Point, notAType: 5 }] }]);
    expect(types.get(Token)).toEqual({ namespace: "urn:a", name: "Token" });
    expect(types.get(Point)).toEqual({ namespace: "urn:b", name: "Point" });
    expect(types.size).toBe(2);
  });
});

describe("catalogue", () => {
  it("lists every schema file", async () => {
    const listed = new Set(schemaModules.flatMap(({ modules }) => modules.flatMap((module) => Object.values(module))));
    const missing = (await loadSchemaFiles()).flatMap(({ file, module }) =>
      Object.values(module).every((value) => listed.has(value)) ? [] : [file],
    );
    expect(missing).toEqual([]);
  });

  it("gives each name to one type only", () => {
    const names = [...catalogue.types.values()].map(({ namespace, name }) => `{${namespace}}${name}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it("holds every namespaced type that a message refers to by a member of another namespace", () => {
    const unnamed: string[] = [];
    for (const { operations, namespace } of catalogue.services)
      for (const [name, { request, response, namespace: home = namespace }] of Object.entries(operations))
        for (const message of [request, response])
          forEachMember(message, (schema, path) => {
            if (schema.kind === "complex" && schema.namespace.uri !== home.uri && !catalogue.types.has(schema))
              unnamed.push(`${home.prefix}:${name}/${path}`);
          });
    expect(unnamed).toEqual([]);
  });
});

/** Calls back for the type of each member of an anonymous type, and of those within. */
function forEachMember(
  schema: Schema,
  found: (schema: Exclude<Schema, { kind: "lazy" }>, path: string) => void,
  path = "",
): void {
  const target = resolved(schema);
  if (target.kind !== "complex") return;
  for (const [key, member] of Object.entries(target.members)) {
    const type = resolved(member.schema);
    found(type, `${path}${key}`);
    if (!catalogue.types.has(type)) forEachMember(type, found, `${path}${key}/`);
  }
}
