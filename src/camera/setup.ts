import type { OnvifConfig } from "#config/onvif-cfg";
import type { RtspConfig } from "#config/rtsp-cfg";
import { simulatedTopics } from "#config/simulated-topics";
import { TAMPERINGS } from "#device/detection";
import { macAddressOf } from "#device/identity";
import type { NetworkProtocol, NetworkSetup } from "#device/network";
import type { StreamingSetup } from "#device/media/streams";
import { localStreamName } from "#device/media/stream-reference";
import type { MulticastConfiguration } from "#device/media/types";
import type { DeviceSetup, ProfileSetup } from "#device/setup";
import type { User } from "#device/users";
import type { MulticastGroups } from "#rtsp/multicast-groups";
import { defaultGroups, multicastOf } from "./multicast.js";
import { streamCarriers } from "./stream-carriers.js";

/** What the host and the kept state add to the configuration. */
export interface SetupFacts {
  readonly network: Pick<NetworkSetup, "interfaces" | "dns" | "ntp" | "defaultGateway">;
  /** Ports that are really listened on; those of the configuration may be 0. */
  readonly ports: { readonly http: number; readonly https: number; readonly rtsp: number };
  /** MAC address of the host's first interface; empty when it has none. */
  readonly hostMac: string;
  /** From the run file; undefined at the first start. */
  readonly endpointUuid: string | undefined;
  /** The version that clients have brought; undefined for the configured one. */
  readonly firmwareVersion?: string | undefined;
  /** When a client has set the camera back last. */
  readonly lastResetMs?: number | undefined;
  /** POSIX form of the host's zone. */
  readonly timeZone: string;
}

/** The camera that the cfg files describe, in the words of the state model. */
export function deviceSetup(onvif: OnvifConfig, rtsp: RtspConfig, facts: SetupFacts): DeviceSetup {
  const { information } = onvif;
  const { macAddress, serialNumber } = uniqueNumbers(onvif, facts.hostMac);
  return {
    identity: {
      manufacturer: information.manufacturer,
      model: information.model,
      firmwareVersion: facts.firmwareVersion ?? information.firmwareVersion,
      serialNumber,
      hardwareId: information.hardwareId,
      macAddress,
      ...(facts.endpointUuid && { endpointUuid: facts.endpointUuid }),
    },
    clock: { timeZone: facts.timeZone, daylightSavings: facts.timeZone.includes(",") },
    hostname: { name: onvif.hostname || `camera-${macAddress.replaceAll(":", "").slice(6)}` },
    network: {
      ...facts.network,
      protocols: protocols(onvif, rtsp, facts),
      filterSparesLoopback: !onvif.ipFilterLoopback,
    },
    ...simulated(onvif),
    scopes: onvif.scopes,
    users: onvif.users.map(accountOf),
    lockoutMs: onvif.lockoutTime * 1000,
    lastResetMs: facts.lastResetMs,
    io: onvif.io,
    // Nothing is transcoded, so clients may choose only what the streams already are.
    media: {
      profiles: onvif.profiles.map((profile) => profileSetup(profile, defaultGroups(serialNumber, rtsp))),
      videoEncodings: [],
      audioEncodings: [],
      resolutions: [],
      metadata: rtsp.metadata ? "in-profiles" : "absent",
      ...streaming(rtsp),
    },
  };
}

/** What is made up is noticed, and what is not is not there. */
function simulated({ event }: OnvifConfig): Pick<DeviceSetup, "tamperings" | "health"> {
  const topics = simulatedTopics(event.simulateTopics);
  return {
    tamperings: [
      ...(topics.includes("tampering") ? TAMPERINGS : []),
      ...(topics.includes("connection") ? (["signal-loss"] as const) : []),
    ],
    health: (["processor", "temperature", "storage"] as const).filter((kind) => topics.includes(kind)),
  };
}

/** A user as the cfg files have him. Roles are for the level Extended alone. */
export function accountOf({ roles, ...user }: OnvifConfig["users"][number]): User {
  return user.level === "Extended" ? { ...user, roles } : user;
}

/**
 * What tells this camera from any other: both as configured, else the MAC address follows from the serial number, or
 * both from the computer's MAC address.
 */
export function uniqueNumbers(
  { mac, information }: OnvifConfig,
  hostMac: string,
): { readonly macAddress: string; readonly serialNumber: string } {
  const given = information.serialNumber;
  const macAddress = mac || macAddressOf(given || hostMac);
  return { macAddress, serialNumber: given || macAddress.replaceAll(":", "").toUpperCase() };
}

