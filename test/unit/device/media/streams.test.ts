import { describe, expect, it } from "vitest";
import { DEFAULT_CLIP } from "#device/media/stream-reference";
import { streamParameters } from "#device/media/streams";
import type { DeviceSetup } from "#device/setup";
import {
  aDevice,
  aDeviceSetup,
  anAudioEncoder,
  aProfile,
  aSubProfile,
  aVideoEncoder,
  codeOf,
} from "../../../support/a-device.js";

const transports = ["rtsp-unicast", "rtsp-multicast", "rtsp", "rtsp-over-http"] as const;

describe("streams", () => {
  it("follow the encoder that a profile holds", () => {
    const { media } = aDevice().device;
    expect(media.streams.requestStream("profile_2", "rtsp-unicast").reference.uri).toBe("sub.mp4");
    media.profiles.addConfiguration("profile_1", [{ kind: "video-encoder", token: "video_encoder_2" }]);
    const stream = media.streams.requestStream("profile_1", "rtsp");
    expect(stream.reference.uri).toBe("sub.mp4");
    expect(stream.video?.encoder.token).toBe("video_encoder_2");
    expect(stream.audio?.token).toBe("audio_encoder_1");
  });

  it("of sound alone have the reference of their profile", () => {
    const { media } = aDevice({
      media: {
        profiles: [aProfile({ video: undefined, stream: { uri: "rtsp://192.0.2.9/live", appendParameters: true } })],
      },
    }).device;
    const stream = media.streams.requestStream("profile_1", "rtsp");
    expect(stream.reference).toEqual({ uri: "rtsp://192.0.2.9/live", appendParameters: true });
    expect(stream.video).toBeUndefined();
    expect(codeOf(() => media.streams.requestSnapshot("profile_1"))).toBe("incomplete-configuration");
  });

  it("go by the protocols of the web service that are on", () => {
    const media = {
      ...aDeviceSetup().media,
      transports: [...transports, "rtsps-unicast", "rtsps-multicast"] as const,
      webSocket: { path: "/rtsp", schemes: ["ws", "wss"] as const },
    };
    const waysOf = (more: Partial<DeviceSetup["media"]>, ...on: readonly ("HTTP" | "HTTPS")[]): string => {
      const { device } = aDevice({ media: { ...media, ...more } });
      device.network.setProtocols([
        { name: "RTSP", enabled: true, ports: [] },
        ...(["HTTPS", "HTTP"] as const).map((name) => ({ name, enabled: on.includes(name), ports: [] })),
      ]);
      const { streams } = device.media;
      return [...streams.transports.slice(3), ...(streams.webSocket?.schemes ?? [])].join(" ");
    };
    const both = "rtsp-over-http rtsps-unicast rtsps-multicast";
    expect(waysOf({ rtspsPort: "HTTPS" }, "HTTP", "HTTPS")).toBe(`${both} ws wss`);
    expect(waysOf({ rtspsPort: "HTTPS" }, "HTTP")).toBe("rtsp-over-http ws");
    expect(waysOf({ rtspsPort: 322 }, "HTTP")).toBe(`${both} ws`);
    expect(waysOf({ rtspsPort: "HTTPS" }, "HTTPS")).toBe(`${both} wss`);
    expect(waysOf({ rtspsPort: "HTTPS", tunnels: ["HTTP"] }, "HTTPS")).toBe("rtsps-unicast rtsps-multicast wss");
    expect(waysOf({ rtspsPort: "HTTPS", tunnels: [] }, "HTTP", "HTTPS")).toBe("rtsps-unicast rtsps-multicast ws wss");
  });

  it("of metadata alone have a name of their own", () => {
    const { media } = aDevice().device;
    const configurations = [
      { kind: "video-source", token: "video_source_config_1" },
      { kind: "metadata", token: "metadata_1" },
    ] as const;
    media.profiles.createProfile({ name: "events", token: "events", configurations });
    const stream = media.streams.requestStream("events", "rtsp");
    expect(stream).toMatchObject({ reference: { uri: "onvif-metadata" }, metadata: { token: "metadata_1" } });
    expect(codeOf(() => media.streams.requestSnapshot("events"))).toBe("incomplete-configuration");
    media.profiles.removeConfiguration("events", ["metadata"]);
    expect(codeOf(() => media.streams.requestStream("events", "rtsp"))).toBe("incomplete-configuration");
  });

  it("are found by their name and their profile", () => {
    const { media } = aDevice({ media: { profiles: [aProfile(), aSubProfile()], metadata: "in-profiles" } }).device;
    const { streams, profiles } = media;
    const found = (name: string, profile?: string): string | undefined =>
      streams.playedAs(name, profile)?.profile.token;
    profiles.createProfile({
      name: "mine",
      token: "mine",
      configurations: [
        { kind: "video-source", token: "video_source_config_1" },
        { kind: "video-encoder", token: "video_encoder_1" },
      ],
    });
    expect(["mine", "profile_1", "profile_2", "nobody", undefined].map((token) => found(DEFAULT_CLIP, token))).toEqual([
      ...["mine", "profile_1", "profile_1", "profile_1", "profile_1"],
    ]);
    expect(found("sub.mp4")).toBe("profile_2");
    expect(found("other.mp4", "mine")).toBeUndefined();
    const ambiguous = (): readonly boolean[] =>
      ["profile_1", "profile_2", "mine"].map((token) => streams.isAmbiguous(streams.requestStream(token, "rtsp")));
    expect(ambiguous()).toEqual([false, false, true]);
    profiles.addConfiguration("mine", [{ kind: "metadata", token: "metadata_1" }]);
    expect(ambiguous()).toEqual([false, false, false]);
  });

  it("append parameters to the default clip always, to a named one as configured", () => {
    const references = [
      { uri: undefined, appendParameters: false },
      { uri: "", appendParameters: false },
      { uri: "a.mp4", appendParameters: false },
      { uri: "a.mp4", appendParameters: true },
    ].map((stream) => {
      const { streams } = aDevice({ media: { profiles: [aProfile({ stream })] } }).device.media;
      return streams.requestStream("profile_1", "rtsp").reference;
    });
    expect(references).toEqual([
      { uri: undefined, appendParameters: true },
      { uri: undefined, appendParameters: true },
      { uri: "a.mp4", appendParameters: false },
      { uri: "a.mp4", appendParameters: true },
    ]);
  });

  it("name transport and encoders in the parameters of their address", () => {
    const { media } = aDevice({ media: { profiles: [aProfile(), aSubProfile()], transports } }).device;
    const text = (profile: string, transport: (typeof transports)[number]): string =>
      streamParameters(media.streams.requestStream(profile, transport), transport)
        .map(([name, value]) => `&${name}=${value}`)
        .join("");
    expect(text("profile_1", "rtsp-unicast")).toBe("&t=unicast&p=udp&ve=H264&w=1280&h=720&ae=PCMU&sr=8000");
    expect(text("profile_1", "rtsp-over-http")).toContain("&t=unicast&p=http");
    media.video.setEncoderConfiguration({ token: "video_encoder_2", encoding: "MPEG4" });
    media.audio.setEncoderConfiguration({
      token: "audio_encoder_2",
      ...anAudioEncoder({ encoding: "AAC", bitrateKbps: 64, sampleRateKhz: 44 }),
    });
    expect(text("profile_2", "rtsp-multicast")).toBe("&t=multicast&p=udp&ve=MP4V-ES&w=640&h=480&ae=MP4A-LATM&sr=44100");
    media.profiles.removeConfiguration("profile_2", ["audio-encoder"]);
    expect(text("profile_2", "rtsp")).toBe("&t=unicast&p=rtsp&ve=MP4V-ES&w=640&h=480");
  });

  it.each([
    ["no-profile", "nobody", "rtsp-multicast"],
    ["invalid-stream-setup", "profile_1", "rtsp-multicast"],
    ["invalid-stream-setup", "profile_1", undefined],
    ["incomplete-configuration", "empty", "rtsp"],
  ] as const)("are refused with %s", (code, profileToken, transport) => {
    const { media } = aDevice().device;
    media.profiles.createProfile({ name: "empty", token: "empty" });
    expect(codeOf(() => media.streams.requestStream(profileToken, transport))).toBe(code);
  });

  it("need a multicast address to be sent by multicast", () => {
    const none = { address: { family: "ipv4", address: "0.0.0.0" }, port: 0, ttl: 0 } as const;
    const { streams } = aDevice({
      media: {
        transports,
        profiles: [
          aProfile({
            video: { source: { width: 1280, height: 720 }, encoder: aVideoEncoder({ multicast: none }) },
            audio: { encoder: anAudioEncoder({ multicast: none }) },
          }),
        ],
      },
    }).device.media;
    expect(codeOf(() => streams.requestStream("profile_1", "rtsp-multicast"))).toBe("invalid-multicast-settings");
  });

  it("give their pictures to snapshots", () => {
    const { media } = aDevice().device;
    expect(media.streams.requestSnapshot("profile_1").video.encoder.resolution).toEqual({ width: 1280, height: 720 });
    media.profiles.removeConfiguration("profile_1", ["video-encoder"]);
    expect(codeOf(() => media.streams.requestSnapshot("profile_1"))).toBe("incomplete-configuration");
    expect(codeOf(() => media.streams.requestSnapshot("nobody"))).toBe("no-profile");
  });
});

