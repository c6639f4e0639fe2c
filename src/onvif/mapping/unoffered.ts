import { actionNotSupported, invalidArgument } from "../faults.js";

/** Refuses a configuration that turns on what this camera has not and its options do not offer. */
export function refuseUnoffered(what: string, isOn: boolean | undefined): void {
  if (isOn) throw invalidArgument(`${what} is not offered`, "ConfigModify");
}

/** As above, for an algorithm of secure streaming. */
export const refuseSecureStreaming = (algorithm: string | undefined): void =>
  refuseUnoffered("secure streaming", algorithm !== undefined && algorithm !== "NONE");

/** A list of options that the schema wants to have an item; a camera that has none does not offer the operation. */
export function demandOptions<O>(options: readonly O[], what: string): readonly O[] {
  if (options.length === 0) throw actionNotSupported(`this camera has no ${what}`);
  return options;
}
