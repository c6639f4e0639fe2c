import type { OpenPorts, StartProtocol } from "#camera/listeners";
import type { Clock, Timer } from "#host/clock";
import type { Listener } from "#host/net";
import type { Closable } from "#util/scope";
import { openPort, type PortTag } from "./listeners.js";

type ProtocolName = StartProtocol["name"];

/** How ports of one protocol are opened. */
export interface Door {
  /** The tag of its port. */
  readonly tag: Omit<PortTag, "port">;
  /** Failures as in `Net.listen`, and those of TLS. */
  readonly open: (port: number) => Promise<Listener>;
}

/** Time from the change of a port until those who came by the old one are sent away, in ms: the answer has to leave first. */
const LEAVE_AFTER_MS = 1_000;

/** The ports of HTTP, HTTPS and RTSP, as clients can move them (Core §8.2.13). */
export class ProtocolPorts implements Closable {
  readonly #listeners: Readonly<Record<ProtocolName, Map<number, Listener>>> = {
    HTTP: new Map(),
    HTTPS: new Map(),
    RTSP: new Map(),
  };
  readonly #timers = new Set<Timer>();

  /** `closed` is told the ports that are no longer listened on, when it is time for their clients to go. */
  constructor(
    private readonly doors: Readonly<Record<ProtocolName, Door>>,
    private readonly clock: Clock,
    private readonly closed: (ports: readonly number[]) => void,
  ) {}

  /** Opens what the camera starts with. The error of one that cannot be opened says what to change. */
  async start(protocols: readonly StartProtocol[]): Promise<void> {
    for (const { name, ports, setByClient } of protocols.filter(({ enabled }) => enabled))
      for (const port of ports) {
        const where = { ...this.doors[name].tag, port, setByClient };
        const listener = await openPort(where, () => this.doors[name].open(port));
        this.#listeners[name].set(listener.port, listener);
      }
  }

  isOn(name: ProtocolName): boolean {
    return this.#listeners[name].size > 0;
  }

  /** The first port of a protocol; undefined while it is off. */
  portOf(name: ProtocolName): number | undefined {
    return this.#listeners[name].keys().next().value;
  }

  /** Opens ports for a change of the protocols. A port that goes from one protocol to another is closed for a moment. */
  readonly prepare: OpenPorts = async (protocols) => {
    const wanted = new Map(protocols.map(({ name, enabled, ports }) => [name, enabled ? ports : []]));
    const isWanted = (name: ProtocolName, port: number): boolean => wanted.get(name)?.includes(port) ?? false;
    const missing = protocols.flatMap(({ name }) =>
      (wanted.get(name) ?? []).filter((port) => !this.#listeners[name].has(port)).map((port) => ({ name, port })),
    );
    const handed = this.#all().filter(
      ({ name, port }) => !isWanted(name, port) && missing.some((one) => one.port === port),
    );
    const opened: { readonly name: ProtocolName; readonly port: number }[] = [];
    try {
      for (const { name, port } of handed) await this.#close(name, port);
      for (const { name, port } of missing) {
        await this.#open(name, port);
        opened.push({ name, port });
      }
    } catch (error) {
      for (const { name, port } of opened) await this.#close(name, port);
      for (const { name, port } of handed) await this.#open(name, port);
      throw error;
    }
    return () => {
      const left = this.#all().filter(({ name, port }) => !isWanted(name, port));
      for (const { name, port } of left) void this.#close(name, port);
      // Clients of a port that another protocol has now stay with the one that accepted them.
      this.#later(left.map(({ port }) => port));
    };
  };

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    for (const { name, port } of this.#all()) await this.#close(name, port);
  }

  #all(): { readonly name: ProtocolName; readonly port: number }[] {
    return (["HTTP", "HTTPS", "RTSP"] as const).flatMap((name) =>
      [...this.#listeners[name].keys()].map((port) => ({ name, port })),
    );
  }

  async #open(name: ProtocolName, port: number): Promise<void> {
    this.#listeners[name].set(port, await this.doors[name].open(port));
  }

  async #close(name: ProtocolName, port: number): Promise<void> {
    const listener = this.#listeners[name].get(port);
    this.#listeners[name].delete(port);
    await listener?.close();
  }

  #later(ports: readonly number[]): void {
    const timer = this.clock.after(LEAVE_AFTER_MS, () => {
      this.#timers.delete(timer);
      this.closed(ports.filter((port) => !this.#all().some((open) => open.port === port)));
    });
    this.#timers.add(timer);
  }
}
