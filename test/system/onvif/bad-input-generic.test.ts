import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runConfigOf } from "#camera/persistence";
import { onvifCfg } from "#config/onvif-cfg";
import { readCfg } from "#config/read";
import { runCfg } from "#config/run-cfg";
import { defaultsOf } from "#config/schema";
import { writeCfg } from "#config/write";
import { services } from "#onvif/services/index";
import { encodeElement } from "#xml/codec";
import { readXml } from "#xml/reader";
import type { ComplexSchema, Member, Schema } from "#xml/schema";
import { resolved } from "#xml/schema";
import type { XmlElement } from "#xml/tree";
import { declarations, writeElement } from "#xml/writer";
import * as namespaces from "#onvif/schema/namespaces";
import { officialFolder } from "../../conformance/official-documents.js";
import { needs } from "../../support/needs.js";
import { sampleOf } from "../../support/sample.js";
import { aCamera, soap, type TestCamera } from "../../support/soap.js";

/*
 * What every operation answers to requests that break its declaration, made from the declaration: each required element
 * left out, an element that it does not know, each number, flag or time that is none, texts that are far too long, and
 * tokens of nothing. The rules of single operations are in the tables of bad-input/.
 */

interface Row {
  readonly title: string;
  readonly request: Schema;
  /** The smallest valid request. */
  readonly text: string;
}

const everyPrefix = declarations(Object.values(namespaces));

const rows: readonly Row[] = services.flatMap(({ declaration, handlers }) =>
  Object.entries(declaration.operations)
    .filter(([name]) => typeof handlers[name] === "function")
    .map(([operation, declared]) => {
      const { element = operation, namespace = declaration.namespace, request } = declared;
      const text = encodeElement(namespace, element, request, sampleOf(request, "least") as never);
      return { title: `${declaration.namespace.prefix}:${operation}`, request, text };
    }),
);

const treeOf = (text: string): XmlElement => {
  const [root] = readXml(`<x${everyPrefix}>${text}</x>`).children;
  if (!root) throw new Error("no element");
  return root;
};

/** Every element below, with what it is an element of. */
const below = (element: XmlElement): { readonly parent: XmlElement; readonly child: XmlElement }[] =>
  element.children.flatMap((child) => [{ parent: element, child }, ...below(child)]);

/** The request after a change of one place in a fresh copy. */
function changed(text: string, index: number, change: (parent: XmlElement, child: XmlElement) => void): string {
  const root = treeOf(text);
  const place = below(root)[index];
  if (place) change(place.parent, place.child);
  return writeElement(root);
}

const membersOf = (schema: ComplexSchema): [string, Member][] => [
  ...(schema.base ? membersOf(schema.base) : []),
  ...Object.entries(schema.members),
];

/** The schema of an element that is so many steps down. */
function schemaAt(schema: Schema, names: readonly string[]): { schema: Schema; isRequired: boolean } | undefined {
  let at: { schema: Schema; isRequired: boolean } = { schema: resolved(schema), isRequired: true };
  for (const name of names) {
    const { schema: here } = at;
    if (here.kind !== "complex") return undefined;
    const member = membersOf(here).find(([key]) => key === name)?.[1];
    if (!member || member.member !== "element") return undefined;
    const inChoice = here.order === "choice" || here.exclusive.some((some) => some.includes(name));
    at = { schema: resolved(member.schema), isRequired: member.min > 0 && !inChoice };
  }
  return at;
}

function pathTo(root: XmlElement, wanted: XmlElement): readonly string[] | undefined {
  for (const child of root.children) {
    if (child === wanted) return [child.name];
    const rest = pathTo(child, wanted);
    if (rest) return [child.name, ...rest];
  }
  return undefined;
}

/** The places of a request with their schemas. */
const placesOf = ({ request, text }: Row) => {
  const root = treeOf(text);
  return below(root).flatMap(({ child }, index) => {
    const found = schemaAt(request, pathTo(root, child) ?? []);
    return found ? [{ ...found, index, name: child.name }] : [];
  });
};

const OPAQUE = /string|anyURI|QName|NCName|token|anyType|language/i;

