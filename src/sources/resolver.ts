import type { Host } from "#host/host";
import { Pacer } from "#media/pacer";
import type { PathResolver } from "#media/path-map";
import type { Logger } from "#util/log";
import { FileSource } from "./file.js";
import { fileInFolder } from "./media-folder.js";

export interface StreamNames {
  /** Folder of the media files. */
  readonly mediaFolder: string;
  /** How often a file is played; −1 without end. */
  readonly loops: number;
}

/** Knows what the names of streams stand for: the files of the media folder. */
export function streamResolver(
  host: Pick<Host, "files" | "clock">,
  log: Logger,
  { mediaFolder, loops }: StreamNames,
): PathResolver {
  const pacer = new Pacer(host.clock);
  return {
    resolve: async (name) => {
      const path = await fileInFolder(host.files, mediaFolder, name);
      return path === undefined
        ? undefined
        : { name, createSource: () => new FileSource(host, pacer, log, path, { loops }) };
    },
  };
}
