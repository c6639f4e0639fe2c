/** IPv4 clients of a dual-stack listener are shown as IPv4 (`::ffff:192.0.2.1` is `192.0.2.1`). */
export const plainAddress = (address: string | undefined): string =>
  address?.startsWith("::ffff:") === true && address.includes(".") ? address.slice(7) : (address ?? "");
