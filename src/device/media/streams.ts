import { Signal } from "#util/signal";
import { refusal } from "../refusal.js";
import type { MediaSetup, WebProtocol, WebSocketSetup } from "../setup.js";
import type { Profiles } from "./profiles.js";
import { isConfigured } from "./settings.js";
import { localStreamName, METADATA_STREAM } from "./stream-reference.js";
import type {
  AudioEncoderConfiguration,
  MetadataConfiguration,
  MulticastConfiguration,
  Profile,
  StreamReference,
  StreamTransport,
  VideoEncoderConfiguration,
  VideoSourceConfiguration,
} from "./types.js";

/** What a profile plays, complete enough to name its address and to set up a path for it. */
export interface Stream {
  readonly profile: Profile;
  /** The clip or address, and whether the parameters follow it. */
  readonly reference: StreamReference;
  readonly video?: { readonly source: VideoSourceConfiguration; readonly encoder: VideoEncoderConfiguration };
  readonly audio?: AudioEncoderConfiguration;
  readonly metadata?: MetadataConfiguration;
}

/** A client wants a point at which decoding can start (Media §5.18): an I-frame, full PTZ and event state. */
export interface SynchronizationPoint {
  readonly profileToken: string;
}

/** What streams need of the configurations. */
export interface StreamLookup {
  videoSource(token: string): VideoSourceConfiguration;
  videoEncoder(token: string): VideoEncoderConfiguration;
  audioEncoder(token: string): AudioEncoderConfiguration;
  metadata(token: string): MetadataConfiguration;
  /** The reference that came with an encoder configuration in the setup; undefined for one that has none. */
  referenceOf(encoderToken: string): StreamReference | undefined;
}

/** The ways to the streams as configured. */
export type StreamingSetup = Pick<MediaSetup, "transports" | "tunnels" | "webSocket" | "rtspsPort" | "srtpAlgorithms">;

/** Whether it is SRTP, asked for by RTSP under TLS. */
export const isSecure = (transport: StreamTransport): boolean => transport.startsWith("rtsps");

/** What the camera plays, and to whom it may be sent (Media §5.15–5.18, Media2 §5.4–5.7). */
export class Streams {
  /** Told for each SetSynchronizationPoint; nothing of it is state. */
  readonly synchronizationPoints = new Signal<SynchronizationPoint>();

  constructor(
    private readonly profiles: Profiles,
    private readonly lookup: StreamLookup,
    private readonly setup: StreamingSetup,
    /** Whether the camera speaks it now. */
    private readonly isOn: (protocol: WebProtocol) => boolean,
  ) {}

  /** The ways to the streams that there are now. */
  get transports(): readonly StreamTransport[] {
    const { transports = ["rtsp-unicast", "rtsp", "rtsp-over-http"], tunnels = ["HTTP", "HTTPS"] } = this.setup;
    const hasTunnels = tunnels.some(this.isOn);
    const hasTls = this.rtspsPort !== "HTTPS" || this.isOn("HTTPS");
    return transports.filter((one) => {
      if (one === "rtsp-over-http") return hasTunnels;
      return hasTls || !isSecure(one);
    });
  }

  /** RTSP through WebSocket; undefined while there is none. */
  get webSocket(): WebSocketSetup | undefined {
    const { webSocket } = this.setup;
    const schemes = webSocket?.schemes.filter((scheme) => this.isOn(scheme === "ws" ? "HTTP" : "HTTPS")) ?? [];
    return webSocket && schemes.length > 0 ? { ...webSocket, schemes } : undefined;
  }

  /** Algorithms of SRTP, as long as there is SRTP. */
  get srtpAlgorithms(): readonly string[] {
    return this.transports.some(isSecure) ? (this.setup.srtpAlgorithms ?? []) : [];
  }

  /** Where RTSP is under TLS. */
  get rtspsPort(): number | "HTTPS" | undefined {
    return this.setup.rtspsPort;
  }

  /**
   * The stream of a profile as it is now. It follows the encoder, not the profile: whoever puts the encoder of the sub
   * stream into a profile of his own gets the sub stream. Metadata alone will do (Media2 §5.2.8); undefined without that
   * and without a source and its encoder.
   */
  streamOf(profile: Profile): Stream | undefined {
    const { configurations } = profile;
    const videoSource = configurations["video-source"];
    const videoEncoder = configurations["video-encoder"];
    const audioEncoder = configurations["audio-source"] === undefined ? undefined : configurations["audio-encoder"];
    const hasVideo = videoSource !== undefined && videoEncoder !== undefined;
    const { metadata } = configurations;
    const hasMedia = hasVideo || audioEncoder !== undefined;
    if (!hasMedia && metadata === undefined) return undefined;
    const reference =
      (videoEncoder !== undefined && hasVideo ? this.lookup.referenceOf(videoEncoder) : undefined) ??
      (audioEncoder === undefined ? undefined : this.lookup.referenceOf(audioEncoder));
    const other = { uri: hasMedia ? undefined : METADATA_STREAM, appendParameters: true };
    return {
      profile,
      reference: reference ?? other,
      ...(hasVideo
        ? { video: { source: this.lookup.videoSource(videoSource), encoder: this.lookup.videoEncoder(videoEncoder) } }
        : {}),
      ...(audioEncoder === undefined ? {} : { audio: this.lookup.audioEncoder(audioEncoder) }),
      ...(metadata === undefined ? {} : { metadata: this.lookup.metadata(metadata) }),
    };
  }

