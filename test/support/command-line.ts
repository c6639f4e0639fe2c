import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cfgFolder, type CfgChanges, projectFolder } from "./camera-process.js";
import { ended, type Ended } from "./namespace.js";

/** Changes by which a camera stays on loopback, on ports that are free, and finds nobody. */
export const quiet = (changes: CfgChanges = {}): CfgChanges => ({
  onvif: {
    server_ip: "127.0.0.1",
    http_port: "0",
    https_port: "0",
    discovery_enable: "0",
    ssdp_enable: "0",
    ffmpeg: "none",
    ...changes.onvif,
  },
  rtsp: { serverip: "127.0.0.1", serverport: "0", http_port: "0", https_port: "0", ...changes.rtsp },
  ...(changes.makesCertificate !== undefined && { makesCertificate: changes.makesCertificate }),
});

export interface CallOptions {
  readonly cwd?: string;
  readonly seconds?: number;
  /** Numeric user and group to run as; root only. */
  readonly uid?: number;
}

/** A folder with cfg files of its own, and the program called for it. What still runs there at the end is ended. */
export class CommandLine implements AsyncDisposable {
  readonly folder: string;
  readonly #cfg: ReturnType<typeof cfgFolder>;
  readonly #children: ChildProcess[] = [];

  constructor(changes: CfgChanges = {}) {
    this.#cfg = cfgFolder(quiet(changes));
    this.folder = this.#cfg.folder;
  }

  /** Calls the program to its end, with `-c` of this folder unless the arguments name one. */
  call(args: readonly string[], options: CallOptions = {}): Promise<Ended> {
    return ended(this.spawn(args.includes("-c") ? args : [...args, "-c", this.folder], options), options);
  }

  /** Starts the program, with these arguments alone. */
  spawn(args: readonly string[], { cwd = this.folder, uid }: CallOptions = {}): ChildProcess {
    const program = join(projectFolder, "bin", "onvifrtspserver");
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      ...(uid !== undefined && { uid, gid: uid }),
    });
    this.#children.push(child);
    return child;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  text(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), "utf8") : "";
  }

  /** The process in the pid file. */
  get pid(): number {
    return Number.parseInt(this.text("onvifrtspserver.pid"), 10);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill("SIGKILL");
    if (existsSync(this.path("onvifrtspserver.pid"))) await this.call(["stop"]);
    this.#cfg.remove();
  }
}

/** The address of the device service over HTTP, from what a start prints. */
export const serviceIn = (summary: string): string => /device {2}(http:\S+)/.exec(summary)?.[1] ?? "";

/** Calls an operation of the device service and takes the answer's text. */
export async function ask(service: string, operation: string, content = ""): Promise<string> {
  const tds = "http://www.onvif.org/ver10/device/wsdl";
  const answer = await fetch(service, {
    method: "POST",
    headers: { "Content-Type": "application/soap+xml" },
    body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="${tds}">${content}</${operation}></s:Body></s:Envelope>`,
  });
  return answer.text();
}
