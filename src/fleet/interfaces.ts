import type { Clock } from "#host/clock";
import type { Net } from "#host/net";
import type { Closable } from "#util/scope";

/** How often the host's interfaces are looked at, in ms: no event tells of a cable or a late DHCP answer. */
const EVERY_MS = 5000;

/** Calls `changed` when the host's addresses are not what they were; one that cannot tell them just now has not changed. */
export function watchInterfaces(net: Net, clock: Clock, changed: () => void): Closable {
  const seen = (): string => JSON.stringify(net.interfaces());
  // The system has no room for another file, say.
  const seenOr = (former: string): string => {
    try {
      return seen();
    } catch {
      return former;
    }
  };
  let last = seen();
  const look = (): void => {
    const now = seenOr(last);
    if (now !== last) {
      last = now;
      changed();
    }
    timer = clock.after(EVERY_MS, look);
  };
  let timer = clock.after(EVERY_MS, look);
  return {
    close: () => {
      timer.cancel();
      return Promise.resolve();
    },
  };
}
