import type { ClientSession } from "../client-session.js";

const ALWAYS = ["OPTIONS", "DESCRIBE", "GET_PARAMETER", "SET_PARAMETER"];

/** What the Allow header beside a 455 lists: the methods that are valid as things are (RFC 2326 §11.3.6, appendix A.2). */
export function allowedMethods(session: ClientSession | undefined): string {
  return [...ALWAYS, ...(session ? ofSession(session) : ["ANNOUNCE", "SETUP"])].join(", ");
}

function ofSession({ reads, state }: ClientSession): readonly string[] {
  const start = reads === undefined ? "RECORD" : "PLAY";
  return [...(state === "ready" ? ["SETUP"] : []), start, "PAUSE", "TEARDOWN"];
}
