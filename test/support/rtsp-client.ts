import type { Duplex } from "node:stream";
import type { UdpSocket } from "#host/net";
import type { Logger } from "#util/log";
import type { Facts } from "#util/errors";
import { Headers, writeFrame, writeRequest, type RtspMessage, type RtspResponse } from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import { readRtcp, type RtcpPacket } from "#wire/rtp/rtcp";
import { RtspServer } from "#rtsp/server/server";
import type { RtspServerOptions } from "#rtsp/server/options";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { FakeDirectory, FakePath } from "./fake-path.js";
import { loggerTo } from "./recording-logger.js";
import type { FakeNet } from "./fake-network.js";

/** A client on the fake network that keeps all that came, in its order. */
export class RtspClient {
  /** Messages and frames in the order in which they came and were not taken. */
  readonly arrived: RtspMessage[] = [];
  ended = false;
  readonly #parser = new RtspParser();
  #cseq = 1;

  private constructor(
    readonly host: FakeHost,
    readonly connection: Duplex,
  ) {
    connection.on("data", (chunk: Buffer) => {
      this.#parser.push(chunk);
      for (let message = this.#parser.next(); message; message = this.#parser.next()) this.arrived.push(message);
    });
    connection.on("end", () => (this.ended = true));
    connection.on("close", () => (this.ended = true));
  }

  /** A client on its end of a connection or tunnel that is open. */
  static over(host: FakeHost, stream: Duplex): RtspClient {
    return new RtspClient(host, stream);
  }

  static async connect(host: FakeHost, address: string, port = 554): Promise<RtspClient> {
    const client = new RtspClient(host, await host.net.connect(address, port));
    await host.clock.settle();
    return client;
  }

  /** Sends raw bytes and lets everything happen. */
  async send(data: string | Uint8Array): Promise<void> {
    this.connection.write(data);
    await this.host.clock.settle();
  }

  /** Sends a request with the next CSeq and takes its answer; frames that come before it stay in `arrived`. */
  async request(
    method: string,
    target: string,
    headers: Record<string, string> = {},
    body = "",
  ): Promise<RtspResponse> {
    const cseq = String(this.#cseq++);
    await this.send(writeRequest(method, target, new Headers([["CSeq", cseq], ...Object.entries(headers)]), body));
    // Sockets that are opened meanwhile are work that settling does not see.
    for (let turns = 0; turns < 20 && !this.arrived.some(({ kind }) => kind === "response"); turns++)
      await this.host.clock.settle();
    const answer = this.takeResponse();
    if (answer.headers.get("CSeq") !== cseq) throw new Error(`the answer is to CSeq ${answer.headers.get("CSeq")}`);
    return answer;
  }

  /** As `request`, but time goes on until the answer is there: files are read by the clock. */
  async ask(method: string, target: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    const lines: [string, string][] = [["CSeq", String(this.#cseq++)], ...Object.entries(headers)];
    this.connection.write(writeRequest(method, target, new Headers(lines)));
    const hasAnswer = (): boolean => this.arrived.some(({ kind }) => kind === "response");
    for (let times = 0; times < 500 && !hasAnswer(); times++) await this.host.clock.advance(10);
    return this.takeResponse();
  }

  takeResponse(): RtspResponse {
    const index = this.arrived.findIndex(({ kind }) => kind === "response");
    const [message] = index < 0 ? [] : this.arrived.splice(index, 1);
    if (message?.kind !== "response") throw new Error(`no answer came${this.ended ? ", the connection ended" : ""}`);
    return message;
  }

  /** Takes the frames of a channel that have come. */
  frames(channel: number): Buffer[] {
    const found = this.arrived.filter((message) => message.kind === "frame" && message.channel === channel);
    this.arrived.splice(0, this.arrived.length, ...this.arrived.filter((message) => !found.includes(message)));
    return found.map((message) => (message.kind === "frame" ? message.payload : Buffer.alloc(0)));
  }

  /** Takes the RTCP packets of a channel that have come. */
  rtcp(channel: number): RtcpPacket[] {
    return this.frames(channel).flatMap(rtcpPackets);
  }

  sendFrame(channel: number, payload: Uint8Array): Promise<void> {
    return this.send(writeFrame(channel, payload));
  }

  async close(): Promise<void> {
    this.connection.destroy();
    await this.host.clock.settle();
  }
}

export function rtcpPackets(bytes: Uint8Array): readonly RtcpPacket[] {
  const packets = readRtcp(bytes);
  if (typeof packets === "string") throw new Error(`broken RTCP: ${packets}`);
  return packets;
}

/** The client's UDP ports for one track. */
export interface ClientPorts {
  readonly transport: string;
  readonly rtp: Buffer[];
  readonly rtcp: Buffer[];
  readonly sockets: readonly [UdpSocket, UdpSocket];
}

export async function clientPorts(net: FakeNet, address: string, port: number): Promise<ClientPorts> {
  const sockets = [await net.udp({ address, port }), await net.udp({ address, port: port + 1 })] as const;
  const arrived: [Buffer[], Buffer[]] = [[], []];
  sockets.forEach((socket, index) => socket.onMessage((data) => arrived[index]?.push(data)));
  const transport = `RTP/AVP;unicast;client_port=${port}-${port + 1}`;
  return { transport, rtp: arrived[0], rtcp: arrived[1], sockets };
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly facts: Facts;
}

/** A logger that keeps its lines, and what it was for. */
export function keepingLogger(lines: LogLine[], own: Facts = {}): Logger {
  const log = loggerTo(({ level, message, facts }) => lines.push({ level, message, facts: { ...own, ...facts } }));
  return { ...log, child: (facts) => keepingLogger(lines, { ...own, ...facts }) };
}

export interface RtspStage extends AsyncDisposable {
  readonly host: FakeHost;
  readonly server: RtspServer;
  readonly directory: FakeDirectory;
  /** The path `a`, with a video and an audio track. */
  readonly path: FakePath;
  readonly log: readonly LogLine[];
  connect(from?: FakeHost): Promise<RtspClient>;
  /** Another host on the same network. */
  client(address: string): FakeHost;
}

export const serverAddress = "192.0.2.10";
/** The URL of the path `a`. */
export const urlA = `rtsp://${serverAddress}/a`;

/** A server on port 554 of a fake host, with one path, and a network on which clients can be. */
export async function rtspStage(options: RtspServerOptions = {}): Promise<RtspStage> {
  const host = fakeHost({ addresses: [serverAddress] });
  const lines: LogLine[] = [];
  const directory = new FakeDirectory();
  const path = directory.add(new FakePath("a", host.clock));
  const server = new RtspServer(host, keepingLogger(lines), directory, options);
  await server.listen({ port: 554 });
  const client = (address: string): FakeHost => fakeHost({ network: host.network, addresses: [address], seed: 9 });
  const usual = client("192.0.2.20");
  return {
    host,
    server,
    directory,
    path,
    log: lines,
    client,
    connect: (from = usual) => RtspClient.connect(from, serverAddress),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** SETUP of the tracks over TCP, in one session; returns its id. */
export async function setUpTcp(client: RtspClient, url = urlA, tracks: readonly number[] = [0, 1]): Promise<string> {
  let session: string | undefined;
  for (const track of tracks) {
    const answer = await client.request("SETUP", `${url}/trackID=${track}`, {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`,
      ...(session !== undefined && { Session: session }),
    });
    if (answer.status !== 200) throw new Error(`SETUP: ${answer.status}`);
    session = answer.headers.get("Session")?.split(";")[0];
  }
  return session ?? "";
}
