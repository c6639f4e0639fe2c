import { describe, expect, it } from "vitest";
import type { StreamTransport } from "#device/media/types";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import type { StreamSetup } from "#onvif/schema/tt/streaming";
import { aDeviceSetup, aProfile, anAudioEncoder, aVideoEncoder } from "../../support/a-device.js";
import { aMediaCamera, faultOf } from "../../support/media-service.js";
import { aCamera, call, soap, type SoapOptions, type TestCamera } from "../../support/soap.js";

const all: readonly StreamTransport[] = [
  "rtsp-unicast",
  "rtsp-multicast",
  "rtsp",
  "rtsp-over-http",
  "rtsps-unicast",
  "rtsps-multicast",
];

const setupOf = (stream: "Unicast" | "Multicast", Protocol: "UDP" | "TCP" | "RTSP" | "HTTP"): StreamSetup => ({
  Stream: `RTP-${stream}`,
  Transport: { Protocol },
});

const uri10 = async (
  camera: TestCamera,
  StreamSetup: StreamSetup = setupOf("Unicast", "UDP"),
  options: SoapOptions = {},
  ProfileToken = "profile_1",
): Promise<string> => (await call(camera, Media, "GetStreamUri", { StreamSetup, ProfileToken }, options)).MediaUri.Uri;

const uri20 = async (
  camera: TestCamera,
  Protocol = "RtspUnicast",
  options: SoapOptions = {},
  ProfileToken = "profile_1",
): Promise<string> => (await call(camera, Media2, "GetStreamUri", { Protocol, ProfileToken }, options)).Uri;

type ProfileOperation =
  "GetSnapshotUri" | "StartMulticastStreaming" | "StopMulticastStreaming" | "SetSynchronizationPoint";

interface ProfileRequest {
  readonly ProfileToken: string;
}

/** The operations on a profile that both services have. */
const by = {
  Media: {
    perform: (camera: TestCamera, operation: ProfileOperation, request: ProfileRequest): Promise<unknown> =>
      call(camera, Media, operation, request),
    faultOf: (camera: TestCamera, operation: ProfileOperation, request: ProfileRequest) =>
      faultOf(camera, Media, operation, request),
  },
  Media2: {
    perform: (camera: TestCamera, operation: ProfileOperation, request: ProfileRequest): Promise<unknown> =>
      call(camera, Media2, operation, request),
    faultOf: (camera: TestCamera, operation: ProfileOperation, request: ProfileRequest) =>
      faultOf(camera, Media2, operation, request),
  },
};

/** A camera whose one profile plays `uri`. */
const playing = (uri: string | undefined, appendParameters: boolean, transports = all): TestCamera =>
  aMediaCamera({ profiles: [aProfile({ stream: { uri, appendParameters } })], transports });

const PARAMETERS = "ve=H264&w=1280&h=720&ae=PCMU&sr=8000";

