import { join } from "node:path";
import type { LastReset } from "#camera/maintenance";
import type { Host } from "#host/host";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";

/**
 * When the camera was set back last: kept in `folder`/state, since a hard factory default leaves nothing of the run file,
 * and backups bring back nothing of it.
 */
export async function keptReset({ files }: Pick<Host, "files">, folder: string, log: Logger): Promise<LastReset> {
  const path = join(folder, "state", "last-reset");
  const keep = async (text: string): Promise<void> => {
    try {
      await files.makeDirectory(join(folder, "state"));
      await files.replace(path, text, 0o644);
    } catch (error) {
      log.warn("the time of the factory default cannot be kept; it is forgotten at the next start", {
        path,
        reason: messageOf(error),
      });
    }
  };
  let atMs = await files.read(path).then(
    (content) => timeIn(content.toString("utf8")),
    () => undefined,
  );
  return {
    get atMs() {
      return atMs;
    },
    note: (nowMs) => {
      atMs = nowMs;
      return keep(`${new Date(nowMs).toISOString()}\n`);
    },
  };
}

const timeIn = (text: string): number | undefined => {
  const ms = Date.parse(text.trim());
  return Number.isFinite(ms) ? ms : undefined;
};
