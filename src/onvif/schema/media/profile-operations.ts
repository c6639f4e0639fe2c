import { element, many, optional } from "#xml/schema";
import { operation } from "../../operation.js";
import { trt } from "../namespaces.js";
import { Name, ReferenceToken } from "../tt/common.js";
import { Profile } from "../tt/profile.js";

const ofProfile = trt.sequence({ ProfileToken: element(ReferenceToken) });
const ofProfileAndConfiguration = trt.sequence({
  ProfileToken: element(ReferenceToken),
  ConfigurationToken: element(ReferenceToken),
});
const nothing = trt.sequence({});

const add = (spec: string) =>
  operation({ access: "ACTUATE", spec, request: ofProfileAndConfiguration, response: nothing });
const remove = (spec: string) => operation({ access: "ACTUATE", spec, request: ofProfile, response: nothing });

/** Profiles are made, read, filled and deleted (Media 5.2). */
export const profileOperations = {
  CreateProfile: operation({
    access: "ACTUATE",
    spec: "Media 5.2.1",
    request: trt.sequence({ Name: element(Name), Token: optional(ReferenceToken) }),
    response: trt.sequence({ Profile: element(Profile) }),
  }),
  GetProfiles: operation({
    access: "READ_MEDIA",
    spec: "Media 5.2.2",
    request: nothing,
    response: trt.sequence({ Profiles: many(Profile) }),
  }),
  GetProfile: operation({
    access: "READ_MEDIA",
    spec: "Media 5.2.3",
    action: "http://www.onvif.org/ver10/media/wsdlGetProfile/",
    request: ofProfile,
    response: trt.sequence({ Profile: element(Profile) }),
  }),
  AddVideoSourceConfiguration: add("Media 5.2.4"),
  AddVideoEncoderConfiguration: add("Media 5.2.5"),
  AddAudioSourceConfiguration: add("Media 5.2.6"),
  AddAudioEncoderConfiguration: add("Media 5.2.7"),
  AddPTZConfiguration: add("Media 5.2.8"),
  AddVideoAnalyticsConfiguration: add("Media 5.2.9"),
  AddMetadataConfiguration: add("Media 5.2.10"),
  AddAudioOutputConfiguration: add("Media 5.2.11"),
  AddAudioDecoderConfiguration: add("Media 5.2.12"),
  RemoveVideoSourceConfiguration: remove("Media 5.2.13"),
  RemoveVideoEncoderConfiguration: remove("Media 5.2.14"),
  RemoveAudioSourceConfiguration: remove("Media 5.2.15"),
  RemoveAudioEncoderConfiguration: remove("Media 5.2.16"),
  RemovePTZConfiguration: remove("Media 5.2.17"),
  RemoveVideoAnalyticsConfiguration: remove("Media 5.2.18"),
  RemoveMetadataConfiguration: remove("Media 5.2.19"),
  RemoveAudioOutputConfiguration: remove("Media 5.2.20"),
  RemoveAudioDecoderConfiguration: remove("Media 5.2.21"),
  DeleteProfile: remove("Media 5.2.22"),
};
