import type { Duplex } from "node:stream";
import { type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "./a-fleet.js";
import { CAMERA_ADDRESS } from "./camera-client.js";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { logLines } from "./log-lines.js";
import { rilfFrame } from "./rilf.js";
import { RtspClient } from "./rtsp-client.js";

export const pusherUrl = `rtsp://${CAMERA_ADDRESS}:8554/pushed`;
export const VIDEO_PORT = 50_001;
export const AUDIO_PORT = 50_002;
const SENDER_ADDRESS = "192.0.2.30";

export const H264 = "<video><codec>H264</codec></video>";
export const G711U = "<audio><codec>G711U</codec></audio>";
export const transfer = (mode: string, more = ""): string => `<transfer><mode>${mode}</mode>${more}</transfer>`;

/** A host with the shipped files and a `<pusher>` named `pushed` with that content in rtsp.cfg. */
export const hostWithPusher = (content: string, host: FakeHost = fakeHost()): FakeHost =>
  hostWithFiles(forFakeHost({ rtspElements: `<pusher><suffix>pushed</suffix>${content}</pusher>` }), host);

/** Sends packets to one port of the camera. */
export interface SceneSender {
  /** Sends them and lets everything happen. */
  send(packets: readonly Uint8Array[]): Promise<void>;
  /** The camera has ended the connection. */
  readonly isEnded: boolean;
  close(): Promise<void>;
}

/** The program with a pusher, and those who send to it and play it. */
export class PusherScene implements AsyncDisposable {
  readonly #remote: FakeHost;

  private constructor(
    readonly fleet: FleetOnHost,
    readonly lines: readonly string[],
  ) {
    this.#remote = fakeHost({ network: fleet.host.network, addresses: [SENDER_ADDRESS], seed: 9 });
  }

  static async open(content: string): Promise<PusherScene> {
    const { log, lines } = logLines();
    return new PusherScene(await startOn(hostWithPusher(content), { log }), lines);
  }

  get host(): FakeHost {
    return this.fleet.host;
  }

  client(): Promise<RtspClient> {
    return RtspClient.connect(this.#remote, CAMERA_ADDRESS, 8554);
  }

  /** A client that plays tracks over TCP; frames of track n are on channel 2n. */
  async reader(tracks: readonly number[] = [0]): Promise<RtspClient> {
    const client = await this.client();
    for (const track of tracks) {
      const Transport = `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`;
      const { status } = await client.request("SETUP", `${pusherUrl}/trackID=${track}`, { Transport });
      if (status !== 200) throw new Error(`SETUP: ${status}`);
    }
    const { status } = await client.request("PLAY", pusherUrl);
    if (status !== 200) throw new Error(`PLAY: ${status}`);
    return client;
  }

  /** The description that players get; undefined when there is no stream. */
  async described(): Promise<string | undefined> {
    const answer = await (await this.client()).request("DESCRIBE", pusherUrl);
    return answer.status === 200 ? answer.body.toString() : undefined;
  }

  async udp(port = VIDEO_PORT): Promise<SceneSender> {
    const socket = await this.#remote.net.udp({ address: SENDER_ADDRESS });
    return {
      send: async (packets) => {
        for (const packet of packets) socket.send(packet, port, CAMERA_ADDRESS);
        await this.host.clock.settle();
      },
      isEnded: false,
      close: () => socket.close(),
    };
  }

  async tcp(port = VIDEO_PORT, frame: (packet: Uint8Array) => Buffer = rilfFrame): Promise<SceneSender> {
    const connection: Duplex = await this.#remote.net.connect(CAMERA_ADDRESS, port);
    const state = { isEnded: false };
    connection.on("data", () => {});
    connection.on("end", () => (state.isEnded = true));
    connection.on("close", () => (state.isEnded = true));
    return {
      send: async (packets) => {
        connection.write(Buffer.concat(packets.map(frame)));
        await this.host.clock.settle();
      },
      get isEnded() {
        return state.isEnded;
      },
      close: async () => {
        connection.destroy();
        await this.host.clock.settle();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet[Symbol.asyncDispose]();
  }
}