describe("the address of a stream", () => {
  it.each([
    [setupOf("Unicast", "UDP"), "rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=udp&"],
    [setupOf("Unicast", "RTSP"), "rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=rtsp&"],
    [setupOf("Unicast", "TCP"), "rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=rtsp&"],
    [setupOf("Unicast", "HTTP"), "http://192.0.2.10:8000/test.mp4&t=unicast&p=http&"],
    [setupOf("Multicast", "UDP"), "rtsp://192.0.2.10:8554/test.mp4&t=multicast&p=udp&"],
  ])("honours the transport that Media asks for: %j (rule 32)", async (setup, start) => {
    const camera = playing(undefined, true);
    const { MediaUri } = await call(camera, Media, "GetStreamUri", { StreamSetup: setup, ProfileToken: "profile_1" });
    expect(MediaUri).toEqual({
      Uri: start + PARAMETERS,
      InvalidAfterConnect: false,
      InvalidAfterReboot: false,
      Timeout: 0,
    });
  });

  it.each([
    ["RtspUnicast", "rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=udp&"],
    ["RTSP", "rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=rtsp&"],
    ["RtspOverHttp", "http://192.0.2.10:8000/test.mp4&t=unicast&p=http&"],
    ["RtspMulticast", "rtsp://192.0.2.10:8554/test.mp4&t=multicast&p=udp&"],
    ["RtspsUnicast", "rtsps://192.0.2.10:8554/test.mp4&t=unicast&p=udp&", "&srtp=1"],
    ["RtspsMulticast", "rtsps://192.0.2.10:8554/test.mp4&t=multicast&p=udp&", "&srtp=1"],
  ])("honours the protocol that Media2 asks for: %s (rule 32)", async (protocol, start, end = "") => {
    expect(await uri20(playing(undefined, true), protocol)).toBe(start + PARAMETERS + end);
  });

  it.each([
    ["http://camera.example:8080/onvif", "rtsp://camera.example:8554/", "http://camera.example:8080/"],
    ["https://192.0.2.10:8443/onvif", "rtsp://192.0.2.10:8554/", "https://192.0.2.10:8443/"],
    ["http://192.0.2.10/onvif", "rtsp://192.0.2.10:8554/", "http://192.0.2.10/"],
    ["http://[2001:db8::7]:8000/onvif", "rtsp://[2001:db8::7]:8554/", "http://[2001:db8::7]:8000/"],
  ])("follows the address by which the client came: %s (rule 22)", async (reachedAt, rtsp, web) => {
    const camera = playing("clip.mp4", false);
    expect(await uri10(camera, setupOf("Unicast", "UDP"), { reachedAt })).toBe(`${rtsp}clip.mp4`);
    expect(await uri20(camera, "RTSP", { reachedAt })).toBe(`${rtsp}clip.mp4`);
    expect(await uri10(camera, setupOf("Unicast", "HTTP"), { reachedAt })).toBe(`${web}clip.mp4`);
    expect(await uri20(camera, "RtspOverHttp", { reachedAt })).toBe(`${web}clip.mp4`);
    const { Uri } = await call(camera, Media2, "GetSnapshotUri", { ProfileToken: "profile_1" }, { reachedAt });
    expect(Uri).toBe(`${web}snapshot/profile_1.jpg`);
  });

  it.each([
    ["a name", "clip.mp4", false, "rtsp://192.0.2.10:8554/clip.mp4"],
    [
      "a name in a folder, with a slash too many",
      "/day 1/100%.mp4",
      false,
      "rtsp://192.0.2.10:8554/day%201/100%25.mp4",
    ],
    ["a name that is not ASCII", "Straße&2.mp4", false, "rtsp://192.0.2.10:8554/Stra%C3%9Fe%262.mp4"],
    ["a name with parameters", "clip.mp4", true, `rtsp://192.0.2.10:8554/clip.mp4&t=unicast&p=udp&${PARAMETERS}`],
    ["another server's", "rtsp://198.51.100.1/live", false, "rtsp://198.51.100.1/live"],
    ["another server's with a query", "rtsp://198.51.100.1/live?ch=1", false, "rtsp://198.51.100.1/live?ch=1"],
    [
      "another server's with parameters",
      "rtsp://198.51.100.1/live",
      true,
      `rtsp://198.51.100.1/live&t=unicast&p=udp&${PARAMETERS}`,
    ],
    ["the default clip's", undefined, false, `rtsp://192.0.2.10:8554/test.mp4&t=unicast&p=udp&${PARAMETERS}`],
  ])("is that of the configuration: %s", async (_, uri, appendParameters, expected) => {
    const camera = playing(uri, appendParameters);
    expect(await uri10(camera)).toBe(expected);
    expect(await uri20(camera)).toBe(expected);
  });

  it("has no query, no credentials and at most 128 octets, and its ampersands are escaped (rules 11 and 25)", async () => {
    const camera = playing(undefined, true);
    const content = "<tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>profile_1</tr2:ProfileToken>";
    const { text } = await soap(camera, { service: Media2, operation: "GetStreamUri", content });
    expect(text).toContain("/test.mp4&amp;t=unicast&amp;p=rtsp&amp;ve=H264");
    const uri = await uri10(camera, setupOf("Multicast", "UDP"));
    expect(uri).not.toMatch(/[?@]|admin/);
    expect(Buffer.byteLength(uri)).toBeLessThanOrEqual(128);
  });

  it("names the encoders as they are set now", async () => {
    const encoder = aVideoEncoder({ encoding: "JPEG", resolution: { width: 640, height: 480 } });
    const camera = aMediaCamera({
      profiles: [
        aProfile({
          video: { source: { width: 1280, height: 720 }, encoder },
          audio: { encoder: anAudioEncoder({ encoding: "AAC", bitrateKbps: 32, sampleRateKhz: 44 }) },
          stream: { uri: undefined, appendParameters: true },
        }),
      ],
    });
    expect(await uri20(camera)).toMatch(/&ve=JPEG&w=640&h=480&ae=MP4A-LATM&sr=44100$/);
    camera.device.media.video.setEncoderConfiguration({
      token: "video_encoder_1",
      encoding: "MPEG4",
      resolution: { width: 1280, height: 720 },
    });
    expect(await uri20(camera)).toMatch(/&ve=MP4V-ES&w=1280&h=720&/);
  });

  it("leads to the RTSP port that the camera has now", async () => {
    const camera = playing("clip.mp4", false);
    camera.device.network.setProtocols([{ name: "RTSP", enabled: true, ports: [554] }]);
    expect(await uri20(camera)).toBe("rtsp://192.0.2.10:554/clip.mp4");
  });

  it("leads to the usual RTSP port where the camera tells none", async () => {
    const setup = aDeviceSetup();
    const protocols = setup.network.protocols.filter(({ name }) => name !== "RTSP");
    const camera = aCamera({ setup: { network: { ...setup.network, protocols } } });
    expect(await uri20(camera)).toContain("rtsp://192.0.2.10:554/test.mp4");
  });
});

