import type { Device } from "#device/device";

/** What somebody needs who is to find out what is wrong with a camera. Holds no secrets. */
export function supportInformation(device: Device, upMs: number, systemLog: string): string {
  const { identity, clock, network, users, media, geoLocations, storage } = device;
  const lines: readonly (readonly [name: string, value: unknown])[] = [
    ["Manufacturer", identity.manufacturer],
    ["Model", identity.model],
    ["Firmware", identity.firmwareVersion],
    ["Serial number", identity.serialNumber],
    ["Hardware", identity.hardwareId],
    ["MAC address", identity.macAddress],
    ["Endpoint", identity.endpointAddress],
    ["Time of the camera", new Date(clock.now()).toISOString()],
    ["Time follows", clock.dateTimeType],
    ["Up since a restart, seconds", Math.floor(upMs / 1000)],
    ...network.protocols.map(({ name, enabled, ports }) => [name, enabled ? ports.join(" ") : "off"] as const),
    ["Interfaces", network.interfaces.length],
    ["Users", users.list().length],
    [
      "Profiles",
      media
        .snapshot()
        .profiles.map(({ token }) => token)
        .join(" "),
    ],
    ["Places", geoLocations.list().length],
    ["Storage configurations", storage.list().length],
  ];
  const head = lines.map(([name, value]) => `${name}: ${String(value)}\n`).join("");
  return `${head}\nLast lines of the log:\n${systemLog.split("\n").slice(-101).join("\n")}`;
}
