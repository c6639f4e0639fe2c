import { describe, expect, it } from "vitest";
import { configDocuments } from "../../support/config-documents.js";

/** `npm run docs:config` runs this file with --update, which writes the documents. */
describe("documents made from the configuration schema", () => {
  for (const [path, text] of configDocuments())
    it(`${path} is up to date`, async () => {
      await expect(text).toMatchFileSnapshot(`../../../${path}`);
    });
});
