import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tr2 } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { OSDConfiguration, OSDConfigurationOptions } from "../tt/osd.js";
import { Mask, MaskOptions } from "./mask.js";
import { SetConfigurationResponse } from "./profile.js";
import { StartStopMulticastStreaming, VideoSourceMode, WebRTCConfiguration } from "./streaming.js";

const nothing = tr2.sequence({});
const ofProfile = tr2.sequence({ ProfileToken: element(ReferenceToken) });
const ofConfiguration = tr2.sequence({ ConfigurationToken: element(ReferenceToken) });

/** Addresses, multicast, synchronization, video source modes (Media2 5.4 to 5.8), and WebRTC (5.11). */
export const streamOperations = {
  GetStreamUri: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.4.1",
    request: tr2.sequence({ Protocol: element(xs.string), ProfileToken: element(ReferenceToken) }),
    response: tr2.sequence({ Uri: element(xs.anyURI) }),
  }),
  GetSnapshotUri: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.5.1",
    request: ofProfile,
    response: tr2.sequence({ Uri: element(xs.anyURI) }),
  }),
  StartMulticastStreaming: operation({
    access: "ACTUATE",
    spec: "Media2 5.6.1",
    request: StartStopMulticastStreaming,
    response: SetConfigurationResponse,
  }),
  StopMulticastStreaming: operation({
    access: "ACTUATE",
    spec: "Media2 5.6.2",
    request: StartStopMulticastStreaming,
    response: SetConfigurationResponse,
  }),
  SetSynchronizationPoint: operation({
    access: "ACTUATE",
    spec: "Media2 5.7.1",
    request: ofProfile,
    response: nothing,
  }),
  GetVideoSourceModes: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.8.1",
    request: tr2.sequence({ VideoSourceToken: element(ReferenceToken) }),
    response: tr2.sequence({ VideoSourceModes: some(VideoSourceMode) }),
  }),
  SetVideoSourceMode: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.8.2",
    request: tr2.sequence({
      VideoSourceToken: element(ReferenceToken),
      VideoSourceModeToken: element(ReferenceToken),
    }),
    response: tr2.sequence({ Reboot: element(xs.boolean) }),
  }),
  GetWebRTCConfigurations: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.11.2",
    request: nothing,
    response: tr2.sequence({ WebRTCConfiguration: many(WebRTCConfiguration) }),
  }),
  SetWebRTCConfigurations: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.11.3",
    request: tr2.sequence({ WebRTCConfiguration: many(WebRTCConfiguration) }),
    response: nothing,
  }),
};

/** Text and pictures over the video (Media2 5.9). */
export const osdOperations = {
  CreateOSD: operation({
    access: "ACTUATE",
    spec: "Media2 5.9.2",
    request: tr2.sequence({ OSD: element(OSDConfiguration) }),
    response: tr2.sequence({ OSDToken: element(ReferenceToken) }),
  }),
  DeleteOSD: operation({
    access: "ACTUATE",
    spec: "Media2 5.9.3",
    request: tr2.sequence({ OSDToken: element(ReferenceToken) }),
    response: SetConfigurationResponse,
  }),
  GetOSDs: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.9.4",
    request: tr2.sequence({ OSDToken: optional(ReferenceToken), ConfigurationToken: optional(ReferenceToken) }),
    response: tr2.sequence({ OSDs: many(OSDConfiguration) }),
  }),
  SetOSD: operation({
    access: "ACTUATE",
    spec: "Media2 5.9.5",
    request: tr2.sequence({ OSD: element(OSDConfiguration) }),
    response: SetConfigurationResponse,
  }),
  GetOSDOptions: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.9.6",
    request: ofConfiguration,
    response: tr2.sequence({ OSDOptions: element(OSDConfigurationOptions) }),
  }),
};

/** Privacy masks (Media2 5.10). */
export const maskOperations = {
  CreateMask: operation({
    access: "ACTUATE",
    spec: "Media2 5.10.2",
    request: tr2.sequence({ Mask: element(Mask) }),
    response: tr2.sequence({ Token: element(ReferenceToken) }),
  }),
  DeleteMask: operation({
    access: "ACTUATE",
    spec: "Media2 5.10.3",
    request: tr2.sequence({ Token: element(ReferenceToken) }),
    response: SetConfigurationResponse,
  }),
  GetMasks: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.10.4",
    request: tr2.sequence({ Token: optional(ReferenceToken), ConfigurationToken: optional(ReferenceToken) }),
    response: tr2.sequence({ Masks: many(Mask) }),
  }),
  SetMask: operation({
    access: "ACTUATE",
    spec: "Media2 5.10.5",
    request: tr2.sequence({ Mask: element(Mask) }),
    response: SetConfigurationResponse,
  }),
  GetMaskOptions: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.10.6",
    request: ofConfiguration,
    response: tr2.sequence({ Options: element(MaskOptions) }),
  }),
};
