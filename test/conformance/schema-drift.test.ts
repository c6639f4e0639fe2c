import { describe, expect, it } from "vitest";
import { catalogueOf } from "#onvif/schema/catalogue";
import { needs } from "../support/needs.js";
import { loadSchemaFiles } from "../support/schema-files.js";
import { drift } from "./drift.js";
import { officialFolder } from "./official-documents.js";
import { OfficialSchemas } from "./official-schemas.js";
import { prefixes } from "./prefixes.js";

/*
 * Holds the declarations to the official schemas. `DRIFT_ONLY=tt:Profile,trt` looks only at these types and
 * operations, or at all of these prefixes.
 */

const only = (process.env["DRIFT_ONLY"] ?? "").split(",").filter((name) => name !== "");
const isWanted = (name: string): boolean =>
  only.length === 0 || only.some((wanted) => name === wanted || name.startsWith(`${wanted}:`));

const official = officialFolder();
const runs = needs("the comparison with the official schemas", "missing" in official ? official.missing : undefined);

describe("declarations", () => {
  it.skipIf(!runs)(
    "say the same as the official schemas",
    async () => {
      if ("missing" in official) return;
      const files = await loadSchemaFiles();
      const declared = catalogueOf(files.map(({ namespace, module }) => ({ namespace, modules: [module] })));
      expect(declared.services.length).toBeGreaterThan(0);
      const found = drift(declared, new OfficialSchemas(official.folder, prefixes), prefixes, isWanted);
      expect(found.join("\n")).toBe("");
    },
    60_000,
  );
});
