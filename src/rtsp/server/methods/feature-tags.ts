import { parseTokens } from "#wire/rtsp/headers/tokens";
import type { RtspRequest } from "#wire/rtsp/message";
import type { ServerContext } from "../context.js";

/** Sound from the client (Streaming §5.3.1). */
export const BACK_CHANNEL_TAG = "www.onvif.org/ver20/backchannel";

/** Replay of recordings (Streaming §6.3). */
export const REPLAY_TAG = "onvif-replay";

/** What clients may require, and whether a server has it. */
const FEATURES: ReadonlyMap<string, (server: ServerContext) => boolean> = new Map([
  [
    BACK_CHANNEL_TAG,
    ({ directory }: ServerContext) => directory.backChannel !== undefined || directory.hasOwnBackChannels === true,
  ],
  [REPLAY_TAG, ({ directory }: ServerContext) => directory.replay !== undefined],
]);

/** The tags that a request requires (RFC 2326 §12.32), as they are written. */
const requiredTags = ({ headers }: RtspRequest): string[] =>
  parseTokens([...headers.all("Require"), ...headers.all("Proxy-Require")]);

/** Those of the required tags that the server does not have. */
export const unsupportedTags = (request: RtspRequest, server: ServerContext): string[] =>
  requiredTags(request).filter((tag) => FEATURES.get(tag.toLowerCase())?.(server) !== true);

export const requires = (request: RtspRequest, tag: string): boolean =>
  requiredTags(request).some((one) => one.toLowerCase() === tag);
