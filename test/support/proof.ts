import { readFileSync } from "node:fs";

/** A test that shows something: its file under test/, and the words with which its name begins, or which stand in it. */
export type Proof = readonly [file: string, name: string];

const text = (file: string): string => {
  try {
    return readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  } catch {
    return "";
  }
};

/** Those that are not there (any more). Names in `describe`, `it` and `test` count, and those of rows in a table. */
export const missingProofs = (proofs: readonly Proof[]): string[] =>
  proofs.flatMap(([file, name]) =>
    ['"', "`"].some((quote) => text(file).includes(`${quote}${name}`)) ? [] : [`${file}: ${name}`],
  );
