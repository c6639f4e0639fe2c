import { describe, expect, it } from "vitest";
import { CAMERA_ADDRESSES } from "#camera/camera-addresses";
import { readAliasPattern } from "#config/alias-pattern";
import { DecodeError } from "#util/errors";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { decodeName, parseParameters, parseRtspUrl } from "#wire/rtsp/url";

const patterns = CAMERA_ADDRESSES.flatMap(([, ...written]) => written.flatMap((one) => readAliasPattern(one) ?? []));

describe("the addresses of other cameras", () => {
  it("are compared with 100,000 damaged ones, each within its bounds", () => {
    let found = 0;
    fuzz(
      [
        "/cam/realmonitor?channel=1&subtype=0",
        "/Streaming/Channels/1601",
        "/h264Preview_01_main",
        "/user=a_password=b_channel=1_stream=0.sdp?real_stream",
        `/user=${"_password=".repeat(20)}_channel=${"_stream=".repeat(5)}x`,
        "/axis-media/media.amp?camera=1&streamprofile=2",
      ],
      (bytes) =>
        refusesOnlyWith(DecodeError, () => {
          const url = parseRtspUrl(bytes.toString("latin1"));
          const [name, parameters] = [decodeName(url.path), parseParameters(url.query ?? "")];
          for (const pattern of patterns) {
            const place = pattern.match(name, parameters);
            if (!place) continue;
            found++;
            const { channel, stream } = place;
            if (!(channel >= 0 && channel <= 10_000 && stream >= 0 && stream <= 10_000))
              throw new Error(`channel ${channel}, stream ${stream}`);
          }
        }),
    );
    expect(patterns.length).toBeGreaterThan(30);
    expect(found).toBeGreaterThan(1000);
  });

  it("are read from 100,000 damaged patterns, or refused", () => {
    let read = 0;
    fuzz(
      CAMERA_ADDRESSES.flatMap(([, ...written]) => written),
      (bytes) => {
        const pattern = readAliasPattern(bytes.toString("latin1"));
        if (!pattern) return;
        read++;
        pattern.match("Streaming/Channels/101", new Map([["channel", "1"]]));
      },
    );
    expect(read).toBeGreaterThan(1000);
  });
});
