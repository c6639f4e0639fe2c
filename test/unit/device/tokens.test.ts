import { describe, expect, it } from "vitest";
import { isName, isToken, nextToken } from "#device/tokens";

describe("tokens", () => {
  it.each([
    ["profile_1", true],
    ["A-Za-z0.9-.", true],
    ["a".repeat(64), true],
    ["a".repeat(65), false],
    ["two words", false],
    ["tab\t", false],
    ["nul\0", false],
    ["", false],
  ])("%j: %s", (text, is) => expect(isToken(text)).toBe(is));

  it("are numbered above all that were taken", () => {
    expect(nextToken("profile", [])).toBe("profile_1");
    expect(nextToken("profile", ["profile_1", "profile_7", "profile_x", "profile_08", "other_9"])).toBe("profile_8");
  });
});

describe("names", () => {
  it.each([
    ["", true],
    ["Haupteingang, Süd", true],
    ["😀".repeat(64), true],
    ["a".repeat(65), false],
    ["line\nbreak", false],
  ])("%j: %s", (text, is) => expect(isName(text)).toBe(is));
});
