import { describe, expect, it } from "vitest";
import { canFulfil, fulfils, parseContentFilter } from "#events/content-filter";
import type { Item, SimpleItem } from "#events/notification";
import { DecodeError } from "#util/errors";

const prefixes = (prefix: string): string | undefined =>
  ({ tt: "http://www.onvif.org/ver10/schema", o: "http://www.onvif.org/ver10/schema", x: "urn:x" })[prefix];
const read = (text: string) => parseContentFilter(text, prefixes);

const items: readonly SimpleItem[] = [
  { name: "Source", value: "1" },
  { name: "State", value: "true" },
];
const has = (name: string, value?: string): string =>
  `boolean(//tt:SimpleItem[@Name="${name}"${value === undefined ? "" : ` and @Value="${value}"`}])`;

describe("a message content filter", () => {
  it.each<[string, string, boolean]>([
    ["an item of that name", has("Source"), true],
    ["an item of another name", has("Rule"), false],
    ["an item of that name and value", has("Source", "1"), true],
    ["name and value of two items", has("Source", "true"), false],
    ["a value in any item", 'boolean(//tt:SimpleItem[@Value="true"])', true],
    ["both of two conditions", `${has("Source", "1")} and ${has("State", "true")}`, true],
    ["both, of which one does not hold", `${has("Source", "2")} and ${has("State", "true")}`, false],
    ["one of two conditions", `${has("Source", "2")} or ${has("State", "true")}`, true],
    ["and before or", `${has("State")} or ${has("Rule")} and ${has("Rule")}`, true],
    ["parentheses before and", `(${has("State")} or ${has("Rule")}) and ${has("Rule")}`, false],
    ["not", `not(${has("Rule")})`, true],
    ["not, twice", `not(not(${has("Rule")}))`, false],
    ["or within the item", 'boolean(//tt:SimpleItem[@Name="Source" and (@Value="2" or @Value="1")])', true],
    ["not within the item", 'boolean(//tt:SimpleItem[@Name="Source" and not(@Value="1")])', false],
    ["single quotes", "boolean(//tt:SimpleItem[@Name='Source' and @Value='1'])", true],
    ["no prefix", 'boolean(//SimpleItem[@Name="Source"])', true],
    ["another prefix", 'boolean(//o:SimpleItem[@Name="Source"])', true],
    ["white space everywhere", ' boolean ( //tt:SimpleItem [ @Name = "Source" ] )\n', true],
    ["no white space where none is needed", 'boolean(//tt:SimpleItem[@Name="Source"and @Value="1"])', true],
    ["element items, which there are none of", 'boolean(//tt:ElementItem[@Name="Source"])', false],
    ["no element items", 'not(boolean(//tt:ElementItem[@Name="Source"]))', true],
    ["a literal with a keyword in it", 'boolean(//tt:SimpleItem[@Name="and or not ("])', false],
  ])("asks for %s", (_, text, expected) => {
    expect(fulfils(read(text), items)).toBe(expected);
  });

  it.each([
    ["nothing", ""],
    [
      "a parenthesis too many, as the test EVENT-3-1-17 sends it",
      'boolean((//tt:SimpleItem[@Name="x" and @Value="x"])',
    ],
    ["a word", "xyz"],
    ["no test of the item", "boolean(//tt:SimpleItem)"],
    ["an empty test", "boolean(//tt:SimpleItem[])"],
    ["another element", 'boolean(//tt:Item[@Name="x"])'],
    ["another attribute", 'boolean(//tt:SimpleItem[@Type="x"])'],
    ["a comparison that is not in the dialect", 'boolean(//tt:SimpleItem[@Value!="x"])'],
    ["a number", "boolean(//tt:SimpleItem[@Value=1])"],
    ["a literal that does not end", 'boolean(//tt:SimpleItem[@Value="x])'],
    ["a missing parenthesis", 'boolean(//tt:SimpleItem[@Value="x"]'],
    ["and without a second condition", `${has("a")} and`],
    ["two conditions side by side", `${has("a")} ${has("b")}`],
    ["not without parentheses", `not ${has("a")}`],
    ["a prefix that is not bound", 'boolean(//y:SimpleItem[@Name="x"])'],
    ["a prefix of another namespace", 'boolean(//x:SimpleItem[@Name="x"])'],
    ["a path that is not in the dialect", 'boolean(/tt:Message/tt:SimpleItem[@Name="x"])'],
    ["33 parentheses", `${"(".repeat(33)}${has("a")}${")".repeat(33)}`],
    ["more than 8192 characters", has("a".repeat(8192))],
  ])("is refused with %s", (_, text) => {
    expect(() => read(text)).toThrow(DecodeError);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "content-filter" }) as Error);
  });

  it("may be nested 32 deep", () => {
    expect(fulfils(read(`${"(".repeat(32)}${has("Source")}${")".repeat(32)}`), items)).toBe(true);
  });

  it.each<[string, string, boolean]>([
    ["a name that messages have", has("Source", "7"), true],
    ["a name that they do not have", has("xyz", "xyz"), false],
    ["a value alone", 'boolean(//tt:SimpleItem[@Value="x"])', true],
    ["the lack of a name that they have", `not(${has("Source")})`, false],
    ["another value under a name that they have", `not(${has("Source", "1")})`, true],
    ["the lack of a name that they do not have", `not(${has("xyz")})`, true],
    ["one of two names", `${has("xyz")} or ${has("State")}`, true],
    ["both of two names", `${has("xyz")} and ${has("State")}`, false],
    ["an element item of that name", 'boolean(//tt:ElementItem[@Name="Source"])', false],
    ["an element item that they have", 'boolean(//tt:ElementItem[@Name="Link"])', true],
    ["the value of an element item", 'boolean(//tt:ElementItem[@Value="x"])', false],
    ["a simple item of that name", 'boolean(//tt:SimpleItem[@Name="Link"])', false],
  ])("is told to be possible or not by names alone: %s", (_, text, expected) => {
    expect(
      canFulfil(
        read(text),
        items.map(({ name }) => name),
        ["Link"],
      ),
    ).toBe(expected);
  });
});

it.each([
  ["its name", 'boolean(//tt:ElementItem[@Name="Link"])', true],
  ["another name", 'boolean(//tt:ElementItem[@Name="Source"])', false],
  ["a value, which it does not have", 'boolean(//tt:ElementItem[@Name="Link" and @Value="Full"])', false],
  ["its name for a simple item", 'boolean(//tt:SimpleItem[@Name="Link"])', false],
])("an element item is found by %s: %s", (_, text, expected) => {
  const link: Item = { name: "Link", element: "tt:NetworkInterfaceConnectionSetting", members: { Duplex: "Full" } };
  expect(fulfils(read(text), [...items, link])).toBe(expected);
});
