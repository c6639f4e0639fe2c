import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { NetworkNamespace } from "./namespace.js";

/** A datagram that a peer has heard. */
export interface Heard {
  /** The group that it was sent to, or `reply`. */
  readonly at: string;
  readonly from: string;
  readonly port: number;
  readonly text: string;
}

/** Somebody on the client's host of a namespace who listens to multicast groups and sends datagrams. */
export class DatagramPeer implements AsyncDisposable {
  readonly #heard: Heard[] = [];

  private constructor(private readonly child: ChildProcess) {
    if (!child.stdout) throw new Error("the peer has no output");
    createInterface({ input: child.stdout }).on("line", (line) => this.#heard.push(JSON.parse(line) as Heard));
  }

  /** `groups` are written `address,port`. */
  static async open(net: NetworkNamespace, groups: readonly string[]): Promise<DatagramPeer> {
    const script = fileURLToPath(new URL("datagram-peer.mjs", import.meta.url));
    const peer = new DatagramPeer(net.spawn("client", process.execPath, [script, "eth0", ...groups]));
    await peer.hear((one) => one.at === "ready");
    return peer;
  }

  send(to: string, port: number, text: string): void {
    this.child.stdin?.write(`${JSON.stringify({ to, port, text })}\n`);
  }

  /** The first datagram that fits, of those that came and those that come within `ms`; takes it away. */
  async hear(fits: (heard: Heard) => boolean, ms = 30_000): Promise<Heard> {
    for (const endMs = performance.now() + ms; performance.now() < endMs; await pause(10)) {
      const index = this.#heard.findIndex(fits);
      const [found] = index < 0 ? [] : this.#heard.splice(index, 1);
      if (found) return found;
    }
    throw new Error(`nothing like that was heard in ${ms} ms, but ${JSON.stringify(this.#heard)}`);
  }

  /** What comes within `ms`, after forgetting what came before. */
  async during(ms: number): Promise<readonly Heard[]> {
    this.forget();
    await pause(ms);
    return [...this.#heard];
  }

  forget(): void {
    this.#heard.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.stdin?.end();
    await gone;
  }
}
