import { spawnSync } from "node:child_process";
import { CameraProcess, type CfgChanges, cfgFolder } from "./camera-process.js";
import { NetworkNamespace } from "./namespace.js";

/** Why a program cannot be run in a scene; undefined when it can. */
export const missing = (program: string): string | undefined =>
  NetworkNamespace.missing() ?? (has(program) ? undefined : `${program} is not installed`);

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** Each scene is a camera in a namespace of its own, so that the shipped ports are free and multicast stays inside. */
export class Scene implements AsyncDisposable {
  private constructor(
    readonly net: NetworkNamespace,
    readonly camera: CameraProcess,
    private readonly cfg: ReturnType<typeof cfgFolder>,
  ) {}

  static async open(changes: CfgChanges = {}): Promise<Scene> {
    const net = await NetworkNamespace.open();
    const cfg = cfgFolder(changes);
    try {
      const camera = await CameraProcess.start(cfg.folder, (program, args) => net.spawn("camera", program, args));
      return new Scene(net, camera, cfg);
    } catch (error) {
      await net[Symbol.asyncDispose]();
      cfg.remove();
      throw error;
    }
  }

  rtsp(name: string, login = "", port = 8554): string {
    return `rtsp://${login}${this.net.address}:${port}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.camera[Symbol.asyncDispose]();
    await this.net[Symbol.asyncDispose]();
    this.cfg.remove();
  }
}