describe("multicast streaming", () => {
  it("starts and stops with the profile and shows in its configurations", () => {
    const { device, changes } = aDevice({ media: { profiles: [aProfile(), aSubProfile()], transports } });
    const { streams, profiles } = device.media;
    streams.startMulticastStreaming("profile_1");
    streams.startMulticastStreaming("profile_1");
    expect(streams.autoStart("video-encoder", "video_encoder_1")).toBe(true);
    expect(streams.autoStart("video-encoder", "video_encoder_2")).toBe(false);
    expect(profiles.get("profile_1").multicastStreaming).toBe(true);
    streams.stopMulticastStreaming("profile_1");
    streams.stopMulticastStreaming("profile_1");
    expect(changes.map((change) => change.what)).toEqual(["multicast-started", "multicast-stopped"]);
  });

  it("is refused without profile, streams or the ability", () => {
    const { media } = aDevice({ media: { profiles: [aProfile()], transports } }).device;
    media.profiles.createProfile({ name: "empty", token: "empty" });
    expect(codeOf(() => media.streams.startMulticastStreaming("nobody"))).toBe("no-profile");
    expect(codeOf(() => media.streams.startMulticastStreaming("empty"))).toBe("incomplete-configuration");
    media.profiles.addConfiguration("empty", [{ kind: "metadata", token: "metadata_1" }]);
    media.streams.startMulticastStreaming("empty");
    const { streams } = aDevice().device.media;
    expect(codeOf(() => streams.startMulticastStreaming("profile_1"))).toBe("action-not-supported");
  });
});

describe("synchronization points", () => {
  it("are told for a profile that exists, and change nothing", () => {
    const { device, changes } = aDevice();
    const wanted: string[] = [];
    device.media.streams.synchronizationPoints.subscribe(({ profileToken }) => wanted.push(profileToken));
    device.media.streams.setSynchronizationPoint("profile_1");
    expect(codeOf(() => device.media.streams.setSynchronizationPoint("nobody"))).toBe("no-profile");
    expect(wanted).toEqual(["profile_1"]);
    expect(changes).toEqual([]);
  });
});
