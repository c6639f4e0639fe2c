import type { Closable } from "#util/scope";

export interface FileInfo {
  /** The same for all names of one file, and for no other file that there is now. */
  readonly identity: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

/** A file open for reading at any position. */
export interface OpenFile extends Closable {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  /** As the file is now, whatever has become of its name. */
  info(): Promise<FileInfo>;
}

/** A file open for writing at any position. */
export interface WritableFile extends Closable {
  /** Writes all of `data` at `offset`; resolves when the system has taken it, not when it is on the disk. */
  write(offset: number, data: Uint8Array): Promise<void>;
}

/** The file system. Failures are `CodedError`s with the system's code: `ENOENT`, `EACCES`, … */
export interface Files {
  read(path: string): Promise<Buffer>;
  open(path: string): Promise<OpenFile>;
  /** Makes a new file; `EEXIST` when there is one. `mode` is its permission bits (0o600 unless given). */
  create(path: string, mode?: number): Promise<WritableFile>;
  info(path: string): Promise<FileInfo>;
  /** The absolute path with every symbolic link resolved. */
  realPath(path: string): Promise<string>;
  list(directory: string): Promise<readonly string[]>;
  makeDirectory(path: string): Promise<void>;
  /**
   * Replaces the file as a whole: writes aside, fsyncs, renames, fsyncs the folder. A reader or a crash at any
   * moment sees the old content or the new one. `mode` is the new file's permission bits (0o600 unless given).
   */
  replace(path: string, data: string | Uint8Array, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}
