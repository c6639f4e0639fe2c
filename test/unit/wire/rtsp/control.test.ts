import { describe, expect, test } from "vitest";
import { presentationUrl, trackUrls, type ControlBase } from "#wire/rtsp/control";

const asked = (requested: string, more: Partial<ControlBase> = {}): ControlBase => ({ requested, ...more });
const c = "rtsp://c";

describe("the control URL of a track", () => {
  test.each<[string, ControlBase, string | undefined, readonly string[]]>([
    ["behind the URL", asked(`${c}/live`), "trackID=0", [`${c}/live/trackID=0`, `${c}/trackID=0`]],
    ["behind a base with slash", asked(`${c}/live`, { contentBase: `${c}/live/` }), "track1", [`${c}/live/track1`]],
    ["behind another base", asked(`${c}/live`, { contentBase: `${c}/inner/` }), "t", [`${c}/inner/t`]],
    [
      "behind the query of a camera (Dahua)",
      asked(`${c}/cam?channel=1&subtype=0`, { contentBase: `${c}/cam?channel=1&subtype=0/` }),
      "trackID=0",
      [`${c}/cam?channel=1&subtype=0/trackID=0`, `${c}/cam/trackID=0?channel=1&subtype=0`, `${c}/trackID=0`],
    ],
    ["absolute", asked(`${c}/live`), `${c}/live/trackID=0?a=b`, [`${c}/live/trackID=0?a=b`]],
    ["absolute at an inner address", asked(`${c}/live`), "RTSP://10.0.0.1/t", ["RTSP://10.0.0.1/t"]],
    ["absolute with a login", asked(`${c}/live`), "rtsp://u:p@c/t", ["rtsp://c/t"]],
    [
      "a path that repeats the base",
      asked(`${c}/live/a`),
      "/live/a/track1",
      [`${c}/live/a/track1`, `${c}/live/a/live/a/track1`],
    ],
    ["a path", asked(`${c}/live`), "/track1", [`${c}/live/track1`, `${c}/track1`]],
    ["a query", asked(`${c}/live`), "?ctype=video", [`${c}/live?ctype=video`]],
    [
      "of the session's control",
      asked(`${c}/live`, { sessionControl: `${c}/all/` }),
      "t",
      [`${c}/all/t`, `${c}/live/t`, `${c}/t`],
    ],
    ["that is a star", asked(`${c}/live`), "*", [`${c}/live`]],
    ["that is missing", asked(`${c}/live`, { contentBase: `${c}/live/` }), undefined, [`${c}/live/`]],
  ])("is found %s", (_name, from, control, expected) => {
    expect(trackUrls(from, control)).toEqual(expected);
  });
});

describe("the URL of a presentation", () => {
  test.each<[string, ControlBase, string]>([
    ["what was asked for", asked(`${c}/live`), `${c}/live`],
    ["what was asked for, with a star", asked(`${c}/live`, { sessionControl: "*" }), `${c}/live`],
    ["the base", asked(`${c}/live`, { contentBase: ` ${c}/live/ `, contentLocation: `${c}/x` }), `${c}/live/`],
    ["the location", asked(`${c}/live`, { contentLocation: `${c}/x` }), `${c}/x`],
    ["a path as base", asked(`${c}:8554/live`, { contentBase: "/x/" }), `${c}:8554/x/`],
    ["what was asked for, with a base that is none", asked(`${c}/live`, { contentBase: "live" }), `${c}/live`],
    ["the session's control", asked(`${c}/live`, { contentBase: `${c}/x`, sessionControl: `${c}/all` }), `${c}/all`],
    ["a relative control", asked(`${c}/live`, { sessionControl: "all" }), `${c}/live/all`],
    ["without a login", asked(`${c}/live`, { contentBase: "rtsp://u:p@c/live/" }), `${c}/live/`],
  ])("is %s", (_name, from, expected) => {
    expect(presentationUrl(from)).toBe(expected);
  });
});
