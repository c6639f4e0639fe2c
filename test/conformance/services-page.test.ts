import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "#onvif/schema/catalogue";
import { services } from "#onvif/services/index";
import { servicesPage, statesOf } from "../support/services-page.js";

/*
 * docs/services.md is written from the declarations and the handlers: `npm run docs:services` (this test with `-u`).
 */
describe("docs/services.md", () => {
  it("tells what the handlers say now", async () => {
    const offered = new Set(services.map(({ declaration }) => declaration));
    const missing = catalogue.services.filter((declaration) => !offered.has(declaration));
    const page = servicesPage([
      ...services.map(statesOf),
      ...missing.map((declaration) => ({ declaration, states: new Map<string, string>() })),
    ]);
    await expect(page).toMatchFileSnapshot(fileURLToPath(new URL("../../docs/services.md", import.meta.url)));
  });
});
