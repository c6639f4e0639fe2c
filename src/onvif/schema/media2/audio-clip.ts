import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, some } from "#xml/schema";
import { tr2 } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";

/** Audio clips that a camera stores and plays through its outputs, recorded or spoken from text. */

/** Values of `AudioClip.Type`. */
export const SupportedAudioClipFormat = enumeration(
  xs.string,
  "audio/vnd.wave;codec=1",
  "audio/vnd.wave;codec=7",
  "audio/mpeg",
  "audio/ogg;codecs=opus",
  "audio/ogg;codecs=vorbis",
  "audio/ogg;codecs=flac",
  "audio/ogg;codecs=speex",
);
export type SupportedAudioClipFormat = Infer<typeof SupportedAudioClipFormat>;

export const AudioClip = tr2
  .sequence({
    Enabled: element(xs.boolean),
    Name: element(xs.string),
    AudioOutputToken: many(ReferenceToken),
    Type: element(xs.string),
    RepeatCycles: element(xs.int),
    RepeatInterval: optional(xs.int),
    AudioOutputLevel: optional(xs.int),
    ScheduleToken: optional(ReferenceToken),
  })
  .open();
export interface AudioClip extends Infer<typeof AudioClip> {}

/** Values of `TTSAudio.VoiceType`. */
export const TTSVoiceType = enumeration(xs.string, "male", "female");
export type TTSVoiceType = Infer<typeof TTSVoiceType>;

export const TTSAudio = tr2
  .sequence({
    Content: element(xs.string),
    Language: element(xs.string),
    VoiceType: element(xs.string),
  })
  .open();
export interface TTSAudio extends Infer<typeof TTSAudio> {}

export const GetAudioClipsResponseItem = tr2
  .sequence({ Token: element(ReferenceToken), Configuration: element(AudioClip) })
  .open();
export interface GetAudioClipsResponseItem extends Infer<typeof GetAudioClipsResponseItem> {}

export const PlayingAudioClips = tr2
  .sequence({
    Token: element(ReferenceToken),
    Name: element(xs.string),
    AudioOutputToken: some(ReferenceToken),
    AudioOutputLevel: element(xs.int),
    RepeatsLeft: element(xs.int),
  })
  .open();
export interface PlayingAudioClips extends Infer<typeof PlayingAudioClips> {}
