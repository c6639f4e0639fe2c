import type { NetworkSetup } from "#device/network";
import type { NetworkInterface } from "#device/network-interfaces";
import { type IpAddress, isIpv4, isIpv6 } from "#device/addresses";
import type { Files } from "#host/files";
import type { InterfaceAddress, Net } from "#host/net";

/**
 * The interfaces that the camera shows: those of the host that are not loopback, or loopback where there is no other.
 * The first one has the camera's own MAC address, by which clients tell cameras apart.
 */
export function shownInterfaces(
  addresses: readonly InterfaceAddress[],
  macAddress: string,
): readonly NetworkInterface[] {
  const outer = addresses.filter(({ internal }) => !internal);
  const shown = outer.length > 0 ? outer : addresses;
  const names = [...new Set(shown.map(({ name }) => name))];
  return names.map((name, index) => {
    const own = shown.filter((one) => one.name === name);
    const prefixed = (family: "IPv4" | "IPv6", linkLocal: boolean) =>
      own
        .filter((one) => one.family === family && isLinkLocal(one) === linkLocal)
        .map(({ address, prefixLength }) => ({ address: address.replace(/%.*$/, ""), prefixLength }));
    const [zeroConf] = prefixed("IPv4", true);
    const hasIpv6 = own.some(({ family }) => family === "IPv6");
    return {
      token: name,
      enabled: true,
      name,
      macAddress: index === 0 ? macAddress : (own[0]?.mac ?? macAddress),
      ipv4: { enabled: true, dhcp: false, manual: prefixed("IPv4", false), ...(zeroConf && { linkLocal: zeroConf }) },
      ...(hasIpv6 && {
        ipv6: {
          enabled: true,
          dhcp: "Off" as const,
          manual: prefixed("IPv6", false),
          linkLocal: prefixed("IPv6", true),
          fromDhcp: [],
          fromRouter: [],
        },
      }),
    };
  });
}

const isLinkLocal = ({ family, address }: InterfaceAddress): boolean =>
  family === "IPv4" ? address.startsWith("169.254.") : /^fe[89ab]/i.test(address);

/** What the host knows of name servers and gateways; empty where it does not tell. It is read, never changed. */
export async function hostNetwork(
  files: Files,
  net: Net,
  macAddress: string,
): Promise<Pick<NetworkSetup, "interfaces" | "dns" | "ntp" | "defaultGateway">> {
  return {
    interfaces: shownInterfaces(net.interfaces(), macAddress),
    dns: nameServers(await textOf(files, "/etc/resolv.conf")),
    ntp: { fromDhcp: false, manual: [] },
    defaultGateway: {
      ipv4: gateways4(await textOf(files, "/proc/net/route")),
      ipv6: gateways6(await textOf(files, "/proc/net/ipv6_route")),
    },
  };
}

/** What resolv.conf(5) says; of several `search` lines the last one counts. */
function nameServers(text: string): NetworkSetup["dns"] {
  const lines = text.split("\n").map((line) =>
    line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/),
  );
  const search = lines.findLast(([keyword]) => keyword === "search")?.slice(1) ?? [];
  const addresses = lines.flatMap(([keyword, address = ""]) =>
    keyword === "nameserver" ? [address.replace(/%.*$/, "")] : [],
  );
  return {
    fromDhcp: false,
    searchDomains: search.filter((domain) => domain.length <= 253 && domain !== "."),
    manual: addresses.flatMap((address): IpAddress[] => {
      if (isIpv4(address)) return [{ family: "ipv4", address }];
      return isIpv6(address) ? [{ family: "ipv6", address }] : [];
    }),
  };
}

/** The gateways of the default routes in the form of /proc/net/route: addresses as little-endian hexadecimal. */
function gateways4(routes: string): readonly string[] {
  const addresses = routes
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, destination, gateway]) => destination === "00000000" && /^[0-9A-F]{8}$/.test(gateway ?? ""))
    .map(([, , gateway = ""]) => Buffer.from(gateway, "hex").toReversed().join("."));
  return [...new Set(addresses)].filter((address) => address !== "0.0.0.0");
}

/** The same of /proc/net/ipv6_route: destination, its prefix, source, its prefix, next hop, all hexadecimal. */
function gateways6(routes: string): readonly string[] {
  const addresses = routes
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([destination = "", prefix, , , hop = ""]) =>
        /^0{32}$/.test(destination) && prefix === "00" && /^[0-9a-f]{32}$/i.test(hop) && !/^0{32}$/.test(hop),
    )
    .map(([, , , , hop = ""]) => compressed(hop));
  return [...new Set(addresses)];
}

/** An IPv6 address of 32 hexadecimal digits in its usual form (RFC 5952). */
const compressed = (digits: string): string =>
  new URL(`http://[${digits.match(/.{4}/g)?.join(":") ?? "::"}]/`).hostname.slice(1, -1);

async function textOf(files: Files, path: string): Promise<string> {
  try {
    return (await files.read(path)).toString("utf8");
  } catch {
    return "";
  }
}
