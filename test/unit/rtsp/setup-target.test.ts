import { describe, expect, it } from "vitest";
import { setupTargets, type Described } from "#rtsp/server/setup-target";
import { formatRtspUrl, parseRtspUrl } from "#wire/rtsp/url";

const described = (base: string): Described => ({ base: parseRtspUrl(base), tracks: 2 });

describe("what a SETUP may mean", () => {
  it.each<[string, string, string | undefined, [string, number | undefined][]]>([
    ["exactly a control that was handed out", "rtsp://h/a/trackID=1?q", "rtsp://h/a?q", [["rtsp://h/a?q", 1]]],
    [
      "a track that was not handed out",
      "rtsp://h/a/trackID=2",
      "rtsp://h/a",
      [
        ["rtsp://h/a", 2],
        ["rtsp://h/a/trackID=2", undefined],
      ],
    ],
    [
      "the described stream with its query lost, which is kept",
      "rtsp://h/a/trackID=0",
      "rtsp://h/a?q",
      [
        ["rtsp://h/a?q", 0],
        ["rtsp://h/a/trackID=0", undefined],
      ],
    ],
    [
      "a bare track: of the root, or of the described stream",
      "rtsp://h/trackID=0",
      "rtsp://h/a?q",
      [
        ["rtsp://h/", 0],
        ["rtsp://h/a?q", 0],
        ["rtsp://h/trackID=0", undefined],
      ],
    ],
    [
      "another stream than the described one",
      "rtsp://h/b/trackID=0",
      "rtsp://h/a",
      [
        ["rtsp://h/b", 0],
        ["rtsp://h/b/trackID=0", undefined],
      ],
    ],
    [
      "without any DESCRIBE",
      "rtsp://h/a?q/trackID=0",
      undefined,
      [
        ["rtsp://h/a?q", 0],
        ["rtsp://h/a?q/trackID=0", undefined],
      ],
    ],
  ])("%s", (_name, target, base, expected) => {
    const targets = setupTargets(target, base === undefined ? undefined : described(base));
    expect(
      targets.map(({ base: { ...url }, track }) => [
        formatRtspUrl(url),
        track && "index" in track ? track.index : undefined,
      ]),
    ).toEqual(expected);
  });
});
