import { X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext } from "node:tls";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";
import { secured, type TlsTerms } from "#host/secure";
import { makeSelfSigned, secureContextOf } from "#http/certificate";
import { noon } from "./a-device.js";
import type { TestCertificate } from "./authority.js";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { asClient } from "./tls-client.js";

/** A message that a camera has published. */
export interface Published {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** An MQTT broker on the network of a camera. */
export interface TestBroker extends AsyncDisposable {
  readonly address: string;
  readonly published: Published[];
  /** The payloads of messages that it has not confirmed. */
  readonly held: readonly string[];
  /** Who has come: client id, user name and password. */
  readonly logins: { readonly id: string; readonly username: string | undefined; readonly password: string }[];
  /** How often somebody has taken leave with a DISCONNECT. */
  departures: number;
  /** What is kept for those who come later, by topic. */
  readonly retained: Map<string, string>;
  /** Refuses logins while true. */
  isClosedToAll: boolean;
  /** Takes messages and confirms none while true. */
  isSilent: boolean;
  /** Cuts all connections. */
  cut(): void;
}

/** MQTT 3.1.1 §3.14. */
const DISCONNECT = Buffer.from([0xe0, 0x00]);

const identity = makeSelfSigned({
  commonName: "broker",
  names: ["192.0.2.98"],
  notBeforeMs: 0,
  notAfterMs: Date.UTC(2036),
  serial: Buffer.alloc(8, 2),
});

type Scheme = "mqtt" | "mqtts" | "ws" | "wss";

export interface BrokerWish {
  /** On the camera's own host, not at 192.0.2.98. */
  readonly isLocal?: boolean;
  /** A connection is left unanswered where this says no. */
  readonly accept?: () => boolean;
  /** What it shows, those above its own certificate after it; a self-signed certificate unless given. */
  readonly shows?: readonly TestCertificate[];
  /** Clients need a certificate that this authority has signed, and that is valid at noon of the tests. */
  readonly clientsOf?: TestCertificate;
  /** Told what such a client has shown. */
  readonly shown?: (chain: readonly Uint8Array[]) => void;
}

/** A broker (aedes) on the network of a camera. */
export async function aBroker(
  camera: FakeHost,
  scheme: Scheme = "mqtt",
  options: BrokerWish = {},
): Promise<TestBroker> {
  const host = options.isLocal ? camera : fakeHost({ network: camera.network, addresses: ["192.0.2.98"] });
  const broker = await Aedes.createBroker();
  const connections = new Set<Duplex>();
  const published: Published[] = [];
  const retained = new Map<string, string>();
  const logins: TestBroker["logins"] = [];
  const held: string[] = [];
  broker.authenticate = (client, username, password, done) => {
    logins.push({ id: client.id, username, password: password?.toString() ?? "" });
    done(null, !result.isClosedToAll);
  };
  broker.authorizePublish = (_, packet, done) => {
    if (result.isSilent) held.push(packet.payload.toString());
    else done(null);
  };
  broker.on("publish", ({ topic, payload, qos, retain }, client) => {
    if (!client) return;
    published.push({ topic, payload: payload.toString(), qos, retain });
    if (!retain) return;
    if (payload.length === 0) retained.delete(topic);
    else retained.set(topic, payload.toString());
  });
  const handle = (stream: Duplex): void => {
    stream.on("error", () => {});
    let last = Buffer.alloc(0);
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk instanceof Uint8Array) last = Buffer.concat([last, chunk]).subarray(-2);
      if (last.equals(DISCONNECT)) result.departures++;
      return push(chunk, encoding);
    };
    broker.handle(stream);
  };
  const sockets = new WebSocketServer({ noServer: true });
  const web = createServer().on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => handle(createWebSocketStream(one))),
  );
  const serve = (stream: Duplex): void => {
    if (scheme.startsWith("ws")) web.emit("connection", stream);
    else handle(stream);
  };
  const terms = await tlsTerms(options);
  const listener = await host.net.listen({ port: 1883 }, (connection) => {
    connections.add(connection);
    if (options.accept?.() === false) return;
    if (scheme === "mqtts" || scheme === "wss") secured(connection, terms, serve);
    else serve(connection);
  });
  const cut = (): void => {
    for (const connection of connections) connection.destroy();
    connections.clear();
  };
  const result: TestBroker = {
    address: `${scheme}://${options.isLocal ? "127.0.0.1" : "192.0.2.98"}:1883`,
    published,
    held,
    logins,
    retained,
    isClosedToAll: false,
    isSilent: false,
    departures: 0,
    cut,
    [Symbol.asyncDispose]: async () => {
      await listener.close();
      cut();
      await new Promise<void>((done) => broker.close(done));
    },
  };
  return result;
}

async function tlsTerms({ shows, clientsOf, shown: told }: BrokerWish): Promise<TlsTerms> {
  const [own, ...others] = shows ?? [];
  const { cert, key } = own ? asClient(own, ...others) : {};
  const context = own ? createSecureContext({ cert, key }) : secureContextOf(await identity);
  if (!clientsOf) return { context };
  const authority = new X509Certificate(clientsOf.der);
  const isGood = (shown: X509Certificate): boolean =>
    shown.verify(authority.publicKey) && Date.parse(shown.validTo) > noon;
  return {
    context,
    clientName: (chain) => {
      told?.(chain);
      const [shown] = chain;
      return shown && isGood(new X509Certificate(shown)) ? "camera" : undefined;
    },
  };
}
