/**
 * Whether something may be sent to an address because a client at `subscriber` has asked for it. Its own address is
 * fine; beyond that, a client must not make the camera talk to what only this computer reaches: loopback addresses,
 * unless the client is on this computer too, and link-local ones, where clouds keep their credentials. Both are literal.
 */
export function mayCallBack(address: string, subscriber: string): boolean {
  const target = canonical(address);
  const asker = canonical(subscriber);
  if (target === undefined || asker === undefined) return false;
  if (target === asker) return true;
  return isLoopback(target) ? isLoopback(asker) : !isLinkLocal(target) && !isNobody(target);
}

/** The host of a URL as an address; undefined where it is a name. */
export const literalAddress = ({ hostname }: URL): string | undefined => {
  const address = hostname.replace(/^\[|\]$/g, "");
  return canonical(address) === undefined ? undefined : address;
};

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** One text for each address, without zone; IPv4 for one that IPv6 wraps. Undefined for what is none. */
function canonical(address: string): string | undefined {
  if (IPV4.test(address)) return address;
  const [bare = ""] = address.split("%");
  if (!bare.includes(":") || !URL.canParse(`http://[${bare}]/`)) return undefined;
  const text = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [, high, low] = MAPPED.exec(text) ?? [];
  if (high === undefined || low === undefined) return text;
  const bytes = [parseInt(high, 16), parseInt(low, 16)].flatMap((word) => [word >> 8, word & 0xff]);
  return bytes.join(".");
}

const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");
const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/.test(address) || address.startsWith("169.254.");
/** Unspecified and multicast addresses. */
const isNobody = (address: string): boolean =>
  address === "::" || address.startsWith("0.") || address.startsWith("ff") || Number(address.split(".")[0]) >= 224;