describe("a stream that can not be had", () => {
  const INVALID = "Sender InvalidArgVal InvalidStreamSetup";
  const ProfileToken = "profile_1";

  it.each([setupOf("Multicast", "RTSP"), setupOf("Multicast", "HTTP"), setupOf("Multicast", "TCP")])(
    "is refused by Media for a combination that there is not: %j",
    async (StreamSetup) => {
      const camera = playing(undefined, true);
      expect(await faultOf(camera, Media, "GetStreamUri", { StreamSetup, ProfileToken })).toBe(INVALID);
    },
  );

  it.each(["", "rtsp", "UDP", "RtspWebSocket", "toString"])(
    "is refused by Media2 for a protocol that there is not: %j (rule 32)",
    async (Protocol) => {
      const camera = playing(undefined, true);
      expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol, ProfileToken })).toBe(INVALID);
    },
  );

  it("is refused where the camera does not offer the transport", async () => {
    const camera = playing(undefined, true, ["rtsp-unicast"]);
    const StreamSetup = setupOf("Unicast", "HTTP");
    expect(await faultOf(camera, Media, "GetStreamUri", { StreamSetup, ProfileToken })).toBe(INVALID);
    expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol: "RTSP", ProfileToken })).toBe(INVALID);
    expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol: "RtspsUnicast", ProfileToken })).toBe(INVALID);
  });

  it("is refused for an unknown profile, whatever the transport", async () => {
    const unknown = { ProfileToken: "nobody" };
    const fault = "Sender InvalidArgVal NoProfile";
    const camera = playing(undefined, true);
    const StreamSetup = setupOf("Multicast", "RTSP");
    expect(await faultOf(camera, Media, "GetStreamUri", { StreamSetup, ...unknown })).toBe(fault);
    expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol: "what", ...unknown })).toBe(fault);
  });

  it("is refused for a profile without a source and its encoder", async () => {
    const camera = playing(undefined, true);
    const { Token } = await call(camera, Media2, "CreateProfile", { Name: "empty" });
    const empty = { ProfileToken: Token };
    const fault = "Receiver Action IncompleteConfiguration";
    expect(await faultOf(camera, Media, "GetStreamUri", { StreamSetup: setupOf("Unicast", "UDP"), ...empty })).toBe(
      fault,
    );
    expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol: "RTSP", ...empty })).toBe(fault);
    for (const refused of [by.Media.faultOf, by.Media2.faultOf]) {
      expect(await refused(camera, "GetSnapshotUri", empty)).toBe(fault);
      expect(await refused(camera, "StartMulticastStreaming", empty)).toBe(fault);
    }
  });

  it("is refused by multicast where no configuration has a multicast address", async () => {
    const none = { address: { family: "ipv4", address: "0.0.0.0" }, port: 0, ttl: 1 } as const;
    const profile = aProfile({
      video: { source: { width: 1280, height: 720 }, encoder: aVideoEncoder({ multicast: none }) },
      audio: { encoder: anAudioEncoder({ multicast: none }) },
    });
    const camera = aMediaCamera({ profiles: [profile], transports: all });
    const fault = "Sender InvalidArgVal InvalidMulticastSettings";
    const StreamSetup = setupOf("Multicast", "UDP");
    expect(await faultOf(camera, Media, "GetStreamUri", { StreamSetup, ProfileToken })).toBe(fault);
    expect(await faultOf(camera, Media2, "GetStreamUri", { Protocol: "RtspMulticast", ProfileToken })).toBe(fault);
  });
});

