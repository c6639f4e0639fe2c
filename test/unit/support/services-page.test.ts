import { describe, expect, it } from "vitest";
import { declareService, operation } from "#onvif/operation";
import { implement, notSupported } from "#onvif/registry";
import { schemaNamespace } from "#xml/schema";
import { servicesPage, statesOf } from "../../support/services-page.js";

const a = schemaNamespace("urn:a", "a");
const message = a.sequence({});
const Things = declareService({
  namespace: a,
  name: "Things",
  version: "26.06",
  operations: {
    Get: operation({ access: "READ_MEDIA", spec: "Things 1", request: message, response: message }),
    Wipe: operation({ access: "ACTUATE", spec: "Things 2", request: message, response: message }),
    Old: operation({
      access: "ACTUATE",
      spec: "Things 3",
      deprecated: "16.12",
      request: message,
      response: message,
    }),
  },
});

describe("servicesPage", () => {
  it("tells of each operation whether it is done, not offered and why, or not there yet", () => {
    const service = implement(
      Things,
      { path: "/things" },
      { Get: () => ({}), Wipe: notSupported("there is no wiper | or washer") },
    );
    expect(servicesPage([statesOf(service)])).toBe(`# Services

Written from the declarations and the handlers by a test; do not edit. An operation that is not offered, or not yet there, answers \`ter:ActionNotSupported\`.

| Service | Namespace | Release | Done | Not offered |
| --- | --- | --- | --- | --- |
| [Things](#things) | \`urn:a\` | 26.06 | 1 of 3 | 1 |

## Things

| Operation | Access class | Specified in | State |
| --- | --- | --- | --- |
| Get | READ_MEDIA | Things 1 | done |
| Wipe | ACTUATE | Things 2 | not offered: there is no wiper \\| or washer |
| Old | ACTUATE | Things 3 (deprecated since 16.12) | not yet |
`);
  });

  it("takes a declared service that nobody implements as not there yet", () => {
    expect(servicesPage([{ declaration: Things, states: new Map() }])).toContain("0 of 3");
  });
});
