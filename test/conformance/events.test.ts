import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { basicNotificationCases } from "./event-cases/basic-notification.js";
import { eventBrokerCases } from "./event-cases/event-brokers.js";
import { messageCases } from "./event-cases/messages.js";
import { pullPointCases } from "./event-cases/pull-point.js";
import { officialFolder } from "./official-documents.js";

/*
 * Cases of the official device test specifications that are about events, each by its id: those of Event Handling, and
 * those of Base and Imaging about the events that this camera has. The steps are the specification's; a client on a
 * fake host takes them.
 */
const cases = { ...basicNotificationCases, ...pullPointCases, ...messageCases, ...eventBrokerCases };

describe("the device test specifications", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("the cases of Event Handling", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run", () => {
    const ids = readFileSync(table, "utf8").match(/^EVENT-\d+-\d+-\d+(?=\t)/gm) ?? [];
    const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
    expect(ids.filter((id) => !run.includes(id))).toEqual([]);
    expect(ids.length).toBeGreaterThan(40);
  });
});
