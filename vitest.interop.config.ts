import { defineConfig } from "vitest/config";

/** Meets real programs and native code: one process for each file, one file after the other, patient. */
export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: {
    include: ["test/interop/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    pool: "forks",
    isolate: true,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});
