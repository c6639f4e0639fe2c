import type { Media } from "#device/media/media";
import { actionNotSupported, invalidArgument } from "../faults.js";

/** Refuses a configuration that turns on what this camera has not and its options do not offer. */
export function refuseUnoffered(what: string, isOn: boolean | undefined): void {
  if (isOn) throw invalidArgument(`${what} is not offered`, "ConfigModify");
}

/** As above, for an algorithm of SRTP (Streaming §8.1). A camera without SRTP takes that there is none. */
export function refuseSecureStreaming(algorithm: string | undefined, { streams }: Media): void {
  const { srtpAlgorithms } = streams;
  const offered = srtpAlgorithms.length > 0 ? srtpAlgorithms : ["NONE"];
  refuseUnoffered("that algorithm of SRTP", algorithm !== undefined && !offered.includes(algorithm));
}

/** The algorithms of SRTP as options tell them (Streaming §8.1); undefined for a camera without. */
export const algorithmsToWire = ({ streams }: Media): readonly string[] | undefined =>
  streams.srtpAlgorithms.length > 0 ? streams.srtpAlgorithms : undefined;

/** A list of options that the schema wants to have an item; a camera that has none does not offer the operation. */
export function demandOptions<O>(options: readonly O[], what: string): readonly O[] {
  if (options.length === 0) throw actionNotSupported(`this camera has no ${what}`);
  return options;
}
