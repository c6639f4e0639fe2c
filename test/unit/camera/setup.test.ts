import { describe, expect, it } from "vitest";
import { deviceSetup, type SetupFacts, uniqueNumbers } from "#camera/setup";
import { type OnvifConfig, onvifCfg } from "#config/onvif-cfg";
import { rtspCfg } from "#config/rtsp-cfg";
import { defaultsOf } from "#config/schema";
import { createDevice } from "#device/device";
import { macAddressOf } from "#device/identity";
import type { DeviceSetup, VideoEncoderSetup } from "#device/setup";

const HOST_MAC = "aa:bb:cc:00:00:01";

const facts: SetupFacts = {
  network: {
    interfaces: [],
    dns: { fromDhcp: false, searchDomains: [], manual: [] },
    ntp: { fromDhcp: false, manual: [] },
    defaultGateway: { ipv4: [], ipv6: [] },
  },
  ports: { http: 8000, https: 8443, rtsp: 8554 },
  hostMac: HOST_MAC,
  endpointUuid: undefined,
  timeZone: "UTC0",
};

const plain = defaultsOf(onvifCfg);
const rtsp = defaultsOf(rtspCfg);

interface Numbers {
  readonly mac?: string;
  readonly serial?: string;
}

const withNumbers = ({ mac = "", serial = "" }: Numbers): OnvifConfig => ({
  ...plain,
  mac,
  information: { ...plain.information, serialNumber: serial },
});

describe("what tells a camera from any other (client rule 33)", () => {
  it.each<readonly [string, Numbers, string, { macAddress: string; serialNumber: string }]>([
    [
      "is as configured",
      { mac: "02:12:34:56:78:9a", serial: "CAM-1" },
      HOST_MAC,
      { macAddress: "02:12:34:56:78:9a", serialNumber: "CAM-1" },
    ],
    [
      "follows from the serial number, whatever the computer",
      { serial: "CAM-1" },
      HOST_MAC,
      { macAddress: macAddressOf("CAM-1"), serialNumber: "CAM-1" },
    ],
    [
      "follows from the MAC address",
      { mac: "02:12:34:56:78:9a" },
      HOST_MAC,
      { macAddress: "02:12:34:56:78:9a", serialNumber: "02123456789A" },
    ],
    [
      "follows from the computer's MAC address where nothing is configured",
      {},
      HOST_MAC,
      { macAddress: macAddressOf(HOST_MAC), serialNumber: macAddressOf(HOST_MAC).replaceAll(":", "").toUpperCase() },
    ],
  ])("%s", (_name, numbers, hostMac, expected) => {
    expect(uniqueNumbers(withNumbers(numbers), hostMac)).toEqual(expected);
  });

  it("is never the computer's own MAC address, and another one on another computer", () => {
    const one = uniqueNumbers(plain, HOST_MAC);
    const other = uniqueNumbers(plain, "aa:bb:cc:00:00:02");
    expect(one.macAddress).not.toBe(HOST_MAC);
    expect(one.macAddress).not.toBe(other.macAddress);
    expect(one.serialNumber).not.toBe(other.serialNumber);
    expect(uniqueNumbers(plain, HOST_MAC)).toEqual(one);
  });

  it("makes an endpoint address of its own, the same each time (client rule 34)", () => {
    const endpoint = (config: OnvifConfig, more: Partial<SetupFacts> = {}): string =>
      createDevice(deviceSetup(config, rtsp, { ...facts, ...more }), () => 0).identity.endpointAddress;
    expect(endpoint(plain)).toBe(endpoint(plain));
    expect(endpoint(withNumbers({ serial: "a" }))).not.toBe(endpoint(withNumbers({ serial: "b" })));
    const kept = "11111111-2222-4333-8444-555555555555";
    expect(endpoint(plain, { endpointUuid: kept })).toBe(`urn:uuid:${kept}`);
  });
});

