import type { Connection } from "#host/net";
import { writeFrame, type RtspRequest } from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { keyFrame } from "./publish-stage.js";
import { publishedFormats, UnitSender } from "./relay-packets.js";

const { h264 } = publishedFormats;

/** An answer: status line and headers without CSeq, and a body. Undefined: none. */
export type Reply = { readonly head: string; readonly body?: string } | undefined;

/** What a camera answers where it does not answer as usual. */
export type Script = Partial<Record<string, (request: RtspRequest, camera: ScriptedCamera) => Reply>>;

export interface CameraQuirks {
  readonly script?: Script;
  /** Changes the bytes of an answer. */
  readonly mangle?: (text: string, request: RtspRequest) => string;
  readonly sdp?: string;
}

export const ok = (...headers: readonly string[]): Reply => ({ head: ["RTSP/1.0 200 OK", ...headers].join("\r\n") });
export const status = (line: string, ...headers: readonly string[]): Reply => ({
  head: [`RTSP/1.0 ${line}`, ...headers].join("\r\n"),
});

/** Answers so whatever is asked. */
export const always = (answer: (request: RtspRequest, camera: ScriptedCamera) => Reply): Script =>
  Object.fromEntries(
    ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "TEARDOWN"].map((name) => [name, answer]),
  );

/** The description of a camera with H.264 and G.711. */
export const cameraSdp = (video = "a=control:trackID=0", audio = "a=control:trackID=1"): string =>
  [
    "v=0",
    "o=- 1 1 IN IP4 192.0.2.10",
    "s=Camera",
    "c=IN IP4 0.0.0.0",
    "t=0 0",
    "a=control:*",
    "m=video 0 RTP/AVP 96",
    "a=rtpmap:96 H264/90000",
    `a=fmtp:96 ${h264.fmtp}`,
    video,
    "m=audio 0 RTP/AVP 0",
    audio,
    "",
  ].join("\r\n");

/** A camera that says what a test wants it to say; otherwise what cameras say. It knows nothing but TCP. */
export class ScriptedCamera {
  /** What it was asked, in order. */
  readonly requests: RtspRequest[] = [];
  connection: Connection | undefined;
  connections = 0;
  readonly #quirks: CameraQuirks;
  readonly #sender = new UnitSender(h264);
  #pictures = 0;

  private constructor(
    readonly host: FakeHost,
    quirks: CameraQuirks,
  ) {
    this.#quirks = quirks;
  }

  static async start(
    quirks: CameraQuirks = {},
    host: FakeHost = fakeHost({ addresses: ["192.0.2.10"] }),
  ): Promise<ScriptedCamera> {
    const camera = new ScriptedCamera(host, quirks);
    await host.net.listen({ port: 554 }, (connection) => camera.#accept(connection));
    return camera;
  }

  /** The methods and targets of what it was asked. */
  get asked(): string[] {
    return this.requests.map(({ method, target }) => `${method} ${target}`);
  }

  /** The bytes of a key frame on a channel. */
  picture(channel = 0): Buffer {
    const packets = this.#sender.packets(keyFrame(500), this.#pictures++ * 3600);
    return Buffer.concat(packets.map((packet) => writeFrame(channel, packet)));
  }

  async send(data: string | Uint8Array): Promise<void> {
    this.connection?.write(data);
    await this.host.clock.settle();
  }

  #accept(connection: Connection): void {
    this.connection = connection;
    this.connections++;
    const parser = new RtspParser();
    connection.on("data", (chunk: Buffer) => {
      parser.push(chunk);
      for (let message = parser.next(); message; message = parser.next())
        if (message.kind === "request") this.#answer(message, connection);
    });
  }

  #answer(request: RtspRequest, connection: Connection): void {
    this.requests.push(request);
    const scripted = this.#quirks.script?.[request.method];
    const reply = scripted ? scripted(request, this) : this.usual(request);
    if (!reply) return;
    const { head, body = "" } = reply;
    const [line = "", ...headers] = head.split("\r\n");
    const length = body === "" ? [] : [`Content-Length: ${body.length}`];
    const lines = [line, `CSeq: ${request.headers.get("CSeq")}`, ...headers, ...length, "", body];
    const text = lines.join("\r\n");
    connection.write(this.#quirks.mangle?.(text, request) ?? text);
  }

  /** What cameras answer. */
  usual({ method, headers }: RtspRequest): Reply {
    if (method === "OPTIONS") return ok("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER");
    if (method === "DESCRIBE")
      return { head: "RTSP/1.0 200 OK\r\nContent-Type: application/sdp", body: this.#quirks.sdp ?? cameraSdp() };
    if (method === "SETUP")
      return ok("Session: 4711;timeout=60", `Transport: ${headers.get("Transport")};ssrc=00005EED`);
    return ok("Session: 4711");
  }
}
