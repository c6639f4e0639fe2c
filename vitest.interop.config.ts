import { defineConfig } from "vitest/config";

/** Meets real programs and native code, which mostly wait: several processes at a time, many tests in each, patient. */
export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: {
    include: ["test/interop/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    pool: "forks",
    isolate: true,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});
