import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAliasPattern } from "#config/alias-pattern";

const matchOf = (pattern: string, path: string, query = ""): string | undefined => {
  const parameters = new Map(new URLSearchParams(query));
  const found = readAliasPattern(pattern)?.match(path, parameters);
  return found && `${found.channel}/${found.stream}`;
};

describe("a pattern of addresses", () => {
  it.each<[pattern: string, path: string, query: string, place: string | undefined]>([
    ["cam/realmonitor?channel={channel}&subtype={stream0}", "cam/realmonitor", "channel=2&subtype=1", "2/2"],
    [
      "cam/realmonitor?channel={channel}&subtype={stream0}",
      "cam/realmonitor",
      "subtype=0&channel=1&unicast=true",
      "1/1",
    ],
    ["cam/realmonitor?channel={channel}&subtype={stream0}", "Cam/RealMonitor", "Channel=1&SUBTYPE=0", "1/1"],
    ["cam/realmonitor?channel={channel}&subtype={stream0}", "cam/realmonitor", "channel=1", undefined],
    ["Streaming/Channels/{channel}{stream}", "Streaming/Channels/101", "", "1/1"],
    ["Streaming/Channels/{channel}{stream}", "Streaming/Channels/1602", "", "16/2"],
    ["Streaming/Channels/{channel}{stream}", "Streaming/Channels/1", "", undefined],
    ["*Preview_{channel}_{stream=main|sub}", "h264Preview_01_sub", "", "1/2"],
    ["live{stream=|2|3}.sdp", "live.sdp", "", "1/1"],
    ["live{stream=|2|3}.sdp", "live3.sdp", "", "1/3"],
    ["live{stream=|2|3}.sdp", "live4.sdp", "", undefined],
    ["live/ch{channel0}_{stream0}", "live/ch00_1", "", "1/2"],
    ["/a", "a", "", "1/1"],
    ["a.b", "axb", "", undefined],
    ["a*", "a/b", "", undefined],
    ["a(b)[c]", "a(b)[c]", "", "1/1"],
    ["?inst={stream}", "", "inst=2", "1/2"],
    ["a?b=*", "a", "b=anything", "1/1"],
  ])("%s and %s?%s: %s", (pattern, path, query, place) => {
    expect(matchOf(pattern, path, query)).toBe(place);
  });

  it.each([
    ["nothing", ""],
    ["an unknown word", "a{b}"],
    ["an open brace", "a{channel"],
    ["a parameter without a name", "a?b"],
    ["more than three stars", "*a*b*c*"],
  ])("is not one: %s", (_name, pattern) => {
    expect(readAliasPattern(pattern)).toBeUndefined();
  });

  it("fits no address that is made to take long, and is quick about it", () => {
    const pattern = readAliasPattern("*a*a*a");
    expect(pattern?.match("a".repeat(4000), new Map())).toBeUndefined();
    expect(pattern?.match(`${"a".repeat(255)}b`, new Map())).toBeUndefined();
  });

  it("reads and tries any text without failing", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, path) => {
        const place = readAliasPattern(pattern)?.match(path, new Map());
        expect(place === undefined || (place.channel >= 0 && place.stream >= 0)).toBe(true);
      }),
    );
  });
});
