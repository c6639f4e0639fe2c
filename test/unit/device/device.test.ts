import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Device, DeviceState } from "#device/device";
import type { ConfigurationKind, StreamTransport } from "#device/media/types";
import { Refusal } from "#util/errors";
import { aDevice, aProfile, aSubProfile, aVideoEncoder, codeOf, withIo } from "../../support/a-device.js";

const transports: readonly StreamTransport[] = ["rtsp-unicast", "rtsp-multicast", "rtsp"];
const other = {
  source: { width: 640, height: 480 },
  encoder: aVideoEncoder({ resolution: { width: 640, height: 480 } }),
};
const setup = {
  ...withIo,
  media: { profiles: [aProfile(), aSubProfile(), aProfile({ video: other })], maximumProfiles: 6, transports },
};

const kinds = [
  "video-source",
  "video-encoder",
  "audio-source",
  "audio-encoder",
  "audio-output",
  "audio-decoder",
  "metadata",
] as const;
const tokenOf: Record<ConfigurationKind, readonly string[]> = {
  "video-source": ["video_source_config_1", "video_source_config_2", "nowhere"],
  "video-encoder": ["video_encoder_1", "video_encoder_2", "video_encoder_3", "nowhere"],
  "audio-source": ["audio_source_config_1", "nowhere"],
  "audio-encoder": ["audio_encoder_1", "audio_encoder_2", "nowhere"],
  "audio-output": ["audio_output_config_1", "nowhere"],
  "audio-decoder": ["audio_decoder_1", "nowhere"],
  metadata: ["metadata_1", "nowhere"],
};
const profileToken = fc.constantFrom("profile_1", "profile_2", "profile_3", "profile_4", "own", "nobody");
const refs = fc.array(
  fc.constantFrom(...kinds).chain((kind) => fc.constantFrom(...tokenOf[kind]).map((token) => ({ kind, token }))),
  { maxLength: 3 },
);
const name = fc.constantFrom("a", "", "n".repeat(65));
const level = fc.constantFrom("Administrator", "Operator", "User", "Anonymous");
const username = fc.constantFrom("admin", "one", "two", "");
const uri = fc.constantFrom("urn:a", "urn:b", "onvif://www.onvif.org/name/IP-Camera", " ");
const encoderToken = fc.constantFrom(...tokenOf["video-encoder"]);