function protocols(onvif: OnvifConfig, rtsp: RtspConfig, { ports }: SetupFacts): readonly NetworkProtocol[] {
  return [
    { name: "HTTP", enabled: onvif.httpEnable, ports: [ports.http || onvif.httpPort] },
    { name: "HTTPS", enabled: onvif.httpsEnable, ports: [ports.https || onvif.httpsPort] },
    { name: "RTSP", enabled: true, ports: [ports.rtsp || rtsp.serverPort] },
  ];
}

/**
 * What clients are told of the ways to the streams. Tunnels go through the ports of the web service, which clients may
 * turn on and off.
 */
function streaming(rtsp: RtspConfig): StreamingSetup {
  const plain = streamCarriers(rtsp, false);
  const secure = streamCarriers(rtsp, true);
  const { rtpOverTcp } = rtsp;
  const schemes = [
    ...(rtpOverTcp && plain.webSockets ? (["ws"] as const) : []),
    ...(rtpOverTcp && secure.webSockets ? (["wss"] as const) : []),
  ];
  const rtspsPort = rtspsPortOf(rtsp);
  const hasPlain = rtsp.srtp !== "require";
  const hasSrtp = rtsp.srtp !== "off" && rtspsPort !== undefined;
  return {
    transports: [
      ...(hasPlain && rtsp.rtpOverUdp ? (["rtsp-unicast"] as const) : []),
      ...(hasPlain && rtpOverTcp ? (["rtsp"] as const) : []),
      ...(hasPlain && rtpOverTcp ? (["rtsp-over-http"] as const) : []),
      ...(hasPlain && rtsp.multicast ? (["rtsp-multicast"] as const) : []),
      ...(hasSrtp && rtsp.rtpOverUdp ? (["rtsps-unicast"] as const) : []),
      ...(hasSrtp && rtsp.multicast ? (["rtsps-multicast"] as const) : []),
    ],
    tunnels: [...(plain.tunnels ? (["HTTP"] as const) : []), ...(secure.tunnels ? (["HTTPS"] as const) : [])],
    ...(rtspsPort !== undefined && { rtspsPort }),
    srtpAlgorithms: [rtsp.srtpSuite],
    ...(schemes.length > 0 && { webSocket: { path: "/rtsp", schemes } }),
  };
}

/** The port for RTSP with TLS, or else that of HTTPS, which takes it too. */
function rtspsPortOf(rtsp: RtspConfig): number | "HTTPS" | undefined {
  if (rtsp.rtspsEnable && rtsp.rtspsPort > 0) return rtsp.rtspsPort;
  const { tunnels, webSockets } = streamCarriers(rtsp, true);
  return tunnels || webSockets ? "HTTPS" : undefined;
}

type ProfileConfig = OnvifConfig["profiles"][number];

function profileSetup(profile: ProfileConfig, groups: MulticastGroups): ProfileSetup {
  const { name, token, videoSource, videoEncoder, audioSource, audioEncoder, streamUri } = profile;
  const stream = localStreamName(streamUri);
  const multicast = (kind: "video" | "audio"): MulticastConfiguration | undefined =>
    stream === undefined ? undefined : multicastOf(groups.targetOf(stream, kind));
  return {
    name,
    token,
    ...(videoSource && {
      video: {
        source: videoSource,
        encoder: videoEncoder && { ...encoderSetup(videoEncoder), multicast: multicast("video") },
      },
    }),
    ...(audioSource && {
      audio: {
        encoder: audioEncoder && {
          encoding: audioEncoder.encoding,
          bitrateKbps: audioEncoder.bitrate,
          sampleRateKhz: audioEncoder.sampleRate,
          multicast: multicast("audio"),
          sessionTimeoutMs: audioEncoder.sessionTimeout * 1000,
        },
      },
    }),
    stream: { uri: streamUri.uri || undefined, appendParameters: streamUri.appendParams },
  };
}

type VideoEncoderConfig = NonNullable<ProfileConfig["videoEncoder"]>;

function encoderSetup(encoder: VideoEncoderConfig): NonNullable<NonNullable<ProfileSetup["video"]>["encoder"]> {
  const { h264, h265, mpeg4 } = encoder;
  const chosen = { H264: h264, H265: h265, MPEG4: mpeg4, JPEG: undefined }[encoder.encoding];
  return {
    resolution: { width: encoder.width, height: encoder.height },
    quality: encoder.quality,
    frameRateLimit: encoder.framerate,
    encodingInterval: encoder.encodingInterval,
    bitrateLimitKbps: encoder.bitrateLimit,
    encoding: encoder.encoding,
    govLength: chosen?.govLength,
    encodingProfile: chosen?.profile,
    sessionTimeoutMs: encoder.sessionTimeout * 1000,
  };
}
