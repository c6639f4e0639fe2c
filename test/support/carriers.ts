import { Duplex } from "node:stream";
import { connect as tlsConnect, type ConnectionOptions } from "node:tls";
import { createWebSocketStream, WebSocket } from "ws";
import { makeSelfSigned, secureContextOf } from "#http/certificate";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { RtspServer } from "#rtsp/server/server";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import type { FakeHost } from "./fake-host.js";
import { RtspClient, rtspStage, serverAddress, type RtspStage } from "./rtsp-client.js";

/** RTSP, HTTP and WebSocket; the same by TLS. */
export const PLAIN_PORT = 554;
export const TLS_PORT = 322;

const identity = makeSelfSigned({
  commonName: "camera",
  names: [serverAddress],
  notBeforeMs: Date.UTC(2020, 0, 1),
  notAfterMs: Date.UTC(2050, 0, 1),
  serial: Buffer.alloc(12, 1),
});

/** A server that listens on both ports. */
export async function carrierStage(options: RtspServerOptions = {}): Promise<RtspStage> {
  const stage = await rtspStage(options);
  await listenWithTls(stage.server);
  return stage;
}

/** Lets a server listen on the port for TLS too. */
export async function listenWithTls(server: RtspServer): Promise<void> {
  const context = secureContextOf(await identity);
  await server.listen({ port: TLS_PORT }, { tls: () => ({ context }) });
}

/** Opens a connection to the server, with TLS on its port for that. */
export async function dial(
  host: FakeHost,
  isSecure: boolean,
  port: number = isSecure ? TLS_PORT : PLAIN_PORT,
  tls: ConnectionOptions = {},
): Promise<Duplex> {
  const socket = await host.net.connect(serverAddress, port);
  if (!isSecure) return socket;
  const secure = tlsConnect({ ...tls, socket, rejectUnauthorized: false });
  secure.on("error", () => {});
  secure.on("close", () => socket.destroy());
  await new Promise((done) => secure.once("secureConnect", done));
  return secure;
}

/** The client's end of an HTTP tunnel: what is written goes into a POST, what is read comes out of the GET. */
export class TunnelClient extends Duplex {
  /** The head of the answer to the GET, once it is there. */
  answer = "";
  input: Duplex | undefined;

  constructor(
    readonly output: Duplex,
    readonly cookie: string,
    private readonly encode: (chunk: Buffer) => string = (chunk) => chunk.toString("base64"),
  ) {
    super({ allowHalfOpen: false });
    let head = "";
    output.on("data", (chunk: Buffer) => {
      let rest = chunk;
      if (this.answer === "") {
        head += chunk.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.answer = head.slice(0, end + 4);
        rest = Buffer.from(head.slice(end + 4), "latin1");
      }
      if (rest.length > 0 && !this.push(rest)) output.pause();
    });
    output.on("end", () => this.push(null));
    output.on("close", () => this.destroy());
    output.on("error", () => {});
    this.on("error", () => {});
  }

  /** Writes the GET on `output` and the POST on `input`. */
  static open(output: Duplex, input: Duplex, cookie: string, encode?: (chunk: Buffer) => string): TunnelClient {
    const tunnel = new TunnelClient(output, cookie, encode);
    tunnel.get();
    tunnel.post(input);
    return tunnel;
  }

  get(headers = ""): void {
    this.output.write(
      `GET /a HTTP/1.0\r\nx-sessioncookie: ${this.cookie}\r\nAccept: application/x-rtsp-tunnelled\r\n${headers}\r\n`,
    );
  }

  /** Opens a POST; what is written from now on goes there. */
  post(input: Duplex, content = ""): void {
    this.input = input;
    input.on("error", () => {});
    input.write(
      `POST /a HTTP/1.0\r\nx-sessioncookie: ${this.cookie}\r\nContent-Type: application/x-rtsp-tunnelled\r\n` +
        `Content-Length: 32767\r\n\r\n${content}`,
    );
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.input?.write(this.encode(chunk));
    done();
  }

  override _read(): void {
    this.output.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.output.destroy();
    this.input?.destroy();
    done(error);
  }
}

/** With TLS or without, to which port, on which terms. */
type Way = readonly [isSecure: boolean, port?: number | undefined, tls?: ConnectionOptions | undefined];

/** The client's end of a WebSocket. */
async function webSocket(host: FakeHost, ...how: Way): Promise<Duplex> {
  const connection = await dial(host, ...how);
  const socket = new WebSocket(`ws://${serverAddress}/any/path`, "rtsp.onvif.org", {
    createConnection: () => connection,
    perMessageDeflate: false,
  });
  const stream = createWebSocketStream(socket);
  stream.on("error", () => {});
  return stream;
}

let cookies = 0;

async function httpTunnel(host: FakeHost, ...how: Way): Promise<Duplex> {
  return TunnelClient.open(await dial(host, ...how), await dial(host, ...how), `cookie-${cookies++}`);
}

type Opening = (host: FakeHost, port?: number, tls?: ConnectionOptions) => Promise<Duplex>;

const OPEN: Readonly<Record<CarrierName, Opening>> = {
  rtsp: (host, port) => dial(host, false, port),
  rtsps: (host, port, tls) => dial(host, true, port, tls),
  http: (host, port) => httpTunnel(host, false, port),
  https: (host, port, tls) => httpTunnel(host, true, port, tls),
  ws: (host, port) => webSocket(host, false, port),
  wss: (host, port, tls) => webSocket(host, true, port, tls),
};

/** A client that speaks RTSP through that carrier, to the usual port unless one is given. */
export async function connectThrough(
  carrier: CarrierName,
  host: FakeHost,
  port?: number,
  tls?: ConnectionOptions,
): Promise<RtspClient> {
  const client = RtspClient.over(host, await OPEN[carrier](host, port, tls));
  await host.clock.settle();
  return client;
}
