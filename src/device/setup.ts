import type { DateTimeType } from "./clock.js";
import type { DiscoveryMode } from "./discovery.js";
import type { IdentitySetup } from "./identity.js";
import type { IoSetup } from "./io/io.js";
import type {
  AudioEncoding,
  EncodingProfile,
  MulticastConfiguration,
  Size,
  StreamReference,
  StreamTransport,
  VideoEncoding,
} from "./media/types.js";
import type { NetworkSetup } from "./network.js";
import type { SecuritySetup } from "./security/security.js";
import type { ScopeSetup } from "./scopes.js";
import type { SpeakerFormat } from "./speaker.js";
import type { User, UserLimits } from "./users.js";
import type { Tampering } from "./detection.js";
import type { HealthKind } from "./health.js";

/** One video encoder as configured. */
export interface VideoEncoderSetup {
  readonly resolution: Size;
  readonly quality: number;
  /** Pictures per second. */
  readonly frameRateLimit: number;
  readonly encodingInterval: number;
  readonly bitrateLimitKbps: number;
  readonly encoding: VideoEncoding;
  /** Default: the frame rate. */
  readonly govLength?: number | undefined;
  /** Default: Main for H.264 and H.265, SP for MPEG-4. */
  readonly encodingProfile?: EncodingProfile | undefined;
  readonly sessionTimeoutMs: number;
  /** Default: an address of the organisation-local scope that follows from the serial number and the token. */
  readonly multicast?: MulticastConfiguration | undefined;
}

/** One audio encoder as configured. */
export interface AudioEncoderSetup {
  readonly encoding: AudioEncoding;
  readonly bitrateKbps: number;
  readonly sampleRateKhz: number;
  readonly sessionTimeoutMs: number;
  /** As for video. */
  readonly multicast?: MulticastConfiguration | undefined;
}

/** One media profile as configured; it becomes a fixed one. */
export interface ProfileSetup {
  /** Default: `profile_1`, `profile_2` … in their order. */
  readonly token?: string | undefined;
  /** Default: main, sub, sub2 …; with several video sources `channel1 main` … */
  readonly name?: string | undefined;
  /** Profiles with the same source size share one video source. */
  readonly video?: { readonly source: Size; readonly encoder?: VideoEncoderSetup | undefined } | undefined;
  /** All profiles share one microphone. */
  readonly audio?: { readonly encoder?: AudioEncoderSetup | undefined } | undefined;
  readonly stream: StreamReference;
}

/** What the web service speaks. */
export type WebProtocol = "HTTP" | "HTTPS";

/** RTSP through WebSocket. */
export interface WebSocketSetup {
  /** Where clients are told to go; begins with a slash. */
  readonly path: string;
  /** `ws` on the HTTP port, `wss` on the HTTPS port, each while that protocol is on. */
  readonly schemes: readonly ("ws" | "wss")[];
}

/** The media side as configured. */
export interface MediaSetup {
  /** In the order in which clients shall see them: the one with the highest resolution first. */
  readonly profiles: readonly ProfileSetup[];
  /** What clients may choose besides the encodings that are configured. Default: all four. */
  readonly videoEncodings?: readonly VideoEncoding[];
  /** What clients may choose besides the encodings that are configured. Default: all three. */
  readonly audioEncodings?: readonly AudioEncoding[];
  /** The sizes clients may choose besides the source's and those configured. Default: the usual ones of its shape. */
  readonly resolutions?: readonly Size[];
  /** The smallest part of a picture that clients may choose as bounds. Default: the whole picture only. */
  readonly minimumBounds?: Size;
  /** Default 1. */
  readonly audioChannels?: number;
  /** Those that need a protocol which a client has turned off are left out. Default: UDP, over RTSP, over HTTP. */
  readonly transports?: readonly StreamTransport[];
  /** Whose ports take RTSP over HTTP, each while it is on. Default: both. */
  readonly tunnels?: readonly WebProtocol[];
  /** How streams can be had through a WebSocket on the ports of the web service. Default: not. */
  readonly webSocket?: WebSocketSetup;
  /** Where RTSP is under TLS: a port of its own, or wherever HTTPS is, while it is on. Default: the port of RTSP itself. */
  readonly rtspsPort?: number | "HTTPS";
  /** Algorithms of SRTP that a client may choose, by the names of ONVIF; none where nothing is said. */
  readonly srtpAlgorithms?: readonly string[];
  /** Whether there are metadata configurations, and whether the profiles hold them from the start. Default: offered. */
  readonly metadata?: "absent" | "offered" | "in-profiles";
  /** Fixed and created ones together. Default: those configured and 8 more. */
  readonly maximumProfiles?: number;
}

/** Everything that makes one camera, as plain data. */
export interface DeviceSetup {
  readonly identity: IdentitySetup;
  readonly clock: {
    /** Default Manual. */
    readonly dateTimeType?: DateTimeType;
    /** Default true. */
    readonly daylightSavings?: boolean;
    /** Default `UTC0`. */
    readonly timeZone?: string;
    /** How far the camera's clock is ahead of the host's. Default 0. */
    readonly offsetMs?: number;
  };
  /** The name at the start; `dhcpName` stands for what DHCP would give (default: the same). */
  readonly hostname: { readonly name: string; readonly fromDhcp?: boolean; readonly dhcpName?: string };
  readonly network: NetworkSetup;
  /** Default Discoverable. */
  readonly discoveryMode?: DiscoveryMode;
  readonly scopes: readonly ScopeSetup[];
  /** Default 64, or twice as many as are configured if that is more. */
  readonly maximumScopes?: number;
  readonly users: readonly User[];
  readonly userLimits?: Partial<UserLimits>;
  /** How long too many failed logins shut a user out, in ms. Default 0: not at all. */
  readonly lockoutMs?: number;
  /** When a client has set the camera back last, in ms since the Unix epoch. Default: never. */
  readonly lastResetMs?: number | undefined;
  readonly media: MediaSetup;
  /** What clients may send to the speaker. Default: there is none. */
  readonly speaker?: readonly SpeakerFormat[] | undefined;
  /** Default: an empty keystore. */
  readonly security?: SecuritySetup;
  /** Relays, digital inputs and serial ports. Default: none. */
  readonly io?: IoSetup;
  /** Tampering with the pictures that the camera notices. Default: none. */
  readonly tamperings?: readonly Tampering[];
  /** What the camera watches of itself. Default: nothing. */
  readonly health?: readonly HealthKind[];
}
