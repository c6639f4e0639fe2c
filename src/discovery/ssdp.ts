import type { Clock } from "#host/clock";
import { escapeText } from "#xml/writer";
import type { Logger } from "#util/log";
import { CodedError, messageOf } from "#util/errors";
import type { Closable } from "#util/scope";

export interface SsdpAnnouncement {
  /** UUID of the camera, without a prefix. */
  readonly uuid: string;
  /** Port and path of the UPnP device description on our web server. */
  readonly port: number;
  readonly path: string;
  /** Names of the network interfaces to announce on; all when there are none. */
  readonly interfaces: readonly string[];
}

/** Time for the sockets to open, in ms: node-ssdp never ends waiting for a port that another program has. */
const START_MS = 3000;
/** Time for the last messages to be sent, in ms. */
const SEND_MS = 20;
/** Most datagrams looked at in one second; a flood of forged searches is not amplified beyond it. */
const MAX_DATAGRAMS_PER_SECOND = 100;

const BASIC_DEVICE = "urn:schemas-upnp-org:device:Basic:1";

/** What the types of node-ssdp leave out; its version is pinned. */
interface Insides {
  _parseMessage(message: Buffer, from: { readonly address: string; readonly port: number }): void;
  /** Closes the sockets. */
  _stop(): void;
}

/**
 * Announces a camera by SSDP (UPnP Device Architecture 1.1 §1) beside WS-Discovery, for clients that look there.
 * Undefined, with a line in the log, when the optional package node-ssdp is not installed or cannot start.
 */
export async function announceSsdp(
  announcement: SsdpAnnouncement,
  clock: Clock,
  log: Logger,
): Promise<Closable | undefined> {
  try {
    const { Server } = await import("node-ssdp");
    const { uuid, port, path, interfaces } = announcement;
    const options = {
      location: { port, path },
      udn: `uuid:${uuid}`,
      ssdpTtl: 2,
      customLogger: () => {},
      ...(interfaces.length > 0 && { interfaces: [...interfaces] }),
    };
    const server = new Server(options) as InstanceType<typeof Server> & Insides;
    server.addUSN("upnp:rootdevice");
    server.addUSN(BASIC_DEVICE);
    guard(server, clock, log);
    await startInTime(server, clock);
    let isOpen = true;
    return {
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        // stop() says byebye too, and closes the sockets before node:dgram has sent it.
        server.advertise(false);
        await new Promise<void>((sent) => void clock.after(SEND_MS, sent));
        server.stop();
      },
    };
  } catch (error) {
    log.warn("SSDP is not announced; set <ssdp_enable>0</ssdp_enable> to do without it", { error: messageOf(error) });
    return undefined;
  }
}

/** Keeps datagrams from ending the process: node-ssdp throws on some, such as one from port 0, where nobody catches it. */
function guard(server: Insides, clock: Clock, log: Logger): void {
  const parse = server._parseMessage.bind(server);
  let second = 0;
  let seen = 0;
  server._parseMessage = (message, from) => {
    const now = Math.floor(clock.monotonic() / 1000);
    if (now !== second) [second, seen] = [now, 0];
    if (++seen > MAX_DATAGRAMS_PER_SECOND) return;
    try {
      parse(message, from);
    } catch (error) {
      log.debug("a datagram on the SSDP port was not answered", { peer: from.address, error: messageOf(error) });
    }
  };
}

async function startInTime(server: { start(): void | Promise<void> } & Insides, clock: Clock): Promise<void> {
  const isOpen = await new Promise<boolean>((resolve, reject) => {
    const timer = clock.after(START_MS, () => resolve(false));
    Promise.resolve(server.start())
      .then(() => resolve(true), reject)
      .finally(() => timer.cancel());
  });
  if (isOpen) return;
  server._stop();
  throw new CodedError("ssdp-port", "UDP port 1900 cannot be opened: another program keeps it to itself");
}

export interface UpnpDevice {
  readonly uuid: string;
  readonly friendlyName: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  /** Where a browser finds the camera. */
  readonly presentationUrl: string;
}

/** The UPnP device description that an SSDP announcement points to (UPnP Device Architecture 1.1 §2.3). */
export function writeUpnpDescription(device: UpnpDevice): string {
  const fields = [
    ["deviceType", BASIC_DEVICE],
    ["friendlyName", device.friendlyName],
    ["manufacturer", device.manufacturer],
    ["modelName", device.model],
    ["serialNumber", device.serialNumber],
    ["UDN", `uuid:${device.uuid}`],
    ["presentationURL", device.presentationUrl],
  ] as const;
  const text = fields.map(([name, value]) => `<${name}>${escapeText(value)}</${name}>`).join("");
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">` +
    `<specVersion><major>1</major><minor>1</minor></specVersion><device>${text}</device></root>`
  );
}
