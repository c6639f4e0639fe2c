import type { Socket } from "node:net";
import type { Libc } from "./libc.js";

/** MSG_DONTWAIT and MSG_NOSIGNAL of Linux. */
const AT_ONCE = 0x40 | 0x4000;

const DESCRIPTOR = Symbol("descriptor");

/** A socket as Node keeps it: without a handle as soon as it is closed, when its descriptor may be somebody else's. */
interface Handled extends Socket {
  readonly _handle?: { readonly fd: number } | null;
  [DESCRIPTOR]?: number;
}

/** `Connection.writeNow` by the system's own call. */
export const nativeWriter = (libc: Pick<Libc, "send">) =>
  function writeNow(this: Handled, bytes: Uint8Array): number {
    const { _handle: handle } = this;
    if (!handle || this.writableLength > 0) return 0;
    this[DESCRIPTOR] ??= handle.fd;
    // What fails here fails in `write` as well, which tells why.
    return Math.max(0, libc.send(this[DESCRIPTOR], bytes, bytes.length, AT_ONCE));
  };
