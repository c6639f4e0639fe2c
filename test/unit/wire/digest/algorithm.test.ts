import { describe, expect, it } from "vitest";
import { HashComparison } from "#wire/digest/algorithm";

describe("the comparison of hashes", () => {
  const hashed = "0123456789abcdef0123456789abcdef";

  it.each([
    ["the same", hashed, true],
    ["another at its end", `${hashed.slice(0, -1)}e`, false],
    ["another at its beginning", `1${hashed.slice(1)}`, false],
    ["in another case", hashed.toUpperCase(), false],
    ["shorter", hashed.slice(1), false],
    ["longer", `${hashed}0`, false],
    ["empty", "", false],
    ["of characters that have the same low bytes", hashed.replace("a", "\u0161"), false],
    ["of as many characters, one outside of Unicode's first plane", `${hashed.slice(2)}\u{10061}`, false],
  ])("tells whether what is claimed is it: %s", (_, claimed, isSame) => {
    expect(new HashComparison().isSame(hashed, claimed)).toBe(isSame);
  });

  it("remembers nothing of the hashes before, whatever their lengths", () => {
    const comparison = new HashComparison();
    const results = ["ab", "abcd", "ab", "", "abcdefgh"].flatMap((text) => [
      comparison.isSame(text, text),
      comparison.isSame(text, `${text.slice(0, -1)}z`),
    ]);
    expect(results).toEqual([true, false, true, false, true, false, true, false, true, false]);
  });
});
