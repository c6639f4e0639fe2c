const HOST = /^(\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9._~-]{1,253})(?::(\d{1,5}))?$/;

/** The part of an IPv4 address that an IPv6 socket shows in front of it (RFC 4291 §2.5.5.2). */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** An address as it stands in a URL: IPv6 in brackets, without a zone. */
export function urlHost(address: string): string {
  const plain = plainAddress(address);
  return plain.includes(":") ? `[${plain.replace(/%.*$/, "")}]` : plain;
}

/**
 * The base URL by which a client reached us: the host that it named, else the address of the socket. A Host header
 * that is missing or malformed never yields an empty host. One that names the socket's own address without a port
 * means the socket's port: libonvif leaves out every port.
 */
export function reachedAt(
  scheme: "http" | "https",
  host: string | undefined,
  local: { readonly address: string; readonly port: number },
): URL {
  const own = `${urlHost(local.address)}:${local.port}`;
  const match = HOST.exec(host?.trim() ?? "");
  const named = match?.[1] === urlHost(local.address) && match[2] === undefined ? own : match?.[0];
  const port = Number(match?.[2] ?? local.port);
  const isUsable = named !== undefined && port > 0 && port < 65536 && URL.canParse(`${scheme}://${named}/`);
  return new URL(`${scheme}://${isUsable ? named : own}/`);
}
