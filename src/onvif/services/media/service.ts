import { implement } from "../../registry.js";
import { Media } from "../../schema/media/service.js";
import { Capabilities } from "../../schema/media/types.js";
import { mediaCapabilities, mediaLegacyCapabilities } from "./capabilities.js";
import { configurations } from "./configurations.js";
import { profiles } from "./profiles.js";
import { streams } from "./streams.js";

/** The media service of the first generation. */
export const mediaService = implement(
  Media,
  {
    path: "/onvif/media_service",
    capabilities: { schema: Capabilities, of: mediaCapabilities },
    legacyCapabilities: mediaLegacyCapabilities,
  },
  {
    GetServiceCapabilities: (_, call) => ({ Capabilities: mediaCapabilities(call) }),
    ...profiles,
    ...configurations,
    ...streams,
  },
);
