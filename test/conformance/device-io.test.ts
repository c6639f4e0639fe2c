import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { needs } from "../support/needs.js";
import { baseRelayCases } from "./device-io-cases/base-relays.js";
import { inputCases } from "./device-io-cases/inputs.js";
import { relayCases } from "./device-io-cases/relays.js";
import { serialPortCases } from "./device-io-cases/serial-ports.js";
import { officialFolder } from "./official-documents.js";

/*
 * Cases of the official device test specifications about inputs and outputs, each by its id: all of DeviceIO, and those
 * of Base about relays. The steps are the specification's; a client on a fake host takes them.
 */
const cases = { ...relayCases, ...inputCases, ...serialPortCases, ...baseRelayCases };

describe("the device test specifications", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("the cases of DeviceIO and of relays in Base", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run", () => {
    const ids = readFileSync(table, "utf8").match(/^(?:DEVICEIO-\d+|DEVICE-5)-\d+-\d+(?=\t)/gm) ?? [];
    expect(Object.keys(cases).map((name) => name.split(" ")[0])).toEqual(expect.arrayContaining(ids));
    expect(ids.length).toBeGreaterThan(30);
  });
});
