// Sums up runs of vitest: tally.mjs FOLDER NAME… reads FOLDER/NAME.json of each, and FOLDER/skipped, to which the tests
// write why they are skipped. The last line is "N passed, N failed, N skipped".
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [, , folder = "", ...runs] = process.argv;
const count = { passed: 0, failed: 0, skipped: 0 };
const notRun = [];

for (const run of runs) {
  const file = join(folder, `${run}.json`);
  if (!existsSync(file)) {
    count.failed++;
    console.log(`the run "${run}" left no result`);
    continue;
  }
  for (const suite of JSON.parse(readFileSync(file, "utf8")).testResults) {
    const name = suite.name.replace(/^.*\/(?=test\/)/, "");
    // A file that cannot even be loaded has no tests that could fail.
    if (suite.status === "failed" && suite.assertionResults.length === 0) {
      count.failed++;
      console.log(`failed: ${name}: ${String(suite.message).split("\n")[0]}`);
    }
    for (const { status, fullName } of suite.assertionResults) {
      if (status === "passed" || status === "failed") count[status]++;
      else {
        count.skipped++;
        notRun.push(`${name}: ${fullName}`);
      }
      if (status === "failed") console.log(`failed: ${name}: ${fullName}`);
    }
  }
}

const reasons = existsSync(join(folder, "skipped")) ? readFileSync(join(folder, "skipped"), "utf8") : "";
const list = (title, lines) => {
  if (lines.length > 0) console.log(`${title}\n  ${lines.join("\n  ")}`);
};
list("skipped:", notRun);
list("because of:", [...new Set(reasons.split("\n").filter(Boolean))]);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
