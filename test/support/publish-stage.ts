import type { MediaFormat } from "#codec/format";
import { PathMap, type PathMapOptions } from "#media/path-map";
import type { ReceivedInfo } from "#media/received-track";
import type { RtspServerOptions } from "#rtsp/server/options";
import { RtspServer } from "#rtsp/server/server";
import { PublishedStreams } from "#sources/publish";
import { writeRtcp, type WritableRtcp } from "#wire/rtp/rtcp";
import type { UdpSocket } from "#host/net";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { FakeSource } from "./media-fakes.js";
import { nalUnit, publishedFormats, rtpPacket } from "./relay-packets.js";
import {
  clientPorts,
  keepingLogger,
  RtspClient,
  serverAddress,
  type ClientPorts,
  type LogLine,
} from "./rtsp-client.js";

/** The URL that tests publish under. */
export const urlP = `rtsp://${serverAddress}/live`;
const publisherAddress = "192.0.2.30";

export interface PublishStage extends AsyncDisposable {
  readonly host: FakeHost;
  readonly server: RtspServer;
  readonly paths: PathMap;
  readonly log: readonly LogLine[];
  connect(from?: FakeHost): Promise<RtspClient>;
  client(address: string): FakeHost;
  /** What came of the only publication's tracks. */
  received(track?: number): ReceivedInfo | undefined;
}

/** A server whose clients can publish. The name `clip` stands for something else. */
export async function publishStage(
  options: RtspServerOptions = {},
  override = true,
  pathOptions: PathMapOptions = {},
): Promise<PublishStage> {
  const host = fakeHost({ addresses: [serverAddress] });
  const lines: LogLine[] = [];
  const log = keepingLogger(lines);
  const fixed = {
    resolve: async (name: string) => (name === "clip" ? { name, createSource: () => new FakeSource() } : undefined),
  };
  const streams = new PublishedStreams(fixed, log, { override });
  const paths = new PathMap({ ...host, log, resolver: streams }, pathOptions);
  const directory = { open: ({ name }: { name: string }) => paths.open(name), publishing: streams.publishing(paths) };
  const server = new RtspServer(host, log, directory, options);
  await server.listen({ port: 554 });
  const client = (address: string): FakeHost => fakeHost({ network: host.network, addresses: [address], seed: 9 });
  const usual = client("192.0.2.20");
  return {
    host,
    server,
    paths,
    log: lines,
    client,
    connect: (from = usual) => RtspClient.connect(from, serverAddress),
    received: (track = 0) =>
      server
        .sessions()
        .find(({ tracks }) => tracks.some(({ received }) => received))
        ?.tracks.find(({ index }) => index === track)?.received,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await paths.close();
    },
  };
}

/** The description that a client announces. */
export const sdpOf = (formats: readonly MediaFormat[]): string =>
  [
    "v=0",
    "o=- 0 0 IN IP4 127.0.0.1",
    "s=No Name",
    "c=IN IP4 192.0.2.10",
    "t=0 0",
    ...formats.flatMap((format, index) => [
      `m=${format.kind === "metadata" ? "application" : format.kind} 0 RTP/AVP ${format.payloadType}`,
      `a=rtpmap:${format.payloadType} ${format.encodingName}/${format.clockRate}${(format.channels ?? 1) > 1 ? `/${format.channels}` : ""}`,
      ...(format.fmtp === undefined ? [] : [`a=fmtp:${format.payloadType} ${format.fmtp}`]),
      `a=control:streamid=${index}`,
    ]),
    "",
  ].join("\r\n");

export const announce = (
  client: RtspClient,
  formats: readonly MediaFormat[] = [publishedFormats.h264],
  url = urlP,
): ReturnType<RtspClient["request"]> =>
  client.request("ANNOUNCE", url, { "Content-Type": "application/sdp" }, sdpOf(formats));

export type Lower = "TCP" | "UDP";

/** A client that publishes, by TCP or UDP, as far as it has come. */
export class Publisher {
  session = "";
  readonly ports: ClientPorts[] = [];
  readonly serverPorts: (readonly [rtp: number, rtcp: number])[] = [];

  constructor(
    readonly stage: PublishStage,
    readonly host: FakeHost,
    readonly client: RtspClient,
    readonly lower: Lower,
    readonly formats: readonly MediaFormat[],
    readonly url: string,
  ) {}

