import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { operation } from "../../operation.js";
import { tr2 } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { AudioClip, GetAudioClipsResponseItem, PlayingAudioClips, TTSAudio } from "./audio-clip.js";

const nothing = tr2.sequence({});

/** Audio clips (Media2 5.12). */
export const audioClipOperations = {
  GetAudioClips: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.12.2",
    request: tr2.sequence({ Token: optional(ReferenceToken) }),
    response: tr2.sequence({ AudioClipItem: many(GetAudioClipsResponseItem) }),
  }),
  AddAudioClip: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.12.3",
    request: tr2.sequence({ Token: optional(ReferenceToken), Configuration: element(AudioClip) }),
    response: tr2.sequence({
      Token: element(ReferenceToken),
      UploadUri: element(xs.anyURI),
      ExpiryTime: element(xs.dateTime),
    }),
  }),
  AddTTSAudioClip: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.12.4",
    request: tr2.sequence({
      Token: optional(ReferenceToken),
      Configuration: element(AudioClip),
      TTSConfiguration: element(TTSAudio),
    }),
    response: tr2.sequence({ Token: element(ReferenceToken) }),
  }),
  SetAudioClip: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.12.5",
    request: tr2.sequence({ Token: element(ReferenceToken), Configuration: element(AudioClip) }),
    response: nothing,
  }),
  DeleteAudioClip: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.12.6",
    request: tr2.sequence({ Token: element(ReferenceToken) }),
    response: nothing,
  }),
  PlayAudioClip: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.12.7",
    request: tr2.sequence({
      Token: element(ReferenceToken),
      AudioOutputToken: many(ReferenceToken),
      Play: element(xs.boolean),
      RepeatCycles: optional(xs.int),
    }),
    response: nothing,
  }),
  GetPlayingAudioClips: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.12.8",
    request: nothing,
    response: tr2.sequence({ PlayingAudioClips: many(PlayingAudioClips) }),
  }),
};