describe("the address of a picture", () => {
  it("is one of the camera's own web server, which stays good (rule 31)", async () => {
    const camera = aMediaCamera();
    const ProfileToken = "profile_2";
    const { MediaUri } = await call(camera, Media, "GetSnapshotUri", { ProfileToken });
    expect(MediaUri).toEqual({
      Uri: "http://192.0.2.10:8000/snapshot/profile_2.jpg",
      InvalidAfterConnect: false,
      InvalidAfterReboot: false,
      Timeout: 0,
    });
    expect(await call(camera, Media2, "GetSnapshotUri", { ProfileToken })).toEqual({ Uri: MediaUri.Uri });
  });

  it("holds any token that a client has chosen", async () => {
    const camera = aMediaCamera();
    const Token = "a/b?c#é";
    await call(camera, Media, "CreateProfile", { Name: "mine", Token });
    const ref = (Type: string, token: string) => ({ Type, Token: token });
    const Configuration = [ref("VideoSource", "video_source_config_1"), ref("VideoEncoder", "video_encoder_1")];
    await call(camera, Media2, "AddConfiguration", { ProfileToken: Token, Configuration });
    const { Uri } = await call(camera, Media2, "GetSnapshotUri", { ProfileToken: Token });
    expect(new URL(Uri).pathname).toBe(`/snapshot/${encodeURIComponent(Token)}.jpg`);
  });
});

describe.each(["Media", "Media2"] as const)("multicast and synchronization by %s", (service) => {
  const { perform, faultOf: refused } = by[service];
  const request = { ProfileToken: "profile_1" };

  it("starts and stops a profile's multicast, which its configurations tell as AutoStart", async () => {
    const camera = aMediaCamera({ transports: all });
    const autoStart = async () => {
      const { Configurations } = await call(camera, Media2, "GetVideoEncoderConfigurations", {});
      return Configurations?.map(({ Multicast }) => Multicast?.AutoStart);
    };
    await perform(camera, "StartMulticastStreaming", request);
    expect(await autoStart()).toEqual([true, false]);
    const told = { slice: "profiles", profileToken: "profile_1" };
    expect(camera.changes).toEqual([{ ...told, what: "multicast-started" }]);
    await perform(camera, "StopMulticastStreaming", request);
    await perform(camera, "StopMulticastStreaming", request);
    expect(await autoStart()).toEqual([false, false]);
    expect(camera.changes).toHaveLength(2);
  });

  it("does not know multicast where the camera has none", async () => {
    const camera = aMediaCamera();
    expect(await refused(camera, "StartMulticastStreaming", request)).toBe("Receiver ActionNotSupported");
    expect(await refused(camera, "StopMulticastStreaming", request)).toBe("Receiver ActionNotSupported");
  });

  it("passes the wish for a synchronization point on, once", async () => {
    const camera = aMediaCamera();
    const wishes: string[] = [];
    camera.device.media.streams.synchronizationPoints.subscribe(({ profileToken }) => wishes.push(profileToken));
    await perform(camera, "SetSynchronizationPoint", request);
    expect(wishes).toEqual(["profile_1"]);
    expect(camera.changes).toEqual([]);
  });
});
