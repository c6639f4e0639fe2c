import { createDevice, type Device } from "#device/device";
import type { NetworkInterface } from "#device/network-interfaces";
import type { Change } from "#device/change";
import type { AudioEncoderSetup, DeviceSetup, ProfileSetup, VideoEncoderSetup } from "#device/setup";

/** An instant with round numbers: 2026-01-15 12:00:00 UTC. */
export const noon = Date.UTC(2026, 0, 15, 12);

export const aVideoEncoder = (over: Partial<VideoEncoderSetup> = {}): VideoEncoderSetup => ({
  resolution: { width: 1280, height: 720 },
  quality: 4,
  frameRateLimit: 25,
  encodingInterval: 1,
  bitrateLimitKbps: 2048,
  encoding: "H264",
  govLength: 25,
  encodingProfile: "Main",
  sessionTimeoutMs: 10_000,
  ...over,
});

export const anAudioEncoder = (over: Partial<AudioEncoderSetup> = {}): AudioEncoderSetup => ({
  encoding: "G711",
  bitrateKbps: 64,
  sampleRateKhz: 8,
  sessionTimeoutMs: 10_000,
  ...over,
});

/** Video of 1280x720 with sound and the default clip. */
export const aProfile = (over: Partial<ProfileSetup> = {}): ProfileSetup => ({
  video: { source: { width: 1280, height: 720 }, encoder: aVideoEncoder() },
  audio: { encoder: anAudioEncoder() },
  stream: { uri: undefined, appendParameters: false },
  ...over,
});

/** A second stream of the same source, 640x480. */
export const aSubProfile = (over: Partial<ProfileSetup> = {}): ProfileSetup =>
  aProfile({
    video: {
      source: { width: 1280, height: 720 },
      encoder: aVideoEncoder({ resolution: { width: 640, height: 480 }, bitrateLimitKbps: 512 }),
    },
    stream: { uri: "sub.mp4", appendParameters: false },
    ...over,
  });

export const aDeviceSetup = (over: Partial<DeviceSetup> = {}): DeviceSetup => ({
  identity: {
    manufacturer: "Example",
    model: "Virtual Camera",
    firmwareVersion: "2.4",
    serialNumber: "123456",
    hardwareId: "1.0",
  },
  clock: {},
  hostname: { name: "camera" },
  network: {
    interfaces: [
      {
        token: "eth0",
        enabled: true,
        name: "eth0",
        macAddress: "02:00:00:00:00:01",
        mtu: 1500,
        ipv4: {
          enabled: true,
          dhcp: true,
          fromDhcp: { address: "192.0.2.10", prefixLength: 24 },
          manual: [],
        },
      },
    ],
    protocols: [
      { name: "HTTP", enabled: true, ports: [8000] },
      { name: "HTTPS", enabled: true, ports: [8443] },
      { name: "RTSP", enabled: true, ports: [8554] },
    ],
    dns: {
      fromDhcp: true,
      searchDomains: [],
      manual: [],
      fromDhcpServers: [{ family: "ipv4", address: "192.0.2.53" }],
    },
    ntp: { fromDhcp: false, manual: [] },
    defaultGateway: { ipv4: ["192.0.2.1"], ipv6: [] },
  },
  scopes: [
    { uri: "onvif://www.onvif.org/location/country/china" },
    { uri: "onvif://www.onvif.org/name/IP-Camera" },
    { uri: "onvif://www.onvif.org/hardware/HI3518C" },
  ],
  users: [{ username: "admin", password: "admin", level: "Administrator" }],
  media: { profiles: [aProfile(), aSubProfile()] },
  ...over,
});

/** Two relays, two digital inputs, a serial port and a loudspeaker. */
export const withIo: Pick<DeviceSetup, "io" | "speaker"> = {
  io: { relayOutputs: 2, digitalInputs: 2, serialPorts: 1 },
  speaker: [{ encodingName: "PCMU", clockRate: 8000, channels: 1 }],
};

/** A second, wireless interface without addresses of its own, with one access point that takes a key, of the SSID "a". */
export const withWireless = (): Pick<DeviceSetup, "network"> => {
  const { network } = aDeviceSetup();
  const wlan0: NetworkInterface = {
    token: "wlan0",
    enabled: true,
    name: "wlan0",
    macAddress: "02:00:00:00:00:03",
    ipv4: { enabled: true, dhcp: true, manual: [] },
    isMadeUp: true,
    wireless: {
      accessPoints: [{ ssid: "61", bssid: "02:00:00:00:00:aa", signal: "Good", security: ["PSK"], ciphers: ["CCMP"] }],
      configurations: [],
    },
  };
  return { network: { ...network, interfaces: [...network.interfaces, wlan0] } };
};

/** A camera and the changes it has told. `at.ms` is the host's wall time. */
export const aDevice = (
  over: Partial<DeviceSetup> = {},
): { readonly device: Device; readonly changes: Change[]; readonly at: { ms: number } } => {
  const at = { ms: noon };
  const device = createDevice(aDeviceSetup(over), () => at.ms);
  const changes: Change[] = [];
  device.changes.subscribe((change) => changes.push(change));
  return { device, changes, at };
};

/** The code of the refusal that `call` ends in; undefined if it is accepted. */
export const codeOf = (call: () => unknown): string | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
};
