import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { trt } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { OSDConfiguration, OSDConfigurationOptions } from "../tt/osd.js";
import { MediaUri, StreamSetup } from "../tt/streaming.js";
import { VideoSourceMode } from "./types.js";

const nothing = trt.sequence({});
const ofProfile = trt.sequence({ ProfileToken: element(ReferenceToken) });
const ofOsd = trt.sequence({ OSDToken: element(ReferenceToken) }).open({ attributes: false });
const anOsd = trt.sequence({ OSD: element(OSDConfiguration) }).open({ attributes: false });
const nothingKnown = trt.sequence({}).open({ attributes: false });

/** Addresses of streams and pictures, multicast, synchronization, video source modes (Media 5.15 to 5.19). */
export const streamOperations = {
  GetStreamUri: operation({
    access: "READ_MEDIA",
    spec: "Media 5.15.1",
    request: trt.sequence({ StreamSetup: element(StreamSetup), ProfileToken: element(ReferenceToken) }),
    response: trt.sequence({ MediaUri: element(MediaUri) }),
  }),
  GetSnapshotUri: operation({
    access: "READ_MEDIA",
    spec: "Media 5.16.1",
    request: ofProfile,
    response: trt.sequence({ MediaUri: element(MediaUri) }),
  }),
  StartMulticastStreaming: operation({
    access: "ACTUATE",
    spec: "Media 5.17.1",
    request: ofProfile,
    response: nothing,
  }),
  StopMulticastStreaming: operation({
    access: "ACTUATE",
    spec: "Media 5.17.2",
    request: ofProfile,
    response: nothing,
  }),
  SetSynchronizationPoint: operation({
    access: "ACTUATE",
    spec: "Media 5.18.1",
    request: ofProfile,
    response: nothing,
  }),
  GetVideoSourceModes: operation({
    access: "READ_SYSTEM",
    spec: "Media 5.19.1",
    request: trt.sequence({ VideoSourceToken: element(ReferenceToken) }),
    response: trt.sequence({ VideoSourceModes: some(VideoSourceMode) }),
  }),
  SetVideoSourceMode: operation({
    access: "WRITE_SYSTEM",
    spec: "Media 5.19.2",
    request: trt.sequence({
      VideoSourceToken: element(ReferenceToken),
      VideoSourceModeToken: element(ReferenceToken),
    }),
    response: trt.sequence({ Reboot: element(xs.boolean) }),
  }),
};

/** Text and pictures over the video (Media 5.20). */
export const osdOperations = {
  CreateOSD: operation({
    access: "ACTUATE",
    spec: "Media 5.20.1",
    request: anOsd,
    response: ofOsd,
  }),
  DeleteOSD: operation({
    access: "ACTUATE",
    spec: "Media 5.20.2",
    request: ofOsd,
    response: nothingKnown,
  }),
  GetOSDs: operation({
    access: "READ_MEDIA",
    spec: "Media 5.20.3",
    request: trt.sequence({ ConfigurationToken: optional(ReferenceToken) }),
    response: trt.sequence({ OSDs: many(OSDConfiguration) }),
  }),
  GetOSD: operation({
    access: "READ_MEDIA",
    spec: "Media 5.20.4",
    request: ofOsd,
    response: anOsd,
  }),
  SetOSD: operation({
    access: "ACTUATE",
    spec: "Media 5.20.5",
    request: anOsd,
    response: nothingKnown,
  }),
  GetOSDOptions: operation({
    access: "READ_MEDIA",
    spec: "Media 5.20.6",
    request: trt.sequence({ ConfigurationToken: element(ReferenceToken) }).open({ attributes: false }),
    response: trt.sequence({ OSDOptions: element(OSDConfigurationOptions) }).open({ attributes: false }),
  }),
};
