import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** What a program left behind. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A network namespace of the test's own: loopback and one interface with the address 192.0.2.10, on which multicast
 * stays inside. It goes when the last program in it ends.
 */
export class NetworkNamespace implements AsyncDisposable {
  readonly address = "192.0.2.10";

  private constructor(private readonly keeper: ChildProcess) {}

  /** Why there can be none here; undefined when there can. */
  static missing(): string | undefined {
    const { status } = spawnSync("unshare", ["--net", "true"], { stdio: "ignore" });
    return status === 0 ? undefined : "network namespaces need root (and util-linux)";
  }

  static async open(): Promise<NetworkNamespace> {
    const setUp = [
      "ip link set lo up",
      "ip link add cam0 type dummy",
      "ip link set cam0 address 02:00:00:00:00:10 multicast on up",
      "ip addr add 192.0.2.10/24 dev cam0",
      "ip route add default via 192.0.2.1 dev cam0",
      "echo ready",
      "exec sleep 600",
    ];
    const keeper = spawn("unshare", ["--net", "sh", "-ec", setUp.join("\n")], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve, reject) => {
      keeper.stdout?.once("data", () => resolve());
      keeper.once("exit", () => reject(new Error("the network namespace cannot be set up (is iproute2 installed?)")));
    });
    return new NetworkNamespace(keeper);
  }

  /** Starts a program inside. */
  spawn(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const inside = ["--net", "--target", String(this.keeper.pid), "--", program, ...args];
    return spawn("nsenter", inside, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  }

  /** Runs a program inside to its end, or for so long; `input` is typed into it. */
  async run(
    program: string,
    args: readonly string[],
    options: { input?: string; seconds?: number } = {},
  ): Promise<Ended> {
    const child = this.spawn(program, args);
    return ended(child, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((done) => this.keeper.once("exit", done));
    this.keeper.kill("SIGKILL");
    await gone;
  }
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
