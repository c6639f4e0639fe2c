import type { RtspRequest } from "#wire/rtsp/message";
import type { Answer } from "../answer.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import type { ClientSession } from "../client-session.js";

/** One request with all that its method may need. */
export interface Exchange {
  readonly request: RtspRequest;
  readonly connection: RtspConnection;
  readonly server: ServerContext;
  /** The session that the request names, or else the one of its connection. */
  readonly session: ClientSession | undefined;
}

export type Method = (exchange: Exchange) => Answer | Promise<Answer>;