  async setup(track: number): Promise<ReturnType<RtspClient["request"]>> {
    const port = 4000 + this.ports.length * 2;
    if (this.lower === "UDP") this.ports.push(await clientPorts(this.host.net, publisherAddress, port));
    const transport =
      this.lower === "UDP"
        ? `RTP/AVP/UDP;unicast;client_port=${port}-${port + 1};mode=record`
        : `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1};mode=record`;
    const answer = await this.client.request("SETUP", `${this.url}/streamid=${track}`, {
      Transport: transport,
      ...(this.session !== "" && { Session: this.session }),
    });
    this.session ||= answer.headers.get("Session")?.split(";")[0] ?? "";
    const [, rtp, rtcp] = /server_port=(\d+)-(\d+)/.exec(answer.headers.get("Transport") ?? "") ?? [];
    this.serverPorts.push([Number(rtp), Number(rtcp)]);
    return answer;
  }

  record(): ReturnType<RtspClient["request"]> {
    return this.client.request("RECORD", this.url, { Session: this.session });
  }

  /** Sends RTP packets of a track and lets everything happen. */
  async send(packets: readonly Uint8Array[], track = 0): Promise<void> {
    for (const packet of packets) {
      if (this.lower === "TCP") await this.client.sendFrame(track * 2, packet);
      else this.#socket(track, 0).send(packet, this.serverPorts[track]?.[0] ?? 0, serverAddress);
    }
    await this.stage.host.clock.settle();
  }

  async sendRtcp(packets: readonly WritableRtcp[], track = 0): Promise<void> {
    const bytes = writeRtcp(packets);
    if (this.lower === "TCP") await this.client.sendFrame(track * 2 + 1, bytes);
    else this.#socket(track, 1).send(bytes, this.serverPorts[track]?.[1] ?? 0, serverAddress);
    await this.stage.host.clock.settle();
  }

  /** What the server has sent on a track's RTCP way. */
  rtcp(track = 0): readonly Buffer[] {
    return this.lower === "TCP" ? this.client.frames(track * 2 + 1) : (this.ports[track]?.rtcp.splice(0) ?? []);
  }

  #socket(track: number, which: 0 | 1): UdpSocket {
    const socket = this.ports[track]?.sockets[which];
    if (!socket) throw new Error(`track ${track} is not set up`);
    return socket;
  }
}

/** A client that has announced, has set up every track, and records. */
export async function publish(
  stage: PublishStage,
  lower: Lower = "TCP",
  formats: readonly MediaFormat[] = [publishedFormats.h264],
  url = urlP,
): Promise<Publisher> {
  const host = stage.client(publisherAddress);
  const publisher = new Publisher(stage, host, await stage.connect(host), lower, formats, url);
  const answers = [await announce(publisher.client, formats, url)];
  for (const track of formats.keys()) answers.push(await publisher.setup(track));
  answers.push(await publisher.record());
  const failed = answers.find(({ status }) => status !== 200);
  if (failed) throw new Error(`publishing: ${failed.status}`);
  await stage.host.clock.settle();
  return publisher;
}

/** A client that plays tracks of a stream over TCP; frames of track n are on channel 2n. */
export async function readBack(stage: PublishStage, tracks: readonly number[] = [0], url = urlP): Promise<RtspClient> {
  const client = await stage.connect();
  for (const track of tracks) {
    const answer = await client.request("SETUP", `${url}/trackID=${track}`, {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`,
    });
    if (answer.status !== 200) throw new Error(`SETUP: ${answer.status}`);
  }
  const answer = await client.request("PLAY", url);
  if (answer.status !== 200) throw new Error(`PLAY: ${answer.status}`);
  return client;
}

/** The RTP packets on the channel of a reader's track. */
export const media = (reader: RtspClient, track = 0): Buffer[] => reader.frames(track * 2);

/** Pictures of `publishedFormats.h264`. */
export const keyFrame = (bytes = 200): readonly Uint8Array[] => [
  ...(publishedFormats.h264.parameterSets ?? []),
  nalUnit("65", bytes),
];
export const picture = (bytes = 100): readonly Uint8Array[] => [nalUnit("41", bytes)];

/** A packet of `publishedFormats.pcmu`. */
export const sound = (sequence: number, type = 0): Buffer =>
  rtpPacket(Buffer.alloc(20), { type, sequence, time: sequence * 20 });
