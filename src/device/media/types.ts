import type { IpAddress } from "../addresses.js";
import type { SensorFilter } from "./sensor-filter.js";

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, from its upper left corner, in pixels. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** Both ends belong to it. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The configurations that a profile may hold. Further services add theirs, with its rules, in `profiles.ts`. */
export type ConfigurationKind =
  "video-source" | "audio-source" | "video-encoder" | "audio-encoder" | "audio-output" | "audio-decoder" | "metadata";

/** One configuration of the device. */
export interface ConfigurationRef {
  readonly kind: ConfigurationKind;
  readonly token: string;
}

/** What every configuration has (Media2 §5.2.1). The use count is not kept: see `Profiles.useCount`. */
export interface Configuration {
  readonly token: string;
  readonly name: string;
}

/** A set of configurations that makes one stream (Media §4.1). */
export interface Profile {
  readonly token: string;
  readonly name: string;
  /** Whether it can not be deleted; its configurations may change all the same. */
  readonly fixed: boolean;
  readonly configurations: Readonly<Partial<Record<ConfigurationKind, string>>>;
  /** Whether StartMulticastStreaming is in force (Media §5.17.1); it outlasts a restart. */
  readonly multicastStreaming: boolean;
}

/** Where a stream goes by multicast. Port 0 or the unspecified address: not configured. */
export interface MulticastConfiguration {
  readonly address: IpAddress;
  readonly port: number;
  readonly ttl: number;
}

/** A picture sensor (Media §5.3). */
export interface VideoSource {
  readonly token: string;
  readonly resolution: Size;
  /** Pictures per second. */
  readonly frameRate: number;
}

export interface VideoSourceConfiguration extends Configuration {
  readonly sourceToken: string;
  readonly bounds: Rectangle;
}

export type VideoEncoding = "JPEG" | "MPEG4" | "H264" | "H265";

/** The encoding profiles of MPEG-4, H.264 and H.265 as ONVIF writes them. */
export type EncodingProfile = "SP" | "ASP" | "Baseline" | "Main" | "Extended" | "High" | "Main10";

export interface VideoRateControl {
  /** Pictures per second, at most. */
  readonly frameRateLimit: number;
  /** 1: every picture is sent, 2: every second one … */
  readonly encodingInterval: number;
  readonly bitrateLimitKbps: number;
}

export interface VideoEncoderConfiguration extends Configuration {
  readonly encoding: VideoEncoding;
  readonly resolution: Size;
  /** Higher is better; see the options for its range. */
  readonly quality: number;
  readonly rateControl: VideoRateControl;
  /** Pictures from one I-frame to the next; without meaning for JPEG. */
  readonly govLength: number;
  /** Absent for JPEG. */
  readonly encodingProfile?: EncodingProfile;
  readonly multicast: MulticastConfiguration;
  readonly sessionTimeoutMs: number;
}

/** A sound input (Media §5.6). */
export interface AudioSource {
  readonly token: string;
  readonly channels: number;
}

export interface AudioSourceConfiguration extends Configuration {
  readonly sourceToken: string;
}

export type AudioEncoding = "G711" | "G726" | "AAC";

export interface AudioEncoderConfiguration extends Configuration {
  readonly encoding: AudioEncoding;
  readonly bitrateKbps: number;
  readonly sampleRateKhz: number;
  readonly multicast: MulticastConfiguration;
  readonly sessionTimeoutMs: number;
}

/** What goes into a metadata stream (Media §5.10). */
export interface MetadataConfiguration extends Configuration {
  readonly ptzStatus: boolean;
  readonly ptzPosition: boolean;
  readonly analytics: boolean;
  /** Undefined: no events; empty: all events; else a topic filter in the syntax of Core §9.6.3. */
  readonly eventFilter?: string;
  /** Undefined: no sensor data. */
  readonly sensorFilter?: SensorFilter;
  readonly multicast: MulticastConfiguration;
  readonly sessionTimeoutMs: number;
}

/** The ways to a stream; `rtsp` sends RTP over the RTSP connection (Media2 §5.4.1). */
export type StreamTransport =
  "rtsp-unicast" | "rtsp-multicast" | "rtsp" | "rtsp-over-http" | "rtsps-unicast" | "rtsps-multicast";

/** The stream that a profile of the setup plays. */
export interface StreamReference {
  /** Name of a clip or whole URL; undefined for the camera's default clip. */
  readonly uri: string | undefined;
  /** Whether the encoder settings follow it as `&name=value`. */
  readonly appendParameters: boolean;
}

/** Which configurations an operation asks about: by token, by a profile they must fit, both or neither. */
export interface ConfigurationScope {
  readonly configurationToken?: string | undefined;
  readonly profileToken?: string | undefined;
}
