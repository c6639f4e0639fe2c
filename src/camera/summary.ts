import type { Device } from "#device/device";
import { localStreamName } from "#device/media/stream-reference";

/** What a person needs to use a camera. */
export interface CameraSummary {
  readonly name: string;
  /** Addresses of the device service. */
  readonly services: readonly string[];
  readonly streams: readonly { readonly profile: string; readonly address: string }[];
  readonly users: readonly string[];
  readonly needsLogin: boolean;
}

/** Tells of a camera that is reached at `host`, which stands in URLs as it is. */
export function summaryOf(device: Device, host: string, needsLogin: boolean): CameraSummary {
  const { manufacturer, model, serialNumber } = device.identity;
  const portOf = (name: string): number | undefined => {
    const protocol = device.network.protocols.find((one) => one.name === name);
    return protocol?.enabled ? protocol.ports[0] : undefined;
  };
  const service = (scheme: "http" | "https"): string[] => {
    const port = portOf(scheme.toUpperCase());
    return port === undefined ? [] : [`${scheme}://${host}:${port}/onvif/device_service`];
  };
  return {
    name: `${manufacturer} ${model} (${serialNumber})`,
    services: [...service("http"), ...service("https")],
    streams: device.media.profiles.list().flatMap((profile) => {
      const stream = device.media.streams.streamOf(profile);
      if (!stream) return [];
      const name = localStreamName(stream.reference);
      const here = `rtsp://${host}:${portOf("RTSP") ?? 554}/${name ?? ""}`;
      return [{ profile: profile.name, address: name === undefined ? (stream.reference.uri ?? "") : here }];
    }),
    users: device.users.list().map(({ username, level }) => `${username} (${level})`),
    needsLogin,
  };
}
