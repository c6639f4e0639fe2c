import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "#onvif/schema/catalogue";
import { writeDocuments } from "#onvif/wsdl";
import { xsdFile } from "#onvif/xsd";
import { readXml } from "#xml/reader";
import { needs } from "../support/needs.js";
import { sampleMessages, writeMessage } from "../support/sample-messages.js";
import { drift } from "./drift.js";
import { OfficialSchemas } from "./official-schemas.js";
import { prefixes } from "./prefixes.js";

/*
 * The documents in wsdl/ are written from the declarations: `npm run wsdl` (this test with `-u`).
 */

const folder = fileURLToPath(new URL("../../wsdl/", import.meta.url));
const documents = writeDocuments(catalogue);
const hasXmllint = needs(
  "the check of our XML Schema documents",
  spawnSync("xmllint", ["--version"]).status === 0 ? undefined : "there is no xmllint (Debian: libxml2-utils)",
);

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

  describe.skipIf(!hasXmllint)("by XML Schema", () => {
    it("are valid", () => {
      const complaints = [...documents.keys()]
        .filter((name) => name.endsWith(".xsd"))
        .flatMap((name) => xmllint(name, ["-"], "<x/>"))
        .filter((line) => /parser error|failed to compile/.test(line));
      expect(complaints).toEqual([]);
    });

    it("admit every message that we write", () => {
      const directory = mkdtempSync(path.join(tmpdir(), "messages-"));
      const files = new Map<string, string[]>();
      for (const message of sampleMessages()) {
        const { body, bindings } = writeMessage(message);
        const file = path.join(directory, `${message.title}.xml`);
        writeFileSync(file, body.replace(/[ />]/, `${bindings}$&`));
        const schema = xsdFile(message.namespace);
        files.set(schema, [...(files.get(schema) ?? []), file]);
      }
      const complaints = [...files].flatMap(([schema, names]) => xmllint(schema, names));
      rmSync(directory, { recursive: true, force: true });
      expect(complaints.filter((line) => !line.endsWith(" validates"))).toEqual([]);
    });
  });
});

/** What xmllint has to say of these files by a document of ours. */
function xmllint(schema: string, files: readonly string[], input = ""): string[] {
  const { stderr } = spawnSync("xmllint", ["--nonet", "--noout", "--schema", path.join(folder, schema), ...files], {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return stderr.trimEnd().split("\n");
}
