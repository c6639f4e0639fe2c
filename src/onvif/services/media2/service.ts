import { implement } from "../../registry.js";
import { Capabilities2 } from "../../schema/media2/capabilities.js";
import { Media2 } from "../../schema/media2/service.js";
import { media2Capabilities } from "./capabilities.js";
import { configurations } from "./configurations.js";
import { profiles } from "./profiles.js";
import { streams } from "./streams.js";

/** The media service of the second generation: the same profiles, for all codecs. */
export const media2Service = implement(
  Media2,
  {
    path: "/onvif/media2_service",
    capabilities: { schema: Capabilities2, of: media2Capabilities },
  },
  {
    GetServiceCapabilities: (_, call) => ({ Capabilities: media2Capabilities(call) }),
    ...profiles,
    ...configurations,
    ...streams,
  },
);
