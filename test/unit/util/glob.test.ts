import { describe, expect, it } from "vitest";
import { fitsGlob } from "#util/glob";

describe("a glob", () => {
  it.each([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a/b c", true],
    ["cam/*", "cam/1/main", true],
    ["cam/*", "cam", false],
    ["*.mp4", "a.mp4", true],
    ["*.mp4", "a.mp4.txt", false],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXbYbZ", false],
    ["a?c", "abc", false],
    ["a.c", "abc", false],
    ["**", "x", true],
    ["A", "a", false],
  ])("%j and %j: %s", (pattern, text, fits) => {
    expect(fitsGlob(pattern, text)).toBe(fits);
  });

  it("takes no long time for what is made to take long", () => {
    expect(fitsGlob("*a".repeat(100), `${"a".repeat(20_000)}b`)).toBe(false);
  });
});
