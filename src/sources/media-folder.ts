import { join, relative, sep } from "node:path";
import type { Files } from "#host/files";
import { CodedError } from "#util/errors";

/** Longest name that is looked for, in UTF-16 units. */
const MAX_NAME = 1024;

/**
 * The file in `folder` that a stream name stands for, as a real path; undefined for everything else. The name is a
 * relative path with `/`. Nothing outside the folder is found, neither by `..` nor through a symbolic link, and nothing
 * whose name, or the name of a folder on the way, begins with a dot.
 */
export async function fileInFolder(files: Files, folder: string, name: string): Promise<string | undefined> {
  const segments = name.split("/");
  const isPlain = (segment: string): boolean => segment !== "" && !segment.startsWith(".") && !/[\0\\]/.test(segment);
  if (name.length > MAX_NAME || !segments.every(isPlain)) return undefined;
  try {
    const root = await files.realPath(folder);
    const path = await files.realPath(join(root, ...segments));
    const inside =
      path.startsWith(root.endsWith(sep) ? root : root + sep) && relative(root, path).split(sep).every(isPlain);
    return inside && (await files.info(path)).isFile ? path : undefined;
  } catch (error) {
    // No such file, no right to it, a loop of links: to whoever asks from outside it is all the same.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
