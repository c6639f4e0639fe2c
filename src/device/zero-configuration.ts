import { createHash } from "node:crypto";
import type { PrefixedAddress } from "./addresses.js";

/**
 * The link-local address of an interface (RFC 3927 §2.1: 169.254.1.0 to 169.254.254.255). It follows from what tells the
 * camera from others and from the interface, so that it is the same after each start.
 */
export function linkLocalAddress(identity: string, token: string): PrefixedAddress {
  const [first = 0, second = 0] = createHash("sha256").update(`link-local/${identity}/${token}`).digest();
  return { address: `169.254.${1 + (first % 254)}.${second}`, prefixLength: 16 };
}
