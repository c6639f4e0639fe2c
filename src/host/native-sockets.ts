import { CodedError } from "#util/errors";
import type { Peer } from "./net.js";
import { SegmentedUdp, TABLE_BYTES } from "./segmented-udp.js";

/** UDP sockets whose packets the kernel cuts. */
export interface SegmentedSockets {
  readonly udp: SegmentedUdp;
  /**
   * A socket that is bound there, as a file descriptor that the caller closes, by `close` or as its new owner's. CodedError
   * with the system's code; undefined when there is no such socket on this system.
   */
  open(family: "udp4" | "udp6", address: string, port: number): number | undefined;
  close(descriptor: number): void;
  /** Keeps others from the port again: libuv opens a descriptor that it is given for all who want to share the port. */
  keepPort(descriptor: number): void;
  /** The socket address of `peer` for `send`; undefined when it is none. */
  nameOf(peer: Peer): Uint8Array | undefined;
}

const AF_INET = 2;
const AF_INET6 = 10;
/** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC. */
const DATAGRAM = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_SNDBUF = 7;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const MSG_DONTWAIT = 0x40;

/** A key frame that leaves at once should fit; the system may allow less. */
const SEND_BUFFER_BYTES = 1024 * 1024;

/**
 * Loads koffi and looks up the functions of the C library. For Linux of 64 bit with the low byte first. Undefined when koffi
 * is not installed or does not run here.
 */
export async function loadSegmentedSockets(): Promise<SegmentedSockets | undefined> {
  try {
    const koffi = await import("koffi");
    const libc = koffi.load(null);
    const socket: (domain: number, type: number, protocol: number) => number = libc.func(
      "int socket(int domain, int type, int protocol)",
    );
    const bind: (descriptor: number, name: Uint8Array, length: number) => number = libc.func(
      "int bind(int descriptor, const void *name, unsigned int length)",
    );
    const setsockopt: (descriptor: number, level: number, option: number, value: Uint8Array, length: number) => number =
      libc.func("int setsockopt(int descriptor, int level, int option, const void *value, unsigned int length)");
    const close: (descriptor: number) => number = libc.func("int close(int descriptor)");
    const pton: (family: number, text: string, into: Uint8Array) => number = libc.func(
      "int inet_pton(int family, const char *text, void *into)",
    );
    const nameToIndex: (name: string) => number = libc.func("unsigned int if_nametoindex(const char *name)");
    const sendmmsg: (descriptor: number, messages: bigint, count: number, flags: number) => number = libc.func(
      "int sendmmsg(int descriptor, void *messages, unsigned int count, int flags)",
    );
    const names = new Map(Object.entries(koffi.os.errno).map(([name, code]) => [code, name]));
    const memory: unknown = koffi.alloc("uint8", TABLE_BYTES);
    const set = (descriptor: number, level: number, option: number, value: number): boolean => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(value);
      return setsockopt(descriptor, level, option, bytes, 4) === 0;
    };
    const nameOf = ({ address, port }: Peer): Uint8Array | undefined => {
      if (!(port >= 0 && port < 65_536)) return undefined;
      return address.includes(":") ? name6(address, port) : name4(address, port);
    };
    // struct sockaddr_in: family, port, address.
    const name4 = (address: string, port: number): Uint8Array | undefined => {
      const name = Buffer.alloc(16);
      name.writeUInt16LE(AF_INET, 0);
      name.writeUInt16BE(port, 2);
      return pton(AF_INET, address, name.subarray(4, 8)) === 1 ? name : undefined;
    };
    // struct sockaddr_in6: family, port, flow, address, scope.
    const name6 = (address: string, port: number): Uint8Array | undefined => {
      const [plain = "", zone] = address.split("%");
      const name = Buffer.alloc(28);
      name.writeUInt16LE(AF_INET6, 0);
      name.writeUInt16BE(port, 2);
      if (zone !== undefined) name.writeUInt32LE(/^\d+$/.test(zone) ? Number(zone) : nameToIndex(zone), 24);
      return pton(AF_INET6, plain, name.subarray(8, 24)) === 1 ? name : undefined;
    };
    return {
      udp: new SegmentedUdp(
        {
          sendmmsg: (descriptor, messages, count) => sendmmsg(descriptor, messages, count, MSG_DONTWAIT),
          errno: () => koffi.errno(),
        },
        { bytes: koffi.view(memory, TABLE_BYTES), address: koffi.address(memory) },
      ),
      open: (family, address, port) => {
        const name = nameOf({ address, port });
        const descriptor = socket(family === "udp6" ? AF_INET6 : AF_INET, DATAGRAM, 0);
        if (descriptor < 0) return undefined;
        // No piece size for the socket as a whole; a kernel that cannot cut packets does not know the option.
        if (name === undefined || !set(descriptor, SOL_UDP, UDP_SEGMENT, 0)) {
          close(descriptor);
          return undefined;
        }
        set(descriptor, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
        if (bind(descriptor, name, name.length) === 0) return descriptor;
        const code = names.get(koffi.errno()) ?? "EIO";
        close(descriptor);
        throw new CodedError(code, `cannot open the UDP socket: ${code}`, { address, port });
      },
      close: (descriptor) => void close(descriptor),
      keepPort: (descriptor) => void set(descriptor, SOL_SOCKET, SO_REUSEADDR, 0),
      nameOf,
    };
  } catch {
    return undefined;
  }
}
