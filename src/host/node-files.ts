import { constants, type Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CodedError } from "#util/errors";
import type { FileInfo, Files, OpenFile, WritableFile } from "./files.js";
import { coded } from "./system-error.js";

const ignore = (): void => {};

/** The files of the system, by the paths it knows. */
export function nodeFiles(): Files {
  const replacing = new Map<string, Promise<void>>();
  const guarded = async <T>(path: string, what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw error instanceof CodedError ? error : coded(error, `cannot ${what}`, { path });
    }
  };
  return {
    read: (path) => guarded(path, "read", () => fs.readFile(path)),
    open: (path) => guarded(path, "open", () => openFile(path)),
    create: (path, mode = 0o600) =>
      guarded(path, "create", async () => new NodeWritableFile(await fs.open(path, "wx", mode), path)),
    info: (path) => guarded(path, "examine", async () => infoOf(await fs.stat(path))),
    realPath: (path) => guarded(path, "resolve", () => fs.realpath(path)),
    list: (directory) => guarded(directory, "list", async () => (await fs.readdir(directory)).toSorted()),
    makeDirectory: (path) => guarded(path, "create", async () => void (await fs.mkdir(path, { recursive: true }))),
    rename: (from, to) => guarded(from, "rename", () => fs.rename(from, to)),
    remove: (path) => guarded(path, "remove", () => fs.unlink(path)),
    // Replacements of one file happen one after the other, in the order they were asked for.
    replace(path, data, mode = 0o600) {
      const file = resolve(path);
      const step = (replacing.get(file) ?? Promise.resolve())
        .catch(ignore)
        .then(() => guarded(path, "write", () => replaceFile(file, data, mode)))
        .finally(() => {
          if (replacing.get(file) === step) replacing.delete(file);
        });
      replacing.set(file, step);
      return step;
    },
  };
}

const infoOf = (stat: Stats): FileInfo => ({
  identity: `${stat.dev} ${stat.ino}`,
  size: stat.size,
  modifiedMs: stat.mtimeMs,
  isFile: stat.isFile(),
  isDirectory: stat.isDirectory(),
});

/** Not blocking, so that a pipe in the place of a file is an error and no hanging thread. */
async function openFile(path: string): Promise<OpenFile> {
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new CodedError(stat.isDirectory() ? "EISDIR" : "EINVAL", "not a file", { path });
    return new NodeOpenFile(handle, stat.size, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class NodeOpenFile implements OpenFile {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly handle: fs.FileHandle,
    readonly size: number,
    private readonly path: string,
  ) {}

  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const buffer = Buffer.allocUnsafe(wanted);
    let filled = 0;
    try {
      while (filled < wanted) {
        const { bytesRead } = await this.handle.read(buffer, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw coded(error, "cannot read", { path: this.path, offset, length });
    }
    return buffer.subarray(0, filled);
  }

  async info(): Promise<FileInfo> {
    try {
      return infoOf(await this.handle.stat());
    } catch (error) {
      throw coded(error, "cannot examine", { path: this.path });
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.handle.close();
    return this.#closing;
  }
}

class NodeWritableFile implements WritableFile {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly handle: fs.FileHandle,
    private readonly path: string,
  ) {}

  async write(offset: number, data: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < data.length;)
        done += (await this.handle.write(data, done, data.length - done, offset + done)).bytesWritten;
    } catch (error) {
      throw coded(error, "cannot write", { path: this.path, offset, length: data.length });
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.handle.close();
    return this.#closing;
  }
}

/** The name aside is fixed, so that a crash leaves at most one such file, which the next replacement takes over. */
async function replaceFile(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  const aside = `${file}.new`;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = await fs.open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  try {
    try {
      await handle.chmod(mode);
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(aside, file);
  } catch (error) {
    await fs.unlink(aside).catch(ignore);
    throw error;
  }
  const folder = await fs.open(dirname(file), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
