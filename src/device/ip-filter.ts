import { canonicalAddress, isIpv4, isIpv6, isWithin, type PrefixedAddress } from "./addresses.js";
import { refusal } from "./refusal.js";

/** The addresses that may reach the camera, or that may not (tt:IPAddressFilter). */
export interface IpFilterState {
  readonly type: "Allow" | "Deny";
  readonly ipv4: readonly PrefixedAddress[];
  readonly ipv6: readonly PrefixedAddress[];
}

/** Those of a call of AddIPAddressFilter or RemoveIPAddressFilter, which have no type. */
export type FilterEntries = Omit<IpFilterState, "type">;

/** Most entries of both families together. */
export const MAXIMUM_FILTERS = 64;

/**
 * Who may connect to the camera (Core §8.2.18–8.2.21). A filter without entries lets everybody in, whatever its type: it is
 * what removing the last entry leaves, and must not lock everybody out.
 */
export class IpFilter {
  #state: IpFilterState = { type: "Deny", ipv4: [], ipv6: [] };

  /** With `sparesLoopback` the computer that the camera runs on always gets in. */
  constructor(
    private readonly sparesLoopback: boolean,
    private readonly changed: () => void,
  ) {}

  /** GetIPAddressFilter. */
  get state(): IpFilterState {
    return this.#state;
  }

  /** Whether everybody gets in, so that nobody's address has to be known. */
  get admitsAll(): boolean {
    const { ipv4, ipv6 } = this.#state;
    return ipv4.length + ipv6.length === 0;
  }

  /** Whether a client with that address gets in. */
  admits(address: string): boolean {
    const plain = address.replace(/%.*$/, "");
    const { type, ipv4, ipv6 } = this.#state;
    if (this.admitsAll || (this.sparesLoopback && isLoopback(plain))) return true;
    return [...ipv4, ...ipv6].some((entry) => isWithin(plain, entry)) === (type === "Allow");
  }

  /** SetIPAddressFilter: everything is replaced. */
  set({ type, ipv4, ipv6 }: IpFilterState): void {
    this.#put({ type, ...completed({ ipv4: [], ipv6: [] }, checked({ ipv4, ipv6 }), "invalid-argument") });
  }

  /** AddIPAddressFilter: an entry that is there already is not added again. */
  add(entries: FilterEntries): void {
    this.#put({ ...this.#state, ...completed(this.#state, checked(entries), "ip-filter-list-is-full") });
  }

  /** RemoveIPAddressFilter: all or none. */
  remove(entries: FilterEntries): void {
    const { ipv4, ipv6 } = checked(entries);
    const without = (present: readonly PrefixedAddress[], gone: readonly PrefixedAddress[], code: Missing) => {
      const missing = gone.find((one) => !present.some((other) => isSame(one, other)));
      if (missing) throw refusal(code, "no such entry", { ...missing });
      return present.filter((one) => !gone.some((other) => isSame(one, other)));
    };
    this.#put({
      type: this.#state.type,
      ipv4: without(this.#state.ipv4, ipv4, "no-ipv4-address"),
      ipv6: without(this.#state.ipv6, ipv6, "no-ipv6-address"),
    });
  }

  /** Checks a saved filter; the result puts it in force. */
  prepare({ type, ipv4, ipv6 }: IpFilterState): () => void {
    const entries = checked({ ipv4, ipv6 });
    return () => {
      this.#state = { type, ...entries };
    };
  }

  #put(state: IpFilterState): void {
    this.#state = state;
    this.changed();
  }
}

type Missing = "no-ipv4-address" | "no-ipv6-address";

const isLoopback = (address: string): boolean => address === "::1" || (isIpv4(address) && address.startsWith("127."));

const isSame = (one: PrefixedAddress, other: PrefixedAddress): boolean =>
  canonicalAddress(one.address) === canonicalAddress(other.address) && one.prefixLength === other.prefixLength;

const isPrefix = (length: number, longest: number): boolean =>
  Number.isInteger(length) && length >= 0 && length <= longest;

/** The entries, if all of them are networks. */
function checked({ ipv4, ipv6 }: FilterEntries): FilterEntries {
  const wrong = ipv4.find(({ address, prefixLength }) => !isIpv4(address) || !isPrefix(prefixLength, 32));
  if (wrong) throw refusal("invalid-ipv4-address", "not an IPv4 address with a prefix of 0 to 32 bits", { ...wrong });
  const wrong6 = ipv6.find(({ address, prefixLength }) => !isIpv6(address) || !isPrefix(prefixLength, 128));
  if (wrong6)
    throw refusal("invalid-ipv6-address", "not an IPv6 address with a prefix of 0 to 128 bits", { ...wrong6 });
  return { ipv4, ipv6 };
}

/** Both lists together, each entry once. */
function completed(
  present: FilterEntries,
  more: FilterEntries,
  full: "invalid-argument" | "ip-filter-list-is-full",
): FilterEntries {
  const joined = (one: readonly PrefixedAddress[], other: readonly PrefixedAddress[]): readonly PrefixedAddress[] =>
    [...one, ...other].filter((entry, index, all) => all.findIndex((first) => isSame(first, entry)) === index);
  const ipv4 = joined(present.ipv4, more.ipv4);
  const ipv6 = joined(present.ipv6, more.ipv6);
  if (ipv4.length + ipv6.length > MAXIMUM_FILTERS) throw refusal(full, `at most ${MAXIMUM_FILTERS} entries`);
  return { ipv4, ipv6 };
}
