import { invalidArgument } from "../faults.js";

/** Refuses a configuration that turns on what this camera has not and its options do not offer. */
export function refuseUnoffered(what: string, isOn: boolean | undefined): void {
  if (isOn) throw invalidArgument(`${what} is not offered`, "ConfigModify");
}

/** As above, for an algorithm of secure streaming. */
export const refuseSecureStreaming = (algorithm: string | undefined): void =>
  refuseUnoffered("secure streaming", algorithm !== undefined && algorithm !== "NONE");
