import { isIpv4, isIpv6, isMulticast } from "../addresses.js";
import { refusal } from "../refusal.js";
import { isName } from "../tokens.js";
import type { Configuration, MulticastConfiguration } from "./types.js";

const MINIMUM_TIMEOUT_MS = 1000;
const MAXIMUM_TIMEOUT_MS = 24 * 3600 * 1000;

/** The new name of a configuration, or its present one if none is given. */
export const demandNewName = (name: string | undefined, present: Configuration): string => {
  if (name !== undefined && !isName(name)) throw refusal("config-modify", "a name has at most 64 readable characters");
  return name ?? present.name;
};

/** Whether a stream can be sent there. */
export const isConfigured = ({ address, port }: MulticastConfiguration): boolean => port > 0 && isMulticast(address);

/** Accepts a group with port and TTL, or what stands for none: the unspecified address (`0.0.0.0`, `::`) or port 0. */
export const demandMulticast = (multicast: MulticastConfiguration): MulticastConfiguration => {
  const { address, port, ttl } = multicast;
  const known = address.family === "ipv4" ? isIpv4(address.address) : isIpv6(address.address);
  const none = ["0.0.0.0", "::", ""].includes(address.address);
  if (!none && !(known && isMulticast(address)))
    throw refusal("config-modify", "not a multicast address", { address: address.address.slice(0, 64) });
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw refusal("config-modify", "a port is a number up to 65535", { port });
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 255) throw refusal("config-modify", "TTL is up to 255", { ttl });
  return { address: { family: address.family, address: address.address }, port, ttl };
};

/** A session timeout inside 1 s … 24 h: clients that leave it open send 0, so it is adapted, not refused. */
export const timeoutWithin = (sessionTimeoutMs: number): number => {
  if (Number.isNaN(sessionTimeoutMs) || sessionTimeoutMs < 0)
    throw refusal("config-modify", "a session timeout is not negative", { sessionTimeoutMs });
  return Math.min(Math.max(Math.round(sessionTimeoutMs), MINIMUM_TIMEOUT_MS), MAXIMUM_TIMEOUT_MS);
};
