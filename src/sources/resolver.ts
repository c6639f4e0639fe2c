import type { Host } from "#host/host";
import { Pacer } from "#media/pacer";
import type { PathResolver } from "#media/path-map";
import { WallTime } from "#media/wall-time";
import type { Logger } from "#util/log";
import { ClipLibrary } from "./clip-library.js";
import { FileSource } from "./file.js";
import { fileInFolder } from "./media-folder.js";

export interface StreamNames {
  /** Folder of the media files. */
  readonly mediaFolder: string;
  /** How often a file is played, at least once; negative without end. */
  readonly loops: number;
}

/** Knows what the names of streams stand for: the files of the media folder. */
export function streamResolver(
  host: Pick<Host, "files" | "clock">,
  log: Logger,
  { mediaFolder, loops }: StreamNames,
  clips = new ClipLibrary(host.files, host.clock, log),
): PathResolver {
  const { files, clock } = host;
  const parts = { clips, clock, pacer: new Pacer(clock), wall: new WallTime(clock), log };
  return {
    resolve: async (name) => {
      const path = await fileInFolder(files, mediaFolder, name);
      return path === undefined ? undefined : { name, createSource: () => new FileSource(parts, path, { loops }) };
    },
  };
}

/** Asks one resolver after the other. */
export const firstOf = (...resolvers: readonly PathResolver[]): PathResolver => ({
  resolve: async (name) => {
    for (const resolver of resolvers) {
      const found = await resolver.resolve(name);
      if (found) return found;
    }
    return undefined;
  },
});
