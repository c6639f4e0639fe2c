import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** What a program left behind. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program runs on: the camera's host, or that of its clients. */
export type Side = "camera" | "client";

const ADDRESSES: Readonly<Record<Side, string>> = { camera: "192.0.2.10", client: "192.0.2.77" };

/**
 * A network of the test's own: two hosts in namespaces, joined by one cable, on which multicast stays inside. It goes
 * when the last program in it ends.
 */
export class NetworkNamespace implements AsyncDisposable {
  /** Where clients find the camera. */
  readonly address = ADDRESSES.camera;

  private constructor(private readonly keepers: Readonly<Record<Side, ChildProcess>>) {}

  /** Why there can be none here; undefined when there can. */
  static missing(): string | undefined {
    const { status } = spawnSync(
      "unshare",
      ["--net", "ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1"],
      {
        stdio: "ignore",
      },
    );
    return status === 0 ? undefined : "network namespaces need root, util-linux and iproute2";
  }

  static async open(): Promise<NetworkNamespace> {
    const client = await keeper([]);
    const camera = await keeper([`ip link add eth0 type veth peer name eth0 netns ${client.pid}`, ...upWith("camera")]);
    const network = new NetworkNamespace({ camera, client });
    const { status, stderr } = await network.run("sh", ["-ec", upWith("client").join("\n")]);
    if (status !== 0) throw new Error(`the client's network cannot be set up: ${stderr}`);
    return network;
  }

  /** Starts a program on one of the hosts. */
  spawn(side: Side, program: string, args: readonly string[]): ChildProcess {
    const inside = ["--net", "--target", String(this.keepers[side].pid), "--", program, ...args];
    return spawn("nsenter", inside, { stdio: ["pipe", "pipe", "pipe"] });
  }

  /** Runs a program on the client's host to its end, or for so long; `input` is typed into it. */
  async run(
    program: string,
    args: readonly string[],
    options: { input?: string; seconds?: number } = {},
  ): Promise<Ended> {
    const child = this.spawn("client", program, args);
    return ended(child, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of Object.values(this.keepers)) {
      const gone = new Promise((done) => process.once("exit", done));
      process.kill("SIGKILL");
      await gone;
    }
  }
}

const upWith = (side: Side): string[] => [
  "ip link set lo up",
  "ip link set eth0 up",
  `ip addr add ${ADDRESSES[side]}/24 dev eth0`,
  "ip route add default via 192.0.2.1 dev eth0",
];

/** A process that holds a new namespace open, after these commands, as long as this program lives. */
async function keeper(commands: readonly string[]): Promise<ChildProcess> {
  const script = [...commands, "echo ready", "exec cat"].join("\n");
  const process = spawn("unshare", ["--net", "sh", "-ec", script], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    process.stdout?.once("data", () => resolve());
    process.once("exit", () => reject(new Error("a network namespace cannot be set up")));
  });
  return process;
}

/** Waits for a program's end; it is killed when it takes longer than `seconds` (60 unless given). */
export function ended(child: ChildProcess, options: { input?: string; seconds?: number } = {}): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  const timer = setTimeout(() => child.kill("SIGKILL"), (options.seconds ?? 60) * 1000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}
