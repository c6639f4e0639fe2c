import { type AliasPattern, readAliasPattern, type CameraStream } from "#config/alias-pattern";
import type { RtspConfig } from "#config/rtsp-cfg";
import type { Device } from "#device/device";
import { DEFAULT_CLIP } from "#device/media/stream-reference";
import type { Stream } from "#device/media/streams";
import type { StreamDirectory } from "#rtsp/server/directory";
import { CAMERA_ADDRESSES } from "./camera-addresses.js";

interface Alias {
  readonly pattern: AliasPattern;
  /** Empty for the camera's own stream. */
  readonly target: string;
}

/** Finds what the aliases of rtsp.cfg, and after them the addresses of other cameras, stand for. */
export function streamAliases(
  { aliases, cameraAddresses }: Pick<RtspConfig, "aliases" | "cameraAddresses">,
  device: () => Device | undefined,
): NonNullable<StreamDirectory["alias"]> {
  const known = [
    ...aliases,
    ...(cameraAddresses ? CAMERA_ADDRESSES : []).flatMap(([, ...patterns]) =>
      patterns.map((pattern) => ({ pattern, target: "" })),
    ),
  ].flatMap(({ pattern, target }): Alias[] => {
    const read = readAliasPattern(pattern);
    return read ? [{ pattern: read, target }] : [];
  });
  return ({ name, parameters }) => {
    for (const { pattern, target } of known) {
      const place = pattern.match(name, parameters);
      if (!place) continue;
      if (target !== "") return filled(target, place);
      const camera = device();
      return camera && streamNameOf(camera, place);
    }
    return undefined;
  };
}

const filled = (target: string, { channel, stream }: CameraStream): string =>
  target.replaceAll("{channel}", String(channel)).replaceAll("{stream}", String(stream));

/** The name or address of a camera's stream; undefined when it has none of these numbers. */
function streamNameOf(device: Device, { channel, stream }: CameraStream): string | undefined {
  const found = channelsOf(device)[channel - 1]?.[stream - 1];
  return found && (found.reference.uri || DEFAULT_CLIP);
}

/**
 * The video streams in the order of the profiles, by channel: one whose picture is smaller than that of the channel's
 * first is another stream of that channel, any other one begins the next channel.
 */
function channelsOf({ media }: Device): readonly (readonly Stream[])[] {
  const channels: { readonly first: number; readonly streams: Stream[] }[] = [];
  for (const profile of media.profiles.list()) {
    const stream = media.streams.streamOf(profile);
    if (!stream?.video) continue;
    const { width, height } = stream.video.encoder.resolution;
    const current = channels.at(-1);
    if (current && width * height < current.first) current.streams.push(stream);
    else channels.push({ first: width * height, streams: [stream] });
  }
  return channels.map(({ streams }) => streams);
}
