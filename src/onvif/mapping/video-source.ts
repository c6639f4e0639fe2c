import type { Media } from "#device/media/media";
import type { VideoSource, VideoSourceConfiguration } from "#device/media/types";
import type { VideoSourceOptions, VideoSourceSetting } from "#device/media/video";
import type {
  VideoSource as WireSource,
  VideoSourceConfiguration as WireConfiguration,
  VideoSourceConfigurationOptions,
} from "../schema/tt/video-source.js";
import { entityToWire } from "./configuration-entity.js";
import { rangeToWire } from "./range.js";
import { demandOptions, refuseUnoffered } from "./unoffered.js";

export const videoSourceToWire = ({ token, frameRate, resolution: { width, height } }: VideoSource): WireSource => ({
  token,
  Framerate: frameRate,
  Resolution: { Width: width, Height: height },
});

export const videoSourceConfigurationToWire = (
  configuration: VideoSourceConfiguration,
  media: Media,
): WireConfiguration => ({
  ...entityToWire("video-source", configuration, media),
  SourceToken: configuration.sourceToken,
  Bounds: configuration.bounds,
});

/** The lens and the view mode are read-only and ignored. */
export function videoSourceSettingFromWire({
  token,
  Name,
  SourceToken,
  Bounds,
  Extension,
}: WireConfiguration): VideoSourceSetting {
  const { Mode, Mirror } = Extension?.Rotate ?? {};
  refuseUnoffered("rotation", (Mode !== undefined && Mode !== "OFF") || Mirror);
  return { token, name: Name, sourceToken: SourceToken, bounds: Bounds };
}

export const videoSourceOptionsToWire = ({
  boundsRange,
  sourceTokens,
  maximumProfiles,
}: VideoSourceOptions): VideoSourceConfigurationOptions => ({
  MaximumNumberOfProfiles: maximumProfiles,
  BoundsRange: {
    XRange: rangeToWire(boundsRange.x),
    YRange: rangeToWire(boundsRange.y),
    WidthRange: rangeToWire(boundsRange.width),
    HeightRange: rangeToWire(boundsRange.height),
  },
  VideoSourceTokensAvailable: demandOptions(sourceTokens, "video source"),
});
