import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { giveIdentity } from "./kept-identity.js";

export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Replaces the values of tags in the shipped cfg files. */
export interface CfgChanges {
  readonly onvif?: Readonly<Record<string, string>>;
  readonly rtsp?: Readonly<Record<string, string>>;
  /** Put at the end of rtsp.cfg. */
  readonly rtspElements?: string;
  /** In the place of <backchannel>. */
  readonly backchannel?: string;
  /** It makes its certificate by itself, as at the first start; otherwise it finds one. */
  readonly makesCertificate?: boolean;
}

/** A new folder with the shipped cfg files, changed; removed by `remove`. */
export function cfgFolder(changes: CfgChanges = {}): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-test-"));
  for (const name of ["onvif", "rtsp"] as const) {
    const path = join(folder, `${name}.cfg`);
    cpSync(join(projectFolder, `${name}.cfg`), path);
    let text = readFileSync(path, "utf8");
    for (const [tag, value] of Object.entries(changes[name] ?? {}))
      text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
    if (name === "rtsp" && changes.backchannel !== undefined)
      text = text.replace(/<backchannel>.*<\/backchannel>/s, changes.backchannel);
    if (name === "rtsp") text = text.replace("</config>", `${changes.rtspElements ?? ""}</config>`);
    writeFileSync(path, text);
  }
  if (changes.makesCertificate !== true) giveIdentity(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The program in a process of its own, in the foreground. */
export class CameraProcess implements AsyncDisposable {
  private constructor(
    readonly child: ChildProcess,
    /** What it printed when it was ready. */
    readonly summary: string,
  ) {}

  /** Starts it with the cfg files of `folder`; `start` runs the program elsewhere, such as in a namespace. */
  static async start(
    folder: string,
    start: (program: string, args: readonly string[]) => ChildProcess = (program, args) => spawn(program, args),
  ): Promise<CameraProcess> {
    const child = start(process.execPath, [join(projectFolder, "bin", "onvifrtspserver"), "-c", folder]);
    let output = "";
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("  log     ")) resolve();
      });
      child.once("exit", (status) => reject(new Error(`the camera ended with ${status}: ${output}${errors}`)));
    });
    return new CameraProcess(child, output);
  }

  /** Ends it as a user would. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    await gone;
  }
}
