import { expect, it } from "vitest";
import { withDistinctTypes } from "#media/distinct-types";

const typesOf = (types: readonly number[]): number[] =>
  withDistinctTypes({
    title: "a",
    tracks: types.map((payloadType) => ({
      format: { kind: "audio", encodingName: "X", payloadType, clockRate: 8000 },
      direction: "recvonly",
    })),
  }).tracks.map(({ format }) => format.payloadType);

it.each([
  [
    [96, 97],
    [96, 97],
  ],
  [
    [96, 96],
    [96, 97],
  ],
  [
    [96, 96, 97, 96],
    [96, 98, 97, 99],
  ],
  [
    [0, 0],
    [0, 0],
  ],
  [
    [127, 127],
    [127, 96],
  ],
])("tracks of the payload types %o have %o", (types, expected) => {
  expect(typesOf(types)).toEqual(expected);
});

it("more tracks than there are types keep theirs", () => {
  expect(typesOf(Array.from({ length: 40 }, () => 96)).at(-1)).toBe(96);
});
