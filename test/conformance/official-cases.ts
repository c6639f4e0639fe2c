import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { officialFolder } from "./official-documents.js";

/** Cases of the official device test specifications: what each does, by its id and a few words. */
export type OfficialCases = Readonly<Record<string, () => Promise<void>>>;

interface Completeness {
  /** Finds the ids that there should be in the list of all, one at the beginning of each line. */
  readonly ids: RegExp;
  /** Fewer than these would mean that the list was not read. */
  readonly atLeast: number;
  /** The ids that are not run, and why. */
  readonly notRun?: Readonly<Record<string, string>>;
}

/** Runs cases, and holds them to the list of all. The steps are the specification's; a client on a fake host takes them. */
export function runOfficialCases(what: string, cases: OfficialCases, completeness: Completeness): void {
  const { ids: pattern, atLeast, notRun = {} } = completeness;
  describe(`cases of ${what}`, () => {
    it.each(Object.entries(cases))("%s", async (_, run) => {
      await run();
    });

    const official = officialFolder();
    const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
    const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

    it.skipIf(!needs("the list of official test cases", missing))("are all run, or there is a reason why not", () => {
      const ids: readonly string[] = readFileSync(table, "utf8").match(pattern) ?? [];
      const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
      expect(ids.filter((id) => !run.includes(id)).toSorted()).toEqual(Object.keys(notRun).toSorted());
      expect(ids.length).toBeGreaterThanOrEqual(atLeast);
    });
  });
}
