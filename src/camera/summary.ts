import type { Device } from "#device/device";
import { localStreamName } from "#device/media/stream-reference";
import { type PublicAddress, serviceAddresses, toldAddress } from "./public-address.js";

/** What a person needs to use a camera. */
export interface CameraSummary {
  readonly name: string;
  /** Addresses of the device service. */
  readonly services: readonly string[];
  readonly streams: readonly { readonly profile: string; readonly address: string }[];
  readonly users: readonly string[];
  readonly needsLogin: boolean;
}

/** Tells of a camera that has the address `host`, which stands in URLs as it is. */
export function summaryOf(
  device: Device,
  host: string,
  config: PublicAddress & { readonly needAuth: boolean },
): CameraSummary {
  const { manufacturer, model, serialNumber } = device.identity;
  const rtsp = device.network.protocols.find(({ name }) => name === "RTSP")?.ports[0] ?? 554;
  const { hostname } = toldAddress(new URL(`http://${host}/`), config);
  return {
    name: `${manufacturer} ${model} (${serialNumber})`,
    services: serviceAddresses(device, host, config),
    streams: device.media.profiles.list().flatMap((profile) => {
      const stream = device.media.streams.streamOf(profile);
      if (!stream) return [];
      const name = localStreamName(stream.reference);
      const here = `rtsp://${hostname}:${rtsp}/${name ?? ""}`;
      return [{ profile: profile.name, address: name === undefined ? (stream.reference.uri ?? "") : here }];
    }),
    users: device.users.list().map(({ username, level }) => `${username} (${level})`),
    needsLogin: config.needAuth,
  };
}
