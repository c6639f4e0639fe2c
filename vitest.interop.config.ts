import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";

/** Meets real programs and native code, which mostly wait: several processes at a time, many tests in each, patient. */
export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: {
    include: ["test/interop/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    pool: "forks",
    isolate: true,
    maxWorkers: 4,
    maxConcurrency: 6,
    sequence: { sequencer: LongestFirst },
    // Only for what hangs: the machine may be busy with other work.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    reporters: ["verbose"],
  },
});