  /**
   * What the name of a stream on this camera stands for: what the profile plays, if one is given and plays that, else what
   * the first profile does that plays it. Undefined for a name that no profile plays.
   */
  playedAs(name: string, profileToken: string | undefined): Stream | undefined {
    const playing = this.profiles.list().flatMap((profile) => {
      const stream = this.streamOf(profile);
      return stream && localStreamName(stream.reference) === name ? [stream] : [];
    });
    return playing.find(({ profile }) => profile.token === profileToken) ?? playing[0];
  }

  /** Whether the stream's name without its profile would stand for one with other metadata. */
  isAmbiguous({ reference, metadata }: Stream): boolean {
    const name = localStreamName(reference);
    return name !== undefined && this.playedAs(name, undefined)?.metadata?.token !== metadata?.token;
  }

  /** What GetStreamUri needs (Media §5.15.1, Media2 §5.4.1); a transport the caller does not know is undefined. */
  requestStream(profileToken: string, transport: StreamTransport | undefined): Stream {
    const profile = this.profiles.get(profileToken);
    if (transport === undefined || !this.transports.includes(transport))
      throw refusal("invalid-stream-setup", "that transport is not offered", { transport });
    const stream = this.#complete(profile);
    if (transport.endsWith("multicast") && !multicastOf(stream).some(isConfigured))
      throw refusal("invalid-multicast-settings", "no configuration of the profile has a multicast address", {
        profileToken,
      });
    return stream;
  }

  /** What GetSnapshotUri needs (Media §5.16.1, Media2 §5.5.1): a profile with pictures. */
  requestSnapshot(profileToken: string): Stream & Required<Pick<Stream, "video">> {
    const stream = this.#complete(this.profiles.get(profileToken));
    const { video } = stream;
    if (!video) throw refusal("incomplete-configuration", "the profile has no video", { profileToken });
    return { ...stream, video };
  }

  /** StartMulticastStreaming (Media §5.17.1); a profile with metadata alone will do here. */
  startMulticastStreaming(profileToken: string): void {
    const profile = this.profiles.get(profileToken);
    this.#demandMulticast();
    this.#complete(profile);
    this.profiles.setMulticastStreaming(profileToken, true);
  }

  /** StopMulticastStreaming (Media §5.17.2); no error where nothing streams. */
  stopMulticastStreaming(profileToken: string): void {
    this.profiles.get(profileToken);
    this.#demandMulticast();
    this.profiles.setMulticastStreaming(profileToken, false);
  }

  /** The read-only AutoStart of a multicast configuration: whether a profile with it streams. */
  autoStart(kind: "video-encoder" | "audio-encoder" | "metadata", configurationToken: string): boolean {
    return this.profiles
      .list()
      .some((profile) => profile.multicastStreaming && profile.configurations[kind] === configurationToken);
  }

  /** SetSynchronizationPoint (Media §5.18.1, Media2 §5.7.1). */
  setSynchronizationPoint(profileToken: string): void {
    this.profiles.get(profileToken);
    this.synchronizationPoints.emit({ profileToken });
  }

  #demandMulticast(): void {
    if (!this.transports.includes("rtsp-multicast"))
      throw refusal("action-not-supported", "this camera does not stream by multicast");
  }

  #complete(profile: Profile): Stream {
    const stream = this.streamOf(profile);
    if (!stream)
      throw refusal("incomplete-configuration", "the profile has no source with an encoder, and no metadata", {
        profileToken: profile.token,
        configurations: profile.configurations,
      });
    return stream;
  }
}

const multicastOf = ({ video, audio, metadata }: Stream): readonly MulticastConfiguration[] =>
  [video?.encoder, audio, metadata].flatMap((configuration) => configuration?.multicast ?? []);

/** The reference as the product manual has it (1.1.2): the default clip always carries the parameters. */
export const effectiveReference = ({ uri, appendParameters }: StreamReference): StreamReference =>
  uri === undefined || uri === "" ? { uri: undefined, appendParameters: true } : { uri, appendParameters };

/**
 * What follows a stream address as `&name=value` (product manual 1.1.2): how it is sent, and the encoders' settings, the
 * sample rate in Hz.
 */
export const streamParameters = (
  { video, audio }: Stream,
  transport: StreamTransport,
): readonly (readonly [name: string, value: string])[] => {
  const parameters: [string, string][] = [
    ["t", transport.endsWith("multicast") ? "multicast" : "unicast"],
    ["p", protocolNames[transport]],
  ];
  if (video) {
    const { encoding, resolution } = video.encoder;
    parameters.push(["ve", encoding === "MPEG4" ? "MP4V-ES" : encoding]);
    parameters.push(["w", String(resolution.width)], ["h", String(resolution.height)]);
  }
  if (audio) {
    parameters.push(["ae", audioNames[audio.encoding]], ["sr", String(sampleRateHz(audio.sampleRateKhz))]);
  }
  return parameters;
};

/** The rate that ONVIF writes as whole kHz; three usual ones are not a multiple of 1000. */
export const sampleRateHz = (sampleRateKhz: number): number =>
  ({ 11: 11_025, 22: 22_050, 44: 44_100 })[sampleRateKhz] ?? sampleRateKhz * 1000;

const protocolNames: Readonly<Record<StreamTransport, string>> = {
  "rtsp-unicast": "udp",
  "rtsp-multicast": "udp",
  rtsp: "rtsp",
  "rtsp-over-http": "http",
  "rtsps-unicast": "udp",
  "rtsps-multicast": "udp",
};

const audioNames = { G711: "PCMU", G726: "G726", AAC: "MP4A-LATM" } as const;
