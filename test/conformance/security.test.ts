import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { officialFolder } from "./official-documents.js";
import { handshakeCases } from "./security-cases/handshakes.js";
import { keystoreCases } from "./security-cases/keystore.js";
import { tlsServerCases } from "./security-cases/tls-server.js";

/*
 * Cases of the official device test specification of Security Configuration, each by its id. The steps are the
 * specification's; a client on a fake host takes them.
 */
const cases = { ...keystoreCases, ...tlsServerCases, ...handshakeCases };

/** The cases that are not run, and why. */
const notRun: Readonly<Record<string, string>> = {};

describe("the device test specification of Security Configuration", () => {
  it.concurrent.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("the cases of Security Configuration", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run, or there is a reason why not", () => {
    const ids = readFileSync(table, "utf8").match(/^ADVANCED_SECURITY-\d+-\d+-\d+(?=\t)/gm) ?? [];
    const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
    expect(ids.filter((id) => !run.includes(id)).toSorted()).toEqual(Object.keys(notRun).toSorted());
    expect(ids.length).toBeGreaterThan(60);
  });
});
