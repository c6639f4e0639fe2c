import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "#onvif/schema/catalogue";
import { writeDocuments } from "#onvif/wsdl";
import { readXml } from "#xml/reader";
import { drift } from "./drift.js";
import { OfficialSchemas } from "./official-schemas.js";
import { prefixes } from "./prefixes.js";

/*
 * The documents in wsdl/ are written from the declarations: `npm run wsdl` (this test with `-u`).
 */

const folder = fileURLToPath(new URL("../../wsdl/", import.meta.url));
const documents = writeDocuments(catalogue);
const hasXmllint = spawnSync("xmllint", ["--version"]).status === 0;

describe("the documents in wsdl/", () => {
  it.each([...documents])("%s is what the declarations say now", async (name, text) => {
    await expect(text).toMatchFileSnapshot(path.join(folder, name));
  });

  it("are no others", () => {
    expect(readdirSync(folder).toSorted()).toEqual([...documents.keys()].toSorted());
  });

  it("say the same as the declarations, read as the official ones are", () => {
    expect(drift(catalogue, new OfficialSchemas(folder, prefixes), prefixes)).toEqual([]);
  });

  it("are well formed", () => {
    for (const text of documents.values()) expect(() => readXml(text)).not.toThrow();
  });

  it.skipIf(!hasXmllint)(`are valid XML Schema${hasXmllint ? "" : ": skipped, there is no xmllint"}`, () => {
    const schemas = [...documents.keys()].filter((name) => name.endsWith(".xsd"));
    const complaints = schemas.map((name) => {
      const { stderr } = spawnSync("xmllint", ["--nonet", "--noout", "--schema", path.join(folder, name), "-"], {
        input: "<x/>",
        encoding: "utf8",
      });
      return stderr.split("\n").filter((line) => /parser error|failed to compile/.test(line));
    });
    expect(complaints.flat()).toEqual([]);
  });
});
