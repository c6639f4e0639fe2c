import { refusal } from "./refusal.js";

/** An address as text, with its family (tt:IPAddress). */
export interface IpAddress {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
}

/** An address or a DNS name (tt:NetworkHost). */
export interface NetworkHost {
  readonly family: "ipv4" | "ipv6" | "dns";
  readonly address: string;
}

/** An address with the length of its network prefix in bits. */
export interface PrefixedAddress {
  readonly address: string;
  readonly prefixLength: number;
}

/** Four decimal octets without leading zeros. */
export const isIpv4 = (text: string): boolean => {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
};

/** The eight groups of an IPv6 address in any of its text forms (RFC 4291 §2.2), without a zone. */
const ipv6Groups = (text: string): readonly number[] | undefined => {
  const halves = text.split("::");
  if (halves.length > 2 || text.length > 45) return undefined;
  const groupsOf = (half: string, last: boolean): number[] | undefined => {
    if (half === "") return [];
    const parts = half.split(":");
    const groups: number[] = [];
    for (const [index, part] of parts.entries()) {
      if (last && index === parts.length - 1 && isIpv4(part)) {
        const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
        groups.push(a * 256 + b, c * 256 + d);
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
      else return undefined;
    }
    return groups;
  };
  const compressed = halves.length === 2;
  const head = groupsOf(halves[0] ?? "", !compressed);
  const tail = compressed ? groupsOf(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (compressed ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
};

/** Whether `text` is an IPv6 address; a zone (`%eth0`) is not part of one here. */
export const isIpv6 = (text: string): boolean => ipv6Groups(text) !== undefined;

/** An IPv6 address with its eight groups written out, in lower case, so that equal ones look equal; others as they are. */
export const canonicalAddress = (text: string): string =>
  ipv6Groups(text)
    ?.map((group) => group.toString(16))
    .join(":") ?? text;

/** The bits of an address as a text of 0 and 1; undefined for none. */
const bitsOf = (address: string): string | undefined => {
  const parts = isIpv4(address) ? address.split(".").map(Number) : ipv6Groups(address);
  return parts?.map((part) => part.toString(2).padStart(parts.length === 4 ? 8 : 16, "0")).join("");
};

/** Whether `address` lies in a network; never where they are of different families. */
export const isWithin = (address: string, network: PrefixedAddress): boolean => {
  const [own, other] = [bitsOf(address), bitsOf(network.address)];
  if (own === undefined || own.length !== other?.length) return false;
  return own.startsWith(other.slice(0, network.prefixLength));
};

/** Letters, digits and inner hyphens in labels of 1–63, 253 in all (RFC 952, RFC 1123 §2.1). */
export const isDnsName = (text: string): boolean =>
  text.length <= 253 && text.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));

/** Whether a group can be reached at the address: 224.0.0.0/4 or ff00::/8. */
export const isMulticast = ({ family, address }: IpAddress): boolean => {
  if (family === "ipv4") return isIpv4(address) && Number(address.split(".")[0]) >> 4 === 14;
  return (ipv6Groups(address)?.[0] ?? 0) >> 8 === 0xff;
};

/** Refuses a host whose text does not fit its family. */
export const demandHost = ({ family, address }: NetworkHost): void => {
  if (family === "ipv4" && !isIpv4(address)) throw refusal("invalid-ipv4-address", "not an IPv4 address", { address });
  if (family === "ipv6" && !isIpv6(address)) throw refusal("invalid-ipv6-address", "not an IPv6 address", { address });
  if (family === "dns" && !isDnsName(address)) throw refusal("invalid-dns-name", "not a DNS name", { address });
};
