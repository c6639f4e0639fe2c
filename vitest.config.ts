import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";

export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/interop/**"],
    globalSetup: ["test/support/oracle-setup.ts"],
    pool: "threads",
    // Only for what hangs: the machine may be busy with other work.
    testTimeout: 60_000,
    isolate: false,
    // Not one less than there are processors: most machines that test this have two.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
  },
});
