import type { MediaFormat } from "#codec/format";
import type { Device } from "#device/device";
import { Media } from "#onvif/schema/media/service";
import type { ServiceDeclaration } from "#onvif/operation";
import { hasMarker, payloadOf } from "#wire/rtp/packet";
import { Headers, writeRequest, type RtspResponse } from "#wire/rtsp/message";
import { parseSdp } from "#wire/sdp/parser";
import type { SdpSession } from "#wire/sdp/session";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "./a-fleet.js";
import type { CfgChanges } from "./camera-process.js";
import { CAMERA_ADDRESS, CameraClient } from "./camera-client.js";
import type { FakeHost } from "./fake-host.js";
import { fakeHost } from "./fake-host.js";
import { RtspClient } from "./rtsp-client.js";
import { sdpOf } from "./publish-stage.js";
import { record } from "./soap-oracle.js";

/** An event as a metadata document tells it. */
export interface ToldEvent {
  readonly topic: string;
  readonly operation: string | undefined;
  readonly utcTime: string;
  /** Names and values of the items, `Source=video_source_1`. */
  readonly items: readonly string[];
}

/** Puts the documents of a metadata track together; each is kept for validation. */
export class MetadataDocuments {
  readonly texts: string[] = [];
  #parts: Uint8Array[] = [];

  push(packet: Uint8Array): void {
    this.#parts.push(payloadOf(packet));
    if (!hasMarker(packet)) return;
    const text = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    record("MetadataStream", text);
    this.texts.push(text);
  }

  /** Takes what has come: the events of each document, but for those of who is watching. */
  take(): readonly (readonly ToldEvent[])[] {
    return this.texts.splice(0).flatMap((text) => {
      const all = eventsOf(readXml(text));
      const others = all.filter(({ topic }) => !topic.startsWith("tns1:Monitoring/ActiveSessions/"));
      return all.length > 0 && others.length === 0 ? [] : [others];
    });
  }
}

function eventsOf(document: XmlElement): readonly ToldEvent[] {
  if (document.name !== "MetadataStream") throw new Error(`a document of ${document.name}`);
  return (document.child("Event")?.children ?? []).map((holder) => {
    const message = holder.child("Message")?.child("Message");
    const items = ["Source", "Data"].flatMap((part) => message?.child(part)?.children ?? []);
    return {
      topic: holder.child("Topic")?.text ?? "",
      operation: message?.attribute("PropertyOperation"),
      utcTime: message?.attribute("UtcTime") ?? "",
      items: items.map((item) => `${item.attribute("Name")}=${item.attribute("Value")}`),
    };
  });
}

/** The topics that a document tells of, without their prefix. */
export const topicsOf = (events: readonly ToldEvent[]): readonly string[] =>
  events.map(({ topic }) => topic.replace("tns1:", ""));

/** Somebody who plays a stream over TCP. */
export interface Player {
  readonly client: RtspClient;
  readonly sdp: SdpSession;
  readonly playAnswer: RtspResponse;
  /** Packets of a track that have come, by its number. */
  readonly packets: (track: number) => Buffer[];
  /** The documents of the metadata track since the last call. */
  readonly documents: () => readonly (readonly ToldEvent[])[];
  readonly request: (method: string, headers?: Record<string, string>) => Promise<RtspResponse>;
}

/** A camera without simulation, and clients elsewhere on its network. */
export class MetadataScene implements AsyncDisposable {
  readonly soap: CameraClient;
  readonly reader: FakeHost;

  private constructor(private readonly running: FleetOnHost) {
    this.soap = new CameraClient(running.host);
    this.reader = fakeHost({ network: running.host.network, addresses: ["192.0.2.20"], seed: 5 });
  }

  /** `edit` may change the files further before the camera starts. */
  static async open(changes: CfgChanges = {}, edit: (host: FakeHost) => void = () => {}): Promise<MetadataScene> {
    const host = hostWithFiles(
      forFakeHost({ ...changes, onvif: { simulate_enable: "0", simulate_topics: "motion io", ...changes.onvif } }),
    );
    edit(host);
    return new MetadataScene(await startOn(host));
  }

  get host(): FakeHost {
    return this.running.host;
  }