describe("the camera that the cfg files describe", () => {
  const setup = (onvif: Partial<OnvifConfig> = {}, more: Partial<SetupFacts> = {}): DeviceSetup =>
    deviceSetup({ ...plain, ...onvif }, rtsp, { ...facts, ...more });

  it("tells the ports that are listened on, and those of the files where nothing is", () => {
    const { protocols } = setup(
      { httpsEnable: false, httpPort: 0 },
      { ports: { http: 40_123, https: 0, rtsp: 8554 } },
    ).network;
    expect(protocols).toEqual([
      { name: "HTTP", enabled: true, ports: [40_123] },
      { name: "HTTPS", enabled: false, ports: [8443] },
      { name: "RTSP", enabled: true, ports: [8554] },
    ]);
  });

  it("has the configured host name, else one from the MAC address", () => {
    expect(setup({ hostname: "gate" }).hostname.name).toBe("gate");
    expect(setup({ mac: "02:12:34:56:78:9a" }).hostname.name).toBe("camera-56789a");
  });

  it("says that a zone without rules has no daylight saving time", () => {
    expect(setup({}, { timeZone: "UTC-1" }).clock).toEqual({ timeZone: "UTC-1", daylightSavings: false });
  });

  const base = {
    width: 640,
    height: 480,
    quality: 5,
    sessionTimeout: 20,
    framerate: 12.5,
    encodingInterval: 2,
    bitrateLimit: 777,
    h264: { govLength: 50, profile: "High" },
    h265: { govLength: 60, profile: "Main10" },
    mpeg4: { govLength: 70, profile: "ASP" },
  } as const;
  const withEncoder = (encoding: "H264" | "H265" | "MPEG4" | "JPEG"): VideoEncoderSetup | undefined =>
    setup({
      profiles: [
        {
          name: "",
          token: undefined,
          videoSource: { width: 1280, height: 720 },
          videoEncoder: { ...base, encoding },
          audioSource: undefined,
          audioEncoder: undefined,
          streamUri: { uri: "a.mp4", appendParams: true },
        } as unknown as OnvifConfig["profiles"][number],
      ],
    }).media.profiles[0]?.video?.encoder;

  it.each([
    ["H264", 50, "High"],
    ["H265", 60, "Main10"],
    ["MPEG4", 70, "ASP"],
    ["JPEG", undefined, undefined],
  ] as const)("takes the settings of %s for that encoding", (encoding, govLength, encodingProfile) => {
    expect(withEncoder(encoding)).toMatchObject({
      resolution: { width: 640, height: 480 },
      quality: 5,
      frameRateLimit: 12.5,
      encodingInterval: 2,
      bitrateLimitKbps: 777,
      sessionTimeoutMs: 20_000,
      encoding,
    });
    expect(withEncoder(encoding)?.govLength).toBe(govLength);
    expect(withEncoder(encoding)?.encodingProfile).toBe(encodingProfile);
  });
});

describe("the ways to the streams that clients are told", () => {
  const plainWays = ["rtsp-unicast", "rtsp", "rtsp-over-http"];
  it.each<[string, Partial<typeof rtsp>, Partial<OnvifConfig>, readonly string[], number | "HTTPS" | undefined]>([
    ["SRTP by the HTTPS port", {}, {}, [...plainWays, "rtsps-unicast"], "HTTPS"],
    ["by the port for it", { rtspsEnable: true, rtspsPort: 8322 }, {}, [...plainWays, "rtsps-unicast"], 8322],
    [
      "by multicast",
      { multicast: true },
      {},
      [...plainWays, "rtsp-multicast", "rtsps-unicast", "rtsps-multicast"],
      "HTTPS",
    ],
    ["none without TLS", {}, { httpsEnable: false }, plainWays, "HTTPS"],
    ["none without UDP", { rtpOverUdp: false }, {}, ["rtsp", "rtsp-over-http"], "HTTPS"],
    ["none when it is off", { srtp: "off" }, {}, plainWays, "HTTPS"],
    [
      "nothing else when it is required",
      { srtp: "require", multicast: true },
      {},
      ["rtsps-unicast", "rtsps-multicast"],
      "HTTPS",
    ],
  ])("have SRTP in them: %s", (_name, rtspChanges, onvifChanges, transports, port) => {
    const onvif = { ...plain, httpsEnable: true, ...onvifChanges };
    const { streams } = createDevice(deviceSetup(onvif, { ...rtsp, ...rtspChanges }, facts), () => 0).media;
    expect(streams.transports).toEqual(transports);
    expect(streams.rtspsPort).toBe(port);
  });
});
