import { posix } from "node:path";
import type { FileInfo, Files, OpenFile, WritableFile } from "#host/files";
import { CodedError } from "#util/errors";
import type { Clock } from "#host/clock";

/** What a name stands for, and who holds it open besides. */
interface FileNode {
  readonly kind: "file";
  readonly identity: string;
  data: Buffer;
  modifiedMs: number;
  readonly mode: number;
}

type Node =
  | FileNode
  | { readonly kind: "directory"; readonly modifiedMs: number }
  | { readonly kind: "link"; readonly target: string; readonly modifiedMs: number };

export type FileOperation =
  "read" | "open" | "create" | "writeAt" | "info" | "realPath" | "list" | "makeDirectory" | "rename" | "remove";

/** Where a replacement stops: while it writes aside (half of it is there), before the rename, or just after it. */
export type ReplaceStage = "write" | "rename" | "sync";

interface Fault {
  readonly operation: FileOperation | ReplaceStage;
  readonly code: string;
  readonly path: string | undefined;
}

/** A file system in memory, with absolute POSIX paths. Directories on the way to a file that is set are made. */
export class FakeFiles implements Files {
  readonly #nodes = new Map<string, Node>([["/", { kind: "directory", modifiedMs: 0 }]]);
  #faults: Fault[] = [];
  /** Paths in the order in which they were replaced. */
  readonly replaced: string[] = [];
  #made = 0;

  constructor(private readonly clock: Clock) {}

  /** Puts a new file there. */
  set(path: string, data: string | Uint8Array, mode = 0o644): void {
    const file = posix.resolve("/", path);
    this.#makeFolders(posix.dirname(file));
    this.#nodes.set(file, this.#newFile(Buffer.from(data), mode));
  }

  /** Writes the file that is there anew: who has it open reads what it holds now. */
  rewrite(path: string, data: string | Uint8Array): void {
    const file = this.#file(path);
    file.data = Buffer.from(data);
    file.modifiedMs = this.clock.now();
  }

  /** Puts an empty folder there. */
  setFolder(path: string): void {
    this.#makeFolders(posix.resolve("/", path));
  }

  /** Puts a symbolic link there; a relative `target` starts at the link's folder. */
  link(path: string, target: string): void {
    const link = posix.resolve("/", path);
    this.#makeFolders(posix.dirname(link));
    this.#nodes.set(link, { kind: "link", target, modifiedMs: this.clock.now() });
  }

  /** What is in the file, or undefined. */
  text(path: string): string | undefined {
    const node = this.#nodes.get(posix.resolve("/", path));
    return node?.kind === "file" ? node.data.toString("utf8") : undefined;
  }

  mode(path: string): number | undefined {
    const node = this.#nodes.get(posix.resolve("/", path));
    return node?.kind === "file" ? node.mode : undefined;
  }

  /**
   * Makes the next such operation (on `path`, if given) fail with `code`. The stages of `replace` are `write`, `rename`
   * and `sync`; the code `crash` leaves the files as a power cut at that stage does, other codes clean up as the real
   * one does.
   */
  failNext(operation: FileOperation | ReplaceStage, code: string, path?: string): void {
    this.#faults.push({ operation, code, path: path === undefined ? undefined : posix.resolve("/", path) });
  }

