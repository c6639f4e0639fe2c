import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { IPAddress, ReferenceToken } from "./common.js";

/** Multicast destinations and the protection of the streams sent there. */

/** Where a configuration is streamed to. An address of 0 turns multicast off; RTCP uses the port after `Port`. */
export const MulticastConfiguration = tt
  .sequence({
    Address: element(IPAddress),
    Port: element(xs.int),
    TTL: element(xs.int),
    AutoStart: element(xs.boolean),
  })
  .open();
export interface MulticastConfiguration extends Infer<typeof MulticastConfiguration> {}

/** Where a decoder receives from. */
export const MulticastReceiverConfiguration = tt
  .sequence({
    Address: element(IPAddress),
    Port: element(xs.int),
    TTL: element(xs.int),
    InterfaceToken: many(ReferenceToken),
    SourceSpecificMulticast: optional(IPAddress),
  })
  .open();
export interface MulticastReceiverConfiguration extends Infer<typeof MulticastReceiverConfiguration> {}

/** Values of `SecureStreamingProtocolAlgorithm`. */
export const SrtpSecurityAlgorithms = enumeration(
  xs.string,
  "NONE",
  "AES_CM_128_HMAC_SHA1_80",
  "AEAD_AES_128_GCM",
  "AEAD_AES_256_GCM",
);
export type SrtpSecurityAlgorithms = Infer<typeof SrtpSecurityAlgorithms>;

/** Key that both ends of a secure multicast know beforehand. */
export const SRTPPreShared = tt
  .sequence({
    SecureStreamingProtocolAlgorithm: optionalAttribute(xs.string),
    SRTPPSK: element(xs.string),
    ROCExtMapID: element(xs.int),
  })
  .open();
export interface SRTPPreShared extends Infer<typeof SRTPPreShared> {}
