import { xs } from "#xml/datatypes";
import { element, many, type Schema } from "#xml/schema";
import { operation } from "../../operation.js";
import { tmd } from "../namespaces.js";
import {
  AudioOutputConfiguration,
  AudioOutputConfigurationOptions,
  AudioSourceConfiguration,
  AudioSourceConfigurationOptions,
} from "../tt/audio-source.js";
import { ReferenceToken } from "../tt/common.js";
import { VideoOutput, VideoOutputConfiguration, VideoOutputConfigurationOptions } from "../tt/video-output.js";
import { VideoSourceConfiguration, VideoSourceConfigurationOptions } from "../tt/video-source.js";
import { deviceIoAction as action } from "./action.js";
import { Get, GetResponse } from "./types.js";

/** Release in which the configurations that the media services have too were taken out of the specification. */
const MOVED = "16.12";

const listTokens = (name: string, spec: string) =>
  operation({ access: "READ_MEDIA", spec, action: action(name), request: Get, response: GetResponse });

const videoOutput = tmd.sequence({ VideoOutputToken: element(ReferenceToken) }).open({ attributes: false });
const videoSource = tmd.sequence({ VideoSourceToken: element(ReferenceToken) }).open({ attributes: false });
const audioOutput = tmd.sequence({ AudioOutputToken: element(ReferenceToken) }).open({ attributes: false });
const audioSource = tmd.sequence({ AudioSourceToken: element(ReferenceToken) }).open({ attributes: false });

const set = <T>(name: string, spec: string, configuration: Schema<T>, deprecated?: string) =>
  operation({
    access: "ACTUATE",
    spec,
    action: action(name),
    request: tmd
      .sequence({ Configuration: element(configuration), ForcePersistence: element(xs.boolean) })
      .open({ attributes: false }),
    response: tmd.sequence({}).open({ attributes: false }),
    ...(deprecated !== undefined && { deprecated }),
  });

/** Cameras, microphones, loudspeakers and monitors of the device. Each configuration is asked for by what it is of. */
export const mediaOperations = {
  GetAudioSources: listTokens("GetAudioSources", "DeviceIo 5.6.1"),
  GetAudioOutputs: listTokens("GetAudioOutputs", "DeviceIo 5.5.1"),
  GetVideoSources: listTokens("GetVideoSources", "DeviceIo 5.4.1"),
  GetVideoOutputs: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo 5.2.1",
    action: action("GetVideoOutputs"),
    request: tmd.sequence({}),
    response: tmd.sequence({ VideoOutputs: many(VideoOutput) }),
  }),

  GetVideoSourceConfiguration: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetVideoSourceConfiguration"),
    request: videoSource,
    response: tmd.sequence({ VideoSourceConfiguration: element(VideoSourceConfiguration) }).open({ attributes: false }),
  }),
  GetVideoOutputConfiguration: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo 5.3.1",
    action: action("GetVideoOutputConfiguration"),
    request: videoOutput,
    response: tmd.sequence({ VideoOutputConfiguration: element(VideoOutputConfiguration) }).open({ attributes: false }),
  }),
  GetAudioSourceConfiguration: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetAudioSourceConfiguration"),
    request: audioSource,
    response: tmd.sequence({ AudioSourceConfiguration: element(AudioSourceConfiguration) }).open({ attributes: false }),
  }),
  GetAudioOutputConfiguration: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetAudioOutputConfiguration"),
    request: audioOutput,
    response: tmd.sequence({ AudioOutputConfiguration: element(AudioOutputConfiguration) }).open({ attributes: false }),
  }),

  SetVideoSourceConfiguration: set("SetVideoSourceConfiguration", "DeviceIo", VideoSourceConfiguration, MOVED),
  SetVideoOutputConfiguration: set("SetVideoOutputConfiguration", "DeviceIo 5.3.2", VideoOutputConfiguration),
  SetAudioSourceConfiguration: set("SetAudioSourceConfiguration", "DeviceIo", AudioSourceConfiguration, MOVED),
  SetAudioOutputConfiguration: set("SetAudioOutputConfiguration", "DeviceIo", AudioOutputConfiguration, MOVED),

  GetVideoSourceConfigurationOptions: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetVideoSourceConfigurationOptions"),
    request: videoSource,
    response: tmd
      .sequence({ VideoSourceConfigurationOptions: element(VideoSourceConfigurationOptions) })
      .open({ attributes: false }),
  }),
  GetVideoOutputConfigurationOptions: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo 5.3.3",
    action: action("GetVideoOutputConfigurationOptions"),
    request: videoOutput,
    response: tmd
      .sequence({ VideoOutputConfigurationOptions: element(VideoOutputConfigurationOptions) })
      .open({ attributes: false }),
  }),
  GetAudioSourceConfigurationOptions: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetAudioSourceConfigurationOptions"),
    request: audioSource,
    response: tmd
      .sequence({ AudioSourceOptions: element(AudioSourceConfigurationOptions) })
      .open({ attributes: false }),
  }),
  GetAudioOutputConfigurationOptions: operation({
    access: "READ_MEDIA",
    spec: "DeviceIo",
    deprecated: MOVED,
    action: action("GetAudioOutputConfigurationOptions"),
    request: audioOutput,
    response: tmd
      .sequence({ AudioOutputOptions: element(AudioOutputConfigurationOptions) })
      .open({ attributes: false }),
  }),
};