  async read(path: string): Promise<Buffer> {
    await this.#begin("read", path);
    return Buffer.from(this.#file(path).data);
  }

  async open(path: string): Promise<OpenFile> {
    await this.#begin("open", path);
    const file = this.#file(path);
    const { data } = file;
    return {
      size: data.length,
      read: async (offset, length) => {
        await this.#begin("read", path);
        const end = Math.min(data.length, offset + length);
        return Buffer.from(file.data.subarray(Math.max(0, offset), Math.max(0, end)));
      },
      info: async () => {
        await this.#begin("info", path);
        return infoOf(file);
      },
      close: () => Promise.resolve(),
    };
  }

  /** Writes to the file are the operation `writeAt`. */
  async create(path: string, mode = 0o600): Promise<WritableFile> {
    await this.#begin("create", path);
    const file = this.#resolve(path);
    if (this.#nodes.has(file)) throw failure("EEXIST", path);
    if (this.#nodes.get(posix.dirname(file))?.kind !== "directory") throw failure("ENOENT", path);
    this.#nodes.set(file, this.#newFile(Buffer.alloc(0), mode));
    return {
      write: async (offset, data) => {
        await this.#begin("writeAt", path);
        const before = this.#file(path).data;
        const after = Buffer.alloc(Math.max(before.length, offset + data.length));
        before.copy(after);
        after.set(data, offset);
        this.rewrite(path, after);
      },
      close: () => Promise.resolve(),
    };
  }

  /** The bytes of the file, or undefined. */
  bytes(path: string): Buffer | undefined {
    const node = this.#nodes.get(posix.resolve("/", path));
    return node?.kind === "file" ? Buffer.from(node.data) : undefined;
  }

  async info(path: string): Promise<FileInfo> {
    await this.#begin("info", path);
    const node = this.#node(path);
    if (node.kind === "file") return infoOf(node);
    return { identity: this.#resolve(path), size: 0, modifiedMs: node.modifiedMs, isFile: false, isDirectory: true };
  }

  async realPath(path: string): Promise<string> {
    await this.#begin("realPath", path);
    const real = this.#resolve(path);
    if (!this.#nodes.has(real)) throw failure("ENOENT", path);
    return real;
  }

  async list(directory: string): Promise<readonly string[]> {
    await this.#begin("list", directory);
    if (this.#node(directory).kind !== "directory") throw failure("ENOTDIR", directory);
    const real = this.#resolve(directory);
    return [...this.#nodes.keys()]
      .filter((path) => path !== "/" && posix.dirname(path) === real)
      .map((path) => posix.basename(path))
      .toSorted();
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#begin("makeDirectory", path);
    this.#makeFolders(this.#resolve(path));
  }

  async replace(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
    await tick();
    const file = posix.resolve("/", path);
    const folder = this.#resolve(posix.dirname(file));
    const target = posix.join(folder, posix.basename(file));
    const aside = `${target}.new`;
    if (this.#nodes.get(folder)?.kind !== "directory") throw failure("ENOENT", path);
    if (this.#nodes.get(target)?.kind === "directory") throw failure("EISDIR", path);
    const content = Buffer.from(data);
    const stop = (code: string): never => {
      if (code !== "crash") this.#nodes.delete(aside);
      throw failure(code, path);
    };
    const writeFault = this.#fault("write", file);
    const written = writeFault === undefined ? content : content.subarray(0, content.length >> 1);
    this.#nodes.set(aside, this.#newFile(written, mode));
    if (writeFault !== undefined) stop(writeFault);
    const renameFault = this.#fault("rename", file);
    if (renameFault !== undefined) stop(renameFault);
    this.#nodes.delete(aside);
    this.#nodes.set(target, this.#newFile(content, mode));
    this.replaced.push(file);
    const syncFault = this.#fault("sync", file);
    if (syncFault !== undefined) throw failure(syncFault, path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin("rename", from);
    const source = posix.resolve("/", from);
    const node = this.#nodes.get(source);
    if (!node) throw failure("ENOENT", from);
    const target = posix.resolve("/", to);
    if (this.#nodes.get(posix.dirname(target))?.kind !== "directory") throw failure("ENOENT", to);
    const inside = [...this.#nodes].filter(([path]) => path === source || path.startsWith(`${source}/`));
    for (const [path] of inside) this.#nodes.delete(path);
    for (const [path, moved] of inside) this.#nodes.set(target + path.slice(source.length), moved);
  }

  async remove(path: string): Promise<void> {
    await this.#begin("remove", path);
    const file = posix.resolve("/", path);
    const node = this.#nodes.get(file);
    if (!node) throw failure("ENOENT", path);
    if (node.kind === "directory") throw failure("EISDIR", path);
    this.#nodes.delete(file);
  }

  async #begin(operation: FileOperation, path: string): Promise<void> {
    await tick();
    const code = this.#fault(operation, posix.resolve("/", path));
    if (code !== undefined) throw failure(code, path);
  }

  #fault(operation: FileOperation | ReplaceStage, path: string): string | undefined {
    const index = this.#faults.findIndex(
      (fault) => fault.operation === operation && (fault.path === undefined || fault.path === path),
    );
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.code;
  }

  #newFile(data: Buffer, mode: number): FileNode {
    return { kind: "file", identity: `file ${++this.#made}`, data, modifiedMs: this.clock.now(), mode };
  }

  #file(path: string): FileNode {
    const node = this.#node(path);
    if (node.kind !== "file") throw failure("EISDIR", path);
    return node;
  }

  #node(path: string): Node {
    const node = this.#nodes.get(this.#resolve(path));
    if (!node) throw failure("ENOENT", path);
    return node;
  }

  /** Follows every link on the way; the last name need not exist. */
  #resolve(path: string): string {
    let rest = posix.resolve("/", path).split("/").filter(Boolean);
    let done = "/";
    for (let links = 0; rest.length > 0;) {
      const next = posix.join(done, rest[0] ?? "");
      const node = this.#nodes.get(next);
      rest = rest.slice(1);
      if (node?.kind !== "link") {
        done = next;
        continue;
      }
      if (++links > 40) throw failure("ELOOP", path);
      rest = [...posix.resolve(done, node.target).split("/").filter(Boolean), ...rest];
      done = "/";
    }
    return done;
  }

  #makeFolders(folder: string): void {
    if (this.#nodes.get(folder)?.kind === "file") throw failure("EEXIST", folder);
    if (this.#nodes.has(folder)) return;
    this.#makeFolders(posix.dirname(folder));
    this.#nodes.set(folder, { kind: "directory", modifiedMs: this.clock.now() });
  }
}

const infoOf = ({ identity, data, modifiedMs }: FileNode): FileInfo => ({
  identity,
  size: data.length,
  modifiedMs,
  isFile: true,
  isDirectory: false,
});

const failure = (code: string, path: string): CodedError => new CodedError(code, `${code}: ${path}`, { path });

const tick = (): Promise<void> => new Promise((done) => process.nextTick(done));
