import type { FixedMemory } from "./segmented-udp.js";

/**
 * What is called of the C library, as its manual pages have it. Buffers are handed over as they are; results below 0 are
 * failures, with their reason in `errno`.
 */
export interface Libc {
  errno(): number;
  /** `EADDRINUSE` for its number. */
  errorName(code: number): string;
  /** Memory that stays where it is, and is never given back. */
  allocate(bytes: number): FixedMemory;
  socket(domain: number, type: number, protocol: number): number;
  bind(descriptor: number, name: Uint8Array, length: number): number;
  connect(descriptor: number, name: Uint8Array, length: number): number;
  getsockname(descriptor: number, name: Uint8Array, length: Uint8Array): number;
  setsockopt(descriptor: number, level: number, option: number, value: Uint8Array, length: number): number;
  close(descriptor: number): number;
  sendmmsg(descriptor: number, messages: bigint, count: number, flags: number): number;
  sendto(
    ...call: [descriptor: number, data: Uint8Array, length: number, flags: number, name: Uint8Array, named: number]
  ): number;
  send(descriptor: number, data: Uint8Array, length: number, flags: number): number;
  recvfrom(
    ...call: [descriptor: number, into: Uint8Array, length: number, flags: number, name: Uint8Array, named: Uint8Array]
  ): number;
  epollCreate(flags: number): number;
  epollControl(set: number, operation: number, descriptor: number, event: Uint8Array): number;
  epollWait(set: number, events: Uint8Array, most: number, timeoutMs: number): number;
  inetPton(family: number, text: string, into: Uint8Array): number;
  /** False when it fails. */
  inetNtop(family: number, address: Uint8Array, into: Uint8Array, length: number): boolean;
  /** 0 when there is none. */
  nameToIndex(name: string): number;
  /** False when there is none. */
  indexToName(index: number, into: Uint8Array): boolean;
}

/**
 * Loads what has the allocator of the GNU C library give free memory back to the system. It takes a millisecond or two; on
 * another system or library, and without koffi, it does nothing.
 */
export async function loadTrim(): Promise<() => void> {
  try {
    const koffi = await import("koffi");
    const trim: (keepBytes: number) => number = koffi.load(null).func("int malloc_trim(size_t keep)");
    return () => void trim(0);
  } catch {
    return () => {};
  }
}

/** Loads koffi and looks up the functions. Undefined when koffi is not installed or does not run here. */
export async function loadLibc(): Promise<Libc | undefined> {
  try {
    const koffi = await import("koffi");
    const libc = koffi.load(null);
    const names = new Map(Object.entries(koffi.os.errno).map(([name, code]) => [code, name]));
    const inetNtop = libc.func("uintptr_t inet_ntop(int family, const void *address, void *into, unsigned int length)");
    const indexToName = libc.func("uintptr_t if_indextoname(unsigned int index, void *into)");
    return {
      errno: () => koffi.errno(),
      errorName: (code) => names.get(code) ?? "EIO",
      allocate: (bytes) => {
        const memory: unknown = koffi.alloc("uint8", bytes);
        return { bytes: koffi.view(memory, bytes), address: koffi.address(memory) };
      },
      socket: libc.func("int socket(int domain, int type, int protocol)"),
      bind: libc.func("int bind(int descriptor, const void *name, unsigned int length)"),
      connect: libc.func("int connect(int descriptor, const void *name, unsigned int length)"),
      getsockname: libc.func("int getsockname(int descriptor, void *name, void *length)"),
      setsockopt: libc.func(
        "int setsockopt(int descriptor, int level, int option, const void *value, unsigned int length)",
      ),
      close: libc.func("int close(int descriptor)"),
      sendmmsg: libc.func("int sendmmsg(int descriptor, void *messages, unsigned int count, int flags)"),
      sendto: libc.func(
        "long sendto(int descriptor, const void *data, size_t length, int flags, const void *name, unsigned int named)",
      ),
      send: libc.func("long send(int descriptor, const void *data, size_t length, int flags)"),
      recvfrom: libc.func(
        "long recvfrom(int descriptor, void *into, size_t length, int flags, void *name, void *named)",
      ),
      epollCreate: libc.func("int epoll_create1(int flags)"),
      epollControl: libc.func("int epoll_ctl(int set, int operation, int descriptor, void *event)"),
      epollWait: libc.func("int epoll_wait(int set, void *events, int most, int timeout)"),
      inetPton: libc.func("int inet_pton(int family, const char *text, void *into)"),
      inetNtop: (...call) => Number(inetNtop(...call)) !== 0,
      nameToIndex: libc.func("unsigned int if_nametoindex(const char *name)"),
      indexToName: (...call) => Number(indexToName(...call)) !== 0,
    };
  } catch {
    return undefined;
  }
}
