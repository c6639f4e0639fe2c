import { join } from "node:path";
import type { Host } from "#host/host";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/**
 * The MAC address from which the identity of a camera follows that has none in its configuration: that of the host's
 * first interface at the first start, or a random one where there was none. It is kept in `folder`/state, since clients
 * take a camera for another one when interfaces come late or in another order.
 */
export async function keptMac({ files, net, entropy }: Host, folder: string, log: Logger): Promise<string> {
  const path = join(folder, "state", "mac");
  try {
    const kept = (await files.read(path)).toString("utf8").trim();
    if (MAC.test(kept)) return kept;
  } catch {
    // The first start.
  }
  const present = net.interfaces().find(({ internal, mac }) => !internal && MAC.test(mac) && !/^[0:]+$/.test(mac))?.mac;
  const mac = present ?? ["02", ...(entropy.bytes(5).toString("hex").match(/../g) ?? [])].join(":");
  try {
    await files.makeDirectory(join(folder, "state"));
    await files.replace(path, `${mac}\n`, 0o644);
  } catch (error) {
    log.warn("the camera's identity cannot be kept; it may be another one at the next start", {
      path,
      reason: messageOf(error),
    });
  }
  return mac;
}
