import type { MediaKind } from "#codec/format";
import type { RtspConfig } from "#config/rtsp-cfg";
import type { Device } from "#device/device";
import { isConfigured } from "#device/media/settings";
import { localStreamName } from "#device/media/stream-reference";
import type { Stream } from "#device/media/streams";
import type { MulticastConfiguration } from "#device/media/types";
import { groupsOf, type MulticastGroups, type MulticastTarget, withStated } from "#rtsp/multicast-groups";
import { fitsGlob } from "#util/glob";
import type { Closable } from "#util/scope";

/** Groups of those streams that are a camera's own. */
export interface CameraGroups {
  targetOf(stream: string, kind: MediaKind): MulticastTarget | undefined;
}

/** Groups of a camera where no ONVIF client has set others: those of the first `<path>` that fits, or its own. */
export const defaultGroups = (serialNumber: string, { paths }: Pick<RtspConfig, "paths">): MulticastGroups =>
  withStated(groupsOf(`camera:${serialNumber}`), (stream) => {
    const rule = paths.find(({ name }) => fitsGlob(name, stream));
    return (
      rule && {
        ttl: rule.multicastTtl,
        ...(rule.multicastAddress !== "" && { address: rule.multicastAddress }),
        ...(rule.multicastPort > 0 && { port: rule.multicastPort }),
      }
    );
  });

export const multicastOf = ({ address, port, ttl }: MulticastTarget): MulticastConfiguration => ({
  address: { family: address.includes(":") ? "ipv6" : "ipv4", address },
  port,
  ttl,
});

/**
 * The group in the encoder's configuration of the profile that plays the stream: one that StartMulticastStreaming names,
 * else the first. Where none is set there (Media §5.5: port 0 or the unspecified address), the default; likewise for a
 * stream that StartMulticastStreaming does not name and that shares its configuration with another one, which has the
 * group already: players mix up what comes to one group.
 */
export function cameraGroups(device: Device, rtsp: Pick<RtspConfig, "paths">): CameraGroups {
  const defaults = defaultGroups(device.identity.serialNumber, rtsp);
  return {
    targetOf: (stream, kind) => {
      const all = streamsOf(device).toSorted(
        (a, b) => Number(b.profile.multicastStreaming) - Number(a.profile.multicastStreaming),
      );
      const playing = all.filter((one) => localStreamName(one.reference) === stream);
      if (playing.length === 0) return undefined;
      const isStanding = playing.some(({ profile }) => profile.multicastStreaming);
      const [set] = playing.flatMap((one) => configurationOf(one, kind) ?? []);
      // RTCP needs the next port too.
      if (!set || !isConfigured(set) || set.port > 65_534) return defaults.targetOf(stream, kind);
      const first = all.find((one) => isSameGroup(configurationOf(one, kind), set));
      if (!isStanding && first && localStreamName(first.reference) !== stream) return defaults.targetOf(stream, kind);
      return { address: set.address.address, port: set.port, ttl: set.ttl };
    },
  };
}

/** A stream that is to be sent whether anybody asks for it by RTSP or not. */
export interface StandingStream {
  readonly stream: string;
  /** As in the stream's address: the profile. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly kinds: readonly MediaKind[];
}

/**
 * Sends the streams of those profiles for which StartMulticastStreaming is in force (Media §5.17.1), at once and as that
 * changes, until the result is closed.
 */
export function keepBroadcasts(device: Device, broadcast: (stream: StandingStream) => Closable): Closable {
  const running = new Map<string, Closable>();
  let ending: Promise<unknown> = Promise.resolve();
  const stop = (key: string, one: Closable): void => {
    running.delete(key);
    ending = Promise.allSettled([ending, one.close()]);
  };
  const update = (): void => {
    const wanted = new Map<string, StandingStream>();
    for (const stream of streamsOf(device)) {
      const name = localStreamName(stream.reference);
      if (!stream.profile.multicastStreaming || name === undefined) continue;
      const kinds = (["video", "audio", "metadata"] as const).filter((kind) => configurationOf(stream, kind));
      const { token } = stream.profile;
      const parameters = new Map([["profile", token]]);
      wanted.set(JSON.stringify([token, name, kinds]), { stream: name, parameters, kinds });
    }
    for (const [key, one] of running) if (!wanted.has(key)) stop(key, one);
    for (const [key, stream] of wanted) if (!running.has(key)) running.set(key, broadcast(stream));
  };
  update();
  const unsubscribe = device.changes.subscribe(({ slice }) => {
    if (slice === "profiles" || slice === "device") update();
  });
  return {
    close: async () => {
      unsubscribe();
      for (const [key, one] of running) stop(key, one);
      await ending;
    },
  };
}

const isSameGroup = (one: MulticastConfiguration | undefined, other: MulticastConfiguration): boolean =>
  one?.address.address === other.address.address && one.port === other.port;

const streamsOf = ({ media }: Device): readonly Stream[] =>
  media.profiles.list().flatMap((profile) => media.streams.streamOf(profile) ?? []);

const configurationOf = ({ video, audio, metadata }: Stream, kind: MediaKind): MulticastConfiguration | undefined =>
  ({ video: video?.encoder, audio, metadata })[kind]?.multicast;