  get device(): Device {
    const [camera] = this.running.fleet.cameras;
    if (!camera) throw new Error("there is no camera");
    return camera.device;
  }

  /** Files are read by the clock, so waiting is letting time pass. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) await this.host.clock.advance(10);
  }

  call(operation: string, content: string, service: ServiceDeclaration = Media): Promise<XmlElement> {
    return this.soap.call(operation, content, { service });
  }

  url(name: string): string {
    return `rtsp://${CAMERA_ADDRESS}:8554/${name}`;
  }

  async connect(): Promise<RtspClient> {
    return RtspClient.connect(this.reader, CAMERA_ADDRESS, 8554);
  }

  /** Sends a request and lets time pass until it is answered. */
  async ask(
    client: RtspClient,
    method: string,
    target: string,
    headers: Record<string, string> = {},
  ): Promise<RtspResponse> {
    client.connection.write(writeRequest(method, target, new Headers([["CSeq", "1"], ...Object.entries(headers)])));
    for (let turns = 0; turns < 500 && !client.arrived.some(({ kind }) => kind === "response"); turns++)
      await this.host.clock.advance(10);
    return client.takeResponse();
  }

  /** A client elsewhere that records those formats over TCP; track n goes by channel 2n. */
  async publish(url: string, formats: readonly MediaFormat[]): Promise<RtspClient> {
    const elsewhere = fakeHost({ network: this.host.network, addresses: ["192.0.2.30"], seed: 9 });
    const client = await RtspClient.connect(elsewhere, CAMERA_ADDRESS, 8554);
    const type = { "Content-Type": "application/sdp" };
    const answers = [await client.request("ANNOUNCE", url, type, sdpOf(formats))];
    let Session = "";
    for (const track of formats.keys()) {
      const Transport = `RTP/AVP/TCP;unicast;interleaved=${2 * track}-${2 * track + 1};mode=record`;
      const headers = { Transport, ...(Session && { Session }) };
      const answer = await client.request("SETUP", `${url}/streamid=${track}`, headers);
      Session = (answer.headers.get("Session") ?? "").replace(/;.*/, "");
      answers.push(answer);
    }
    answers.push(await client.request("RECORD", url, { Session }));
    const failed = answers.find(({ status }) => status !== 200);
    if (failed) throw new Error(`publishing: ${failed.status}`);
    return client;
  }

  async describe(url: string): Promise<SdpSession> {
    const client = await this.connect();
    const answer = await this.ask(client, "DESCRIBE", url);
    await client.close();
    return parseSdp(answer.body.toString());
  }

  /** Plays those tracks of a stream, all that are described unless given; track n comes on channel 2n. */
  async play(url: string, tracks?: readonly number[]): Promise<Player> {
    const client = await this.connect();
    const sdp = parseSdp((await this.ask(client, "DESCRIBE", url)).body.toString());
    const controls = sdp.media.map(({ attributes }) => attributes.find(({ name }) => name === "control")?.value ?? "");
    const numbers = controls.map((control) => Number(/(\d+)$/.exec(control)?.[1]));
    let session = "";
    for (const [index, number] of numbers.entries()) {
      if (tracks && !tracks.includes(number)) continue;
      const Transport = `RTP/AVP/TCP;unicast;interleaved=${2 * number}-${2 * number + 1}`;
      const headers = { Transport, ...(session && { Session: session }) };
      const answer = await this.ask(client, "SETUP", controls[index] ?? "", headers);
      if (answer.status !== 200) throw new Error(`SETUP of track ${number}: ${answer.status}`);
      session = (answer.headers.get("Session") ?? "").replace(/;.*/, "");
    }
    const request = (method: string, headers: Record<string, string> = {}) =>
      this.ask(client, method, url, { Session: session, ...headers });
    const playAnswer = await request("PLAY");
    const metadata = numbers[sdp.media.findIndex(({ kind }) => kind === "application")] ?? -1;
    const documents = new MetadataDocuments();
    return {
      client,
      sdp,
      playAnswer,
      request,
      packets: (track) => client.frames(2 * track),
      documents: () => {
        for (const packet of client.frames(2 * metadata)) documents.push(packet);
        return documents.take();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]();
  }
}
