import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { systemCases } from "./base-cases/system.js";
import { officialFolder } from "./official-documents.js";

/*
 * Cases of the Base device test specification, each by its id. The steps are the specification's; a client on a fake
 * host takes them. Those about events are with the events.
 */
const cases = { ...systemCases };

/** The chapters that are here. */
const CHAPTERS = /^DEVICE-[38]-\d+-\d+(?=\t)/gm;

/** The cases of these chapters that are not run, and why. */
const notRun: Readonly<Record<string, string>> = {};

describe("the Base device test specification", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("its cases", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run, or there is a reason why not", () => {
    const ids: readonly string[] = readFileSync(table, "utf8").match(CHAPTERS) ?? [];
    const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
    expect(ids.filter((id) => !run.includes(id)).toSorted()).toEqual(Object.keys(notRun).toSorted());
    expect(ids.length).toBeGreaterThan(15);
  });
});
