import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { addressCases } from "./device-cases/addresses.js";
import { discoveryCases } from "./device-cases/discovery.js";
import { networkCases } from "./device-cases/network.js";
import { officialFolder } from "./official-documents.js";

/*
 * Cases of the Base Device Test Specification about the network and discovery, each by its id. The steps are the
 * specification's; a client on a fake network takes them.
 */
const cases = { ...networkCases, ...addressCases, ...discoveryCases };

/** The cases of these chapters that are not run, and why. */
const notRun: Readonly<Record<string, string>> = {
  "DISCOVERY-1-1-10":
    "the camera cannot tell a unicast probe from one by multicast, which must not be answered with a fault",
};

describe("the Base Device Test Specification", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("the cases about the network and discovery", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run, or there is a reason why not", () => {
    const ids = readFileSync(table, "utf8").match(/^(?:DEVICE-[27]|IPCONFIG-\d+|DISCOVERY-\d+)-\d+-\d+(?=\t)/gm) ?? [];
    const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
    expect(ids.filter((id) => !run.includes(id)).toSorted()).toEqual(Object.keys(notRun).toSorted());
    expect(ids.length).toBeGreaterThan(50);
  });
});
