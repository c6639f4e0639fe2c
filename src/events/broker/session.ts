import type { Duplex } from "node:stream";
import type { MqttClient, Store } from "mqtt";
import type { Clock, Timer } from "#host/clock";
import { CodedError } from "#util/errors";
import type { BrokerMessage } from "./message.js";
import { PacketGuard } from "./packet-guard.js";

/** Who publishes, and how. */
export interface SessionOptions {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** At most once, at least once, exactly once. */
  readonly qos: 0 | 1 | 2;
}

/** What a session tells. */
export interface SessionListener {
  /** It takes messages; `isNew` when the broker knows nothing of a former session. */
  opened(isNew: boolean): void;
  /** It takes none for now; what the broker has not confirmed is told it again when it opens anew, unless QoS is 0. */
  closed(error: Error | undefined): void;
}

/** The present connection, and what went wrong on it. */
interface Way {
  stream: Duplex | undefined;
  error: Error | undefined;
}

/** How often the broker hears of a silent camera, in seconds. */
const KEEP_ALIVE_S = 60;

/**
 * An MQTT session that outlives its connections, so that what they lose under way is told again (MQTT 3.1.1 §4.4). The
 * client library keeps its state; connections and time are ours.
 */
export class MqttSession {
  private constructor(
    private readonly client: MqttClient,
    private readonly stores: { readonly incomingStore: Store; readonly outgoingStore: Store },
    private readonly way: Way,
    private readonly qos: 0 | 1 | 2,
  ) {}

  /** Loads the library, which cameras without a broker do without. */
  static async create(clock: Clock, options: SessionOptions, listener: SessionListener): Promise<MqttSession> {
    const { MqttClient, Store: StoreClass } = await import("mqtt");
    const { clientId, username, password, qos } = options;
    const stores = {
      incomingStore: new StoreClass({ clean: false }),
      outgoingStore: new StoreClass({ clean: false }),
    };
    const way: Way = { stream: undefined, error: undefined };
    const client = new MqttClient(() => demanded(way.stream), {
      manualConnect: true,
      reconnectPeriod: 0,
      clientId,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      // A session without confirmations has nothing to remember.
      clean: qos === 0,
      keepalive: KEEP_ALIVE_S,
      timerVariant: everyTimers(clock),
      queueQoSZero: false,
      // It would show passwords where DEBUG is set.
      log: () => {},
      ...stores,
    });
    client.on("connect", ({ sessionPresent }) => listener.opened(!sessionPresent));
    client.on("error", (error) => {
      way.error = error;
    });
    client.on("close", () => {
      const { stream, error } = way;
      way.stream = undefined;
      way.error = undefined;
      if (stream) listener.closed(error);
    });
    return new MqttSession(client, stores, way, qos);
  }

  /** Begins on a connection, the first or a further one. */
  open(stream: Duplex): void {
    this.way.stream = stream;
    const guard = new PacketGuard();
    stream.on("data", (chunk: Uint8Array) => {
      if (!stream.destroyed && !guard.accepts(chunk))
        stream.destroy(new CodedError("broker-packet", "it has sent what is not for one who publishes"));
    });
    this.client.reconnect(this.stores);
  }

  /** `done` is called when the broker has it, or at QoS 0 when it is written; never when that is lost. */
  publish({ topic, payload, retain }: BrokerMessage, done: () => void): void {
    this.client.publish(topic, payload, { qos: this.qos, retain }, done);
  }

  /** Takes leave of the broker, which takes a moment. */
  end(): void {
    const { stream } = this.way;
    if (!stream) return;
    this.way.stream = undefined;
    if (!this.client.connected) return void stream.destroy();
    // What is not confirmed yet will not be: nobody waits for it.
    this.client.outgoing = {};
    this.client.end();
  }
}

function demanded<T>(stream: T | undefined): T {
  if (stream === undefined) throw new CodedError("invariant", "a session begins on a connection");
  return stream;
}

/** `setInterval` and `clearInterval` by the clock, as the library wants them. */
function everyTimers(clock: Clock) {
  const timers = new Map<number, Timer>();
  let last = 0;
  return {
    set: (run: () => void, ms: number): number => {
      const id = ++last;
      const arm = (): void => {
        timers.set(
          id,
          clock.after(ms, () => {
            arm();
            run();
          }),
        );
      };
      arm();
      return id;
    },
    clear: (id: number): void => {
      timers.get(id)?.cancel();
      timers.delete(id);
    },
  };
}