type Call = (device: Device) => unknown;
const calls: fc.Arbitrary<Call> = fc.oneof(
  fc
    .record({
      name,
      token: fc.option(fc.constantFrom("own", "profile_1", "a b"), { nil: undefined }),
      configurations: refs,
    })
    .map(
      (request): Call =>
        ({ media }) =>
          media.profiles.createProfile(request),
    ),
  fc.tuple(profileToken, refs, fc.option(name, { nil: undefined })).map(
    (given): Call =>
      ({ media }) =>
        media.profiles.addConfiguration(...given),
  ),
  fc
    .tuple(profileToken, fc.oneof(fc.constant("all" as const), fc.array(fc.constantFrom(...kinds), { maxLength: 3 })))
    .map(
      (given): Call =>
        ({ media }) =>
          media.profiles.removeConfiguration(...given),
    ),
  profileToken.map(
    (token): Call =>
      ({ media }) =>
        media.profiles.deleteProfile(token),
  ),
  profileToken.map(
    (token): Call =>
      ({ media }) =>
        media.streams.startMulticastStreaming(token),
  ),
  profileToken.map(
    (token): Call =>
      ({ media }) =>
        media.streams.stopMulticastStreaming(token),
  ),
  fc.tuple(profileToken, fc.constantFrom(...transports)).map(
    (given): Call =>
      ({ media }) =>
        media.streams.requestStream(...given),
  ),
  fc
    .record({
      token: encoderToken,
      name,
      encoding: fc.constantFrom("JPEG" as const, "MPEG4" as const, "H264" as const, "H265" as const),
      resolution: fc.constantFrom({ width: 1280, height: 720 }, { width: 640, height: 480 }, { width: 1, height: 1 }),
      quality: fc.double({ min: 0, max: 12 }),
      govLength: fc.integer({ min: -1, max: 500 }),
      rateControl: fc.record({ frameRateLimit: fc.double(), bitrateLimitKbps: fc.integer() }),
      sessionTimeoutMs: fc.double(),
    })
    .map(
      (setting): Call =>
        ({ media }) =>
          media.video.setEncoderConfiguration(setting),
    ),
  fc.array(fc.record({ username, password: fc.constantFrom("p", ""), level }), { maxLength: 3 }).chain((users) =>
    fc.constantFrom<Call>(
      (device) => device.users.createUsers(users),
      (device) => device.users.setUser(users),
      (device) => device.users.deleteUsers(users.map((user) => user.username)),
    ),
  ),
  fc.array(uri, { maxLength: 3 }).chain((uris) =>
    fc.constantFrom<Call>(
      ({ scopes }) => scopes.setScopes(uris),
      ({ scopes }) => scopes.addScopes(uris),
      ({ scopes }) => scopes.removeScopes(uris),
    ),
  ),
  fc
    .record({
      dateTimeType: fc.constantFrom("Manual" as const, "NTP" as const),
      daylightSavings: fc.boolean(),
      timeZone: fc.constantFrom("UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "nowhere"),
      utc: fc.record({
        year: fc.integer({ min: 1969, max: 2100 }),
        month: fc.integer({ min: 0, max: 13 }),
        day: fc.integer({ min: 0, max: 32 }),
        hour: fc.constant(0),
        minute: fc.constant(0),
        second: fc.constant(0),
      }),
    })
    .map(
      (setting): Call =>
        ({ clock }) =>
          clock.setSystemDateAndTime(setting),
    ),
  fc
    .record({
      fromDhcp: fc.boolean(),
      manual: fc.constantFrom([], [{ family: "ipv4" as const, address: "192.0.2.1" }]),
    })
    .map(
      (ntp): Call =>
        ({ network }) =>
          network.setNtp(ntp),
    ),
  fc
    .array(
      fc.record({
        name: fc.constantFrom("HTTP" as const, "HTTPS" as const, "RTSP" as const),
        enabled: fc.boolean(),
        ports: fc.array(fc.integer({ min: 7998, max: 8002 }), { maxLength: 2 }),
      }),
      { maxLength: 3 },
    )
    .map(
      (protocols): Call =>
        ({ network }) =>
          network.setProtocols(protocols),
    ),
  fc.constantFrom("cam", "", "a_b").map(
    (host): Call =>
      ({ hostname }) =>
        hostname.set(host),
  ),
);

/** What must hold after any sequence of calls. */
const check = (device: Device): void => {
  const { media, users, scopes, network } = device;
  const profiles = media.profiles.list();
  expect(new Set(profiles.map(({ token }) => token)).size).toBe(profiles.length);
  expect(profiles.length).toBeLessThanOrEqual(media.profiles.maximum);
  expect(profiles.filter(({ fixed }) => fixed).map(({ token }) => token)).toEqual([
    "profile_1",
    "profile_2",
    "profile_3",
  ]);
  for (const kind of kinds)
    for (const token of tokenOf[kind])
      expect(media.profiles.useCount(kind, token)).toBe(
        profiles.filter(({ configurations }) => configurations[kind] === token).length,
      );
  for (const { configurations: held } of profiles) {
    if (held["video-encoder"] !== undefined) expect(held["video-source"]).toBeDefined();
    if (held["audio-encoder"] !== undefined) expect(held["audio-source"]).toBeDefined();
  }
  for (const configuration of media.videoEncoderConfigurations()) {
    const { encoding, resolution, quality, rateControl } = configuration;
    const offered = media.videoEncoderConfigurationOptions({ configurationToken: configuration.token });
    const options = offered.find((one) => one.encoding === encoding);
    expect(options?.resolutions).toContainEqual(resolution);
    expect(quality).toBeGreaterThanOrEqual(options?.qualityRange.min ?? Number.NaN);
    expect(rateControl.frameRateLimit).toBeGreaterThan(0);
    expect(rateControl.bitrateLimitKbps).toBeGreaterThan(0);
  }
  expect(users.list().some((user) => user.level === "Administrator")).toBe(true);
  const uris = scopes.list().map((scope) => scope.uri);
  expect(new Set(uris).size).toBe(uris.length);
  expect(scopes.list().filter(({ fixed }) => fixed)).toHaveLength(3);
  const ports = network.protocols.filter(({ enabled }) => enabled).flatMap((protocol) => protocol.ports);
  expect(new Set(ports).size).toBe(ports.length);
  if (device.clock.dateTimeType === "NTP") expect(network.ntpServerDefined).toBe(true);
};

const asText = (state: DeviceState): string => JSON.stringify(state);

describe("the device", () => {
  it("keeps its rules through any sequence of calls, and a refused call changes nothing", () => {
    fc.assert(
      fc.property(fc.array(calls, { minLength: 1, maxLength: 40 }), (sequence) => {
        const { device, changes } = aDevice(setup);
        for (const call of sequence) {
          const [before, told] = [device.snapshot(), changes.length];
          try {
            call(device);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            expect(device.snapshot()).toEqual(before);
            expect(changes).toHaveLength(told);
          }
          if (asText(device.snapshot()) !== asText(before)) expect(changes.length).toBe(told + 1);
        }
        check(device);
      }),
      { numRuns: 300 },
    );
  });

  it("comes back from its snapshot, through JSON, in another device of the same setup", () => {
    fc.assert(
      fc.property(fc.array(calls, { maxLength: 30 }), (sequence) => {
        const { device } = aDevice(setup);
        for (const call of sequence) codeOf(() => call(device));
        const saved = asText(device.snapshot());
        const restored = aDevice(setup);
        restored.device.restore(JSON.parse(saved) as DeviceState);
        expect(restored.device.snapshot()).toStrictEqual(JSON.parse(saved));
        expect(restored.changes).toEqual([{ slice: "device", what: "restored" }]);
        check(restored.device);
      }),
      { numRuns: 100 },
    );
  });

  it("is not touched later by what a snapshot holds", () => {
    const { device } = aDevice(setup);
    const before = device.snapshot();
    const text = asText(before);
    device.scopes.addScopes(["urn:new"]);
    device.media.profiles.createProfile({ name: "new" });
    device.media.video.setEncoderConfiguration({ token: "video_encoder_1", quality: 1 });
    expect(asText(before)).toBe(text);
  });

  type Spoil = (state: DeviceState) => unknown;
  const spoilMedia =
    (part: (media: DeviceState["media"]) => unknown): Spoil =>
    (state) => ({
      ...state,
      media: { ...state.media, ...(part(state.media) as object) },
    });

  it.each<[string, string, Spoil]>([
    ["a zone that is none", "invalid-time-zone", (s) => ({ ...s, clock: { ...s.clock, timeZone: "x" } })],
    ["a host name that is none", "state-mismatch", (s) => ({ ...s, hostname: { fromDhcp: false, name: "a_b" } })],
    ["a user twice", "state-mismatch", (s) => ({ ...s, users: [...s.users, ...s.users] })],
    ["a scope twice", "state-mismatch", (s) => ({ ...s, scopes: [...s.scopes, ...s.scopes] })],
    [
      "a protocol that is not spoken",
      "state-mismatch",
      (s) => ({ ...s, network: { ...s.network, protocols: [{ name: "SSH", enabled: true, ports: [22] }] } }),
    ],
    ["a profile twice", "state-mismatch", spoilMedia(({ profiles }) => ({ profiles: [...profiles, ...profiles] }))],
    [
      "a profile with a configuration that is not here",
      "state-mismatch",
      spoilMedia(({ profiles: [first] }) => ({
        profiles: [{ ...first, configurations: { metadata: "metadata_9" } }],
      })),
    ],
    [
      "a profile with an encoder and no source",
      "state-mismatch",
      spoilMedia(({ profiles: [first] }) => ({
        profiles: [{ ...first, configurations: { "video-encoder": "video_encoder_1" } }],
      })),
    ],
    [
      "one encoder too few",
      "state-mismatch",
      spoilMedia(({ video }) => ({
        video: { ...video, encoderConfigurations: video.encoderConfigurations.slice(1) },
      })),
    ],
    [
      "an encoder without size",
      "state-mismatch",
      spoilMedia(({ video }) => ({
        video: {
          ...video,
          encoderConfigurations: video.encoderConfigurations.map((one) => ({
            ...one,
            resolution: { width: 0, height: 0 },
          })),
        },
      })),
    ],
    [
      "bounds over the edge",
      "state-mismatch",
      spoilMedia(({ video }) => ({
        video: {
          ...video,
          sourceConfigurations: video.sourceConfigurations.map((one) => ({
            ...one,
            bounds: { ...one.bounds, x: 1 },
          })),
        },
      })),
    ],
  ])("refuses a saved state with %s and stays as it was", (_, code, spoil) => {
    const { device, changes } = aDevice(setup);
    const saved = device.snapshot();
    device.hostname.set("changed");
    const before = asText(device.snapshot());
    expect(codeOf(() => device.restore(spoil(saved) as DeviceState))).toBe(code);
    expect(asText(device.snapshot())).toBe(before);
    expect(changes).toHaveLength(1);
  });

  it("still offers what a saved state had, when its setup offers less", () => {
    const richer = aDevice({ media: { profiles: [aProfile()] } }).device;
    richer.media.video.setEncoderConfiguration({
      token: "video_encoder_1",
      encoding: "H265",
      resolution: { width: 640, height: 360 },
    });
    const poorer = aDevice({ media: { profiles: [aProfile()], videoEncodings: [], resolutions: [] } }).device;
    poorer.restore(richer.snapshot());
    expect(poorer.media.videoEncoderConfigurationOptions()).toContainEqual(
      expect.objectContaining({
        encoding: "H265",
        resolutions: [
          { width: 1280, height: 720 },
          { width: 640, height: 360 },
        ],
      }),
    );
  });

  it("tells discovery changes", () => {
    const { device, changes } = aDevice();
    expect(device.discovery.mode).toBe("Discoverable");
    device.discovery.setDiscoveryMode("NonDiscoverable");
    expect(device.discovery.mode).toBe("NonDiscoverable");
    expect(changes).toEqual([{ slice: "discovery", what: "mode" }]);
  });
});
