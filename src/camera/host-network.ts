import type { DefaultGateway, NetworkInterface, NetworkSetup } from "#device/network";
import type { IpAddress } from "#device/addresses";
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
  const resolver = await textOf(files, "/etc/resolv.conf");
  const routes = await textOf(files, "/proc/net/route");
  const words = (keyword: string): string[] =>
    [...resolver.matchAll(new RegExp(`^\\s*${keyword}\\s+(.+)$`, "gm"))].flatMap(
      (match) => match[1]?.trim().split(/\s+/) ?? [],
    );
  return {
    interfaces: shownInterfaces(net.interfaces(), macAddress),
    dns: {
      fromDhcp: false,
      searchDomains: words("search").filter((domain) => domain.length <= 253 && domain !== "."),
      manual: words("nameserver").map((address): IpAddress => ({
        family: address.includes(":") ? "ipv6" : "ipv4",
        address: address.replace(/%.*$/, ""),
      })),
    },
    ntp: { fromDhcp: false, manual: [] },
    defaultGateway: defaultGateway(routes),
  };
}

/** The gateways of the default routes in the form of /proc/net/route: addresses as little-endian hexadecimal. */
function defaultGateway(routes: string): DefaultGateway {
  const ipv4 = routes
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, destination, gateway]) => destination === "00000000" && /^[0-9A-F]{8}$/.test(gateway ?? ""))
    .map(([, , gateway = ""]) => Buffer.from(gateway, "hex").toReversed().join("."));
  return { ipv4: [...new Set(ipv4)].filter((address) => address !== "0.0.0.0"), ipv6: [] };
}

async function textOf(files: Files, path: string): Promise<string> {
  try {
    return (await files.read(path)).toString("utf8");
  } catch {
    return "";
  }
}
