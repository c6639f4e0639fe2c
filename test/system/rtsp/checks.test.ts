import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const here = new URL(".", import.meta.url);

it("every one of the fifty black-box checks has a test that begins with its number", () => {
  const found = new Set<number>();
  for (const name of readdirSync(here).filter((one) => one.endsWith(".test.ts")))
    for (const [, number] of readFileSync(new URL(name, here), "utf8").matchAll(/["`]check (\d+): /g))
      found.add(Number(number));
  expect([...found].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});