async function refuses(camera: TestCamera, text: string, fault: string, what: string): Promise<void> {
  const before = structuredClone(camera.device.snapshot());
  const secrets = structuredClone(camera.device.security.secrets());
  const reply = await soap(camera, text);
  expect(`${what}: ${reply.fault}`).toBe(`${what}: ${fault}`);
  expect(camera.device.snapshot()).toEqual(before);
  expect(camera.device.security.secrets()).toEqual(secrets);
}

/** The state can be written and read again. */
function keepsItsRunFile({ device }: TestCamera): void {
  const basis = { onvif: defaultsOf(onvifCfg), onvifDigest: "d", firmwareVersion: "1.0" };
  const text = writeCfg(runCfg, runConfigOf(device, basis, 0));
  const { value, issues } = readCfg("onvifrun.cfg", Buffer.from(text), runCfg);
  expect(issues).toEqual([]);
  expect(value?.runtime.state).toBeDefined();
}

describe.each(rows)("$title", (row) => {
  it("refuses requests that lack a required element, have an unknown one, or a value of the wrong kind", async () => {
    const camera = aCamera({ strict: true });
    for (const { index, isRequired, name, schema } of placesOf(row)) {
      if (isRequired) {
        const without = changed(row.text, index, (parent, child) =>
          parent.children.splice(parent.children.indexOf(child), 1),
        );
        await refuses(camera, without, "Sender InvalidArgs", `without ${name}`);
      }
      if (schema.kind !== "simple" || OPAQUE.test(schema.builtin) || schema.list || schema.union) continue;
      const wrong = changed(row.text, index, (_, child) => (child.text = "@ wrong @"));
      await refuses(camera, wrong, "Sender InvalidArgVal", `with a wrong ${name}`);
    }
    expect(camera.maintenance.orders).toEqual([]);
  });

  it("answers texts that are far too long, and its smallest request, with what it means or a fault of its own", async () => {
    for (const length of [1, 65, 100_000]) {
      const camera = aCamera();
      const places = placesOf(row).filter(({ schema }) => schema.kind === "simple" && OPAQUE.test(schema.builtin));
      const texts =
        length === 1
          ? [row.text]
          : places.map(({ index }) => changed(row.text, index, (_, child) => (child.text = "x".repeat(length))));
      for (const text of texts) {
        const before = structuredClone(camera.device.snapshot());
        const reply = await soap(camera, text);
        expect(reply.reason).not.toContain("the camera's log says why");
        if (reply.fault === undefined) continue;
        expect(camera.device.snapshot()).toEqual(before);
      }
      keepsItsRunFile(camera);
    }
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../operations.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

/** The faults of each operation, `tds:SetScopes` → `Receiver Action TooManyScopes` without its first word. */
function officialFaults(): ReadonlyMap<string, readonly string[]> {
  const cells = readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.split("\t"));
  return new Map(
    cells.map((row) => [
      `${row[0]}:${row[6]}`,
      [...(row[21] ?? "").matchAll(/ter:(\w+)(?:\/ter:(\w+))?/g)].map(([, ...codes]) =>
        codes.filter(Boolean).join(" "),
      ),
    ]),
  );
}

describe("a token of nothing", () => {
  it.skipIf(!needs("the list of faults by operation", missing))(
    "is refused with a fault of the operation",
    async () => {
      const faults = officialFaults();
      const asked = rows.filter(({ text, title }) => /Token[ >]|token="/.test(text) && faults.get(title)?.length);
      expect(asked.length).toBeGreaterThan(60);
      for (const { title, text } of asked) {
        const camera = aCamera();
        const before = structuredClone(camera.device.snapshot());
        const request = text
          .replaceAll(/(<[^<>/]*Token[^<>]*>)[^<]*/g, "$1nothing_here")
          .replaceAll(/token="[^"]*"/g, 'token="nothing_here"');
        const { fault = "none" } = await soap(camera, request);
        const own = faults.get(title) ?? [];
        // Where the standard names no subcode for what the camera has not, one may say more.
        const isOwn = (one: string): boolean =>
          fault.endsWith(one) || (one === "ActionNotSupported" && fault.includes(` ${one} `));
        expect(own.some(isOwn), `${title}: ${fault}, not one of ${own.join(", ")}`).toBe(true);
        expect(camera.device.snapshot()).toEqual(before);
      }
    },
  );
});
