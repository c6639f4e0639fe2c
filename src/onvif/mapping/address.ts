import type { Call } from "../call.js";

/** The absolute address of something on this camera's web server, where the client has reached us (Core §8.1.2.2). */
export const addressOf = (path: string, { reachedAt }: Pick<Call, "reachedAt">): string =>
  new URL(path, reachedAt).href;
