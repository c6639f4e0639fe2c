import { describe, expect, it } from "vitest";
import { isJpeg, pictureRequest, type KeyFrame } from "#ffmpeg/picture";
import { CodedError } from "#util/errors";
import { recordedKeyFrame } from "../../support/key-frames.js";

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "no error";
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error);
  }
};

const frame = recordedKeyFrame("h264-high");
const with_ = (change: Partial<KeyFrame["format"]>): KeyFrame => ({ ...frame, format: { ...frame.format, ...change } });

describe("a picture request", () => {
  it("is the parameter sets and the payload as a byte stream with start codes", () => {
    const small = {
      ...with_({ parameterSets: [Uint8Array.of(0x67, 1), Uint8Array.of(0x68, 2)] }),
      payload: [Uint8Array.of(0x65, 3)],
    };
    const { data, ...rest } = pictureRequest(small);
    expect(Buffer.from(data).toString("hex")).toBe("000000016701000000016802000000016503");
    expect(rest).toEqual({ codec: "h264", width: undefined, height: undefined });
  });

  it("is made of H.265 too, and of names in lower case", () => {
    expect(pictureRequest(recordedKeyFrame("h265-main")).codec).toBe("hevc");
    expect(pictureRequest(with_({ encodingName: "h264" })).codec).toBe("h264");
  });

  it.each<[string, string, KeyFrame]>([
    ["another codec", "picture-format", with_({ encodingName: "JPEG" })],
    ["a name that every object has", "picture-format", with_({ encodingName: "constructor" })],
    ["no payload", "picture-size", { ...frame, payload: [] }],
    ["too much payload", "picture-size", { ...frame, payload: [Buffer.alloc(17 * 1024 * 1024)] }],
    ["too small a width", "picture-size", { ...frame, width: 15 }],
    ["too large a height", "picture-size", { ...frame, height: 8193 }],
    ["half a pixel", "picture-size", { ...frame, width: 100.5 }],
    ["no number", "picture-size", { ...frame, height: Number.NaN }],
  ])("is refused for %s with %s", (_what, code, wrong) => {
    expect(codeOf(() => pictureRequest(wrong))).toBe(code);
  });
});

it.each([
  ["ffd8ff00ffd9", true],
  ["ffd8ff00ff", false],
  ["89504e470d0a", false],
  ["", false],
])("tells whether %s is a whole JPEG image: %s", (hex, expected) => {
  expect(isJpeg(Buffer.from(hex, "hex"))).toBe(expected);
});
