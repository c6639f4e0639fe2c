import type { Media } from "#device/media/media";
import type { ConfigurationKind, ConfigurationRef, Profile } from "#device/media/types";
import { refusal } from "#device/refusal";
import { invalidArgument } from "../faults.js";
import type {
  ConfigurationEnumeration,
  ConfigurationRef as WireRef,
  ConfigurationSet,
  MediaProfile,
} from "../schema/media2/profile.js";
import { audioDecoderToWire } from "./audio-decoder.js";
import { audioOutputToWire } from "./audio-output.js";
import { audioEncoder20ToWire } from "./audio-encoder.js";
import { audioSourceConfigurationToWire } from "./audio-source.js";
import { metadataToWire } from "./metadata.js";
import { partsOf } from "./profile-parts.js";
import { videoEncoder20ToWire } from "./video-encoder20.js";
import { videoSourceConfigurationToWire } from "./video-source.js";

/** Each type of configuration with the model's kind; null for those of which this camera has none. */
const KINDS: Readonly<Record<Exclude<ConfigurationEnumeration, "All">, ConfigurationKind | null>> = {
  VideoSource: "video-source",
  VideoEncoder: "video-encoder",
  AudioSource: "audio-source",
  AudioEncoder: "audio-encoder",
  AudioOutput: "audio-output",
  AudioDecoder: "audio-decoder",
  Metadata: "metadata",
  Analytics: null,
  PTZ: null,
  Receiver: null,
};

type ConfigurationType = keyof typeof KINDS;

const isType = (name: string): name is ConfigurationType => Object.hasOwn(KINDS, name);

function demandType(name: string): ConfigurationType {
  if (!isType(name)) throw invalidArgument(`${name.slice(0, 64)} is no type of configuration`);
  return name;
}

/** A profile with the configurations of these types; without any types without configurations (Media2 §5.1.2). */
export function profile20ToWire(profile: Profile, types: readonly string[], media: Media): MediaProfile {
  const { token, name, fixed } = profile;
  return {
    token,
    fixed,
    Name: name,
    Configurations: types.length > 0 ? configurationSet(profile, typesOf(types), media) : undefined,
  };
}

const typesOf = (names: readonly string[]): ReadonlySet<ConfigurationType> =>
  new Set(names.includes("All") ? Object.keys(KINDS).filter(isType) : names.map(demandType));

function configurationSet(profile: Profile, types: ReadonlySet<ConfigurationType>, media: Media): ConfigurationSet {
  const { videoSource, audioSource, videoEncoder, audioEncoder, audioOutput, audioDecoder, metadata } = partsOf(
    profile,
    media,
  );
  const wanted = <T>(type: ConfigurationType, part: T | undefined): T | undefined =>
    types.has(type) ? part : undefined;
  return {
    VideoSource: wanted("VideoSource", videoSource && videoSourceConfigurationToWire(videoSource, media)),
    AudioSource: wanted("AudioSource", audioSource && audioSourceConfigurationToWire(audioSource, media)),
    VideoEncoder: wanted("VideoEncoder", videoEncoder && videoEncoder20ToWire(videoEncoder, media)),
    AudioEncoder: wanted("AudioEncoder", audioEncoder && audioEncoder20ToWire(audioEncoder, media)),
    AudioOutput: wanted("AudioOutput", audioOutput && audioOutputToWire(audioOutput, media)),
    AudioDecoder: wanted("AudioDecoder", audioDecoder && audioDecoderToWire(audioDecoder, media)),
    Metadata: wanted("Metadata", metadata && metadataToWire(metadata, media)),
  };
}

/**
 * The configurations that are to be added; `All` is ignored (Media2 §5.1.3). Refuses those that are not here or have no
 * token.
 */
export const addedFromWire = (refs: readonly WireRef[]): readonly ConfigurationRef[] =>
  refs
    .filter(({ Type }) => Type !== "All")
    .map(({ Type, Token }) => {
      const kind = KINDS[demandType(Type)];
      if (kind === null) throw refusal("no-config", `this camera has no configurations of the type ${Type}`);
      if (Token === undefined)
        throw refusal("no-config", `a configuration of the type ${Type} is to be named by a token`);
      return { kind, token: Token };
    });

/** The kinds that are to be removed; tokens are ignored, and so are kinds that this camera has not (Media2 §5.1.4). */
export const removedFromWire = (refs: readonly WireRef[]): readonly ConfigurationKind[] | "all" =>
  refs.some(({ Type }) => Type === "All") ? "all" : refs.flatMap(({ Type }) => KINDS[demandType(Type)] ?? []);
