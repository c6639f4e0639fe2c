import { describe, expect, it } from "vitest";
import type { Device } from "#device/device";
import type { Fleet } from "#fleet/fleet";
import { sequenceNumber, ssrc } from "#wire/rtp/packet";
import { Headers, writeRequest, type RtspResponse } from "#wire/rtsp/message";
import { parseSdp } from "#wire/sdp/parser";
import { fleetOn, hostWithFiles } from "../../support/a-fleet.js";
import type { CfgChanges } from "../../support/camera-process.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { joinGroup, transportOf, type GroupListener } from "../../support/group-listener.js";
import { RtspClient, rtcpPackets, serverAddress } from "../../support/rtsp-client.js";
import { connectText } from "../../support/text-client.js";

const MEDIA = "http://www.onvif.org/ver10/media/wsdl";
const changes: CfgChanges = {
  onvif: { ssdp_enable: "0", discovery_enable: "0", ffmpeg: "none" },
  rtsp: { multicast: "1" },
};
const url = `rtsp://${serverAddress}:8554/test.mp4`;

/** A camera on a host of its own, and somebody else on the network. */
class Scene implements AsyncDisposable {
  readonly reader: FakeHost;

  private constructor(
    readonly host: FakeHost,
    public fleet: Fleet,
  ) {
    this.reader = fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });
  }

  static async open(more: CfgChanges = {}): Promise<Scene> {
    const host = hostWithFiles({
      ...more,
      onvif: { ...changes.onvif, ...more.onvif },
      rtsp: { ...changes.rtsp, ...more.rtsp },
    });
    return new Scene(host, await fleetOn(host));
  }

  get device(): Device {
    const [camera] = this.fleet.cameras;
    if (!camera) throw new Error("there is no camera");
    return camera.device;
  }

  /** Files are read by the clock, so waiting is letting time pass. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) await this.host.clock.advance(10);
  }

  async soap(operation: string, content: string): Promise<string> {
    const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="${MEDIA}" xmlns:tt="http://www.onvif.org/ver10/schema">${content}</${operation}></s:Body></s:Envelope>`;
    const client = await connectText(this.reader.net, serverAddress, 8000, this.host.clock);
    const answer = await client.request(
      `POST /onvif/media_service HTTP/1.1\r\nHost: ${serverAddress}:8000\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    client.close();
    return answer.body.toString();
  }

  async ask(
    client: RtspClient,
    method: string,
    target: string,
    headers: readonly (readonly [string, string])[] = [],
  ): Promise<RtspResponse> {
    client.connection.write(writeRequest(method, target, new Headers([["CSeq", "1"], ...headers])));
    for (let times = 0; times < 500 && !client.arrived.some(({ kind }) => kind === "response"); times++)
      await this.host.clock.advance(10);
    return client.takeResponse();
  }

  /** Listens where the configuration of an encoder says. */
  listen(kind: "video" | "audio", token: string): Promise<GroupListener> {
    const { address, port } = this.device.media[kind].encoderConfigurations.get(token).multicast;
    return joinGroup(this.reader, {
      profile: "",
      lower: "",
      destination: address.address,
      port: [port, port + 1],
    });
  }

  async restart(): Promise<void> {
    await this.pass(2000);
    await this.#stop();
    this.fleet = await fleetOn(this.host);
  }

  async #stop(): Promise<void> {
    const state = { isClosed: false };
    const closing = this.fleet.close().finally(() => (state.isClosed = true));
    while (!state.isClosed) await this.host.clock.advance(10);
    await closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

const profile = (token: string): string => `<ProfileToken>${token}</ProfileToken>`;
const types = (packets: readonly Buffer[]): string[] => packets.flatMap(rtcpPackets).map(({ type }) => type);

describe("multicast of a camera", () => {
  it("is off as shipped: refused at once by RTSP, not offered by ONVIF", async () => {
    await using scene = await Scene.open({ rtsp: { multicast: "0" } });
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    const answer = await scene.ask(client, "SETUP", `${url}/trackID=0`, [["Transport", "RTP/AVP;multicast"]]);
    expect(answer.status).toBe(461);
    expect(await scene.soap("GetServiceCapabilities", "")).toContain('RTPMulticast="false"');
    expect(await scene.soap("StartMulticastStreaming", profile("profile_1"))).toContain("ActionNotSupported");
  });

  it("plays the address that GetStreamUri gives, in the group that the encoder's configuration has", async () => {
    await using scene = await Scene.open();
    expect(await scene.soap("GetServiceCapabilities", "")).toContain('RTPMulticast="true"');
    const setup = `<StreamSetup><tt:Stream>RTP-Multicast</tt:Stream><tt:Transport><tt:Protocol>UDP</tt:Protocol></tt:Transport></StreamSetup>`;
    const given = await scene.soap("GetStreamUri", setup + profile("profile_1"));
    expect(/<[^>]*Uri>(rtsp:[^<]*)</.exec(given)?.[1]).toBe(url);
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    const answer = await scene.ask(client, "SETUP", `${url}/trackID=0`, [["Transport", "RTP/AVP;multicast"]]);
    const { address, port, ttl } = scene.device.media.video.encoderConfigurations.get("video_encoder_1").multicast;
    expect(transportOf(answer)).toMatchObject({ destination: address.address, port: [port, port + 1], ttl });
    expect(address.address).toMatch(/^232\./);
    const video = await joinGroup(scene.reader, answer);
    await scene.ask(client, "PLAY", url);
    await scene.pass(500);
    expect(video.rtp.length).toBeGreaterThan(10);
    const sdp = parseSdp((await scene.ask(client, "DESCRIBE", `${url}&t=multicast`)).body.toString());
    expect(sdp.media[0]).toMatchObject({ port, connection: { address: `${address.address}/${ttl}` } });
  });

  it("starts and stops by ONVIF without any RTSP session", async () => {
    await using scene = await Scene.open();
    const video = await scene.listen("video", "video_encoder_1");
    const audio = await scene.listen("audio", "audio_encoder_1");
    const other = await scene.listen("video", "video_encoder_2");
    await scene.soap("StartMulticastStreaming", profile("profile_1"));
    expect(await scene.soap("GetVideoEncoderConfigurations", "")).toContain("AutoStart>true");
    await scene.pass(1000);
    expect(video.rtp.length).toBeGreaterThan(20);
    expect(audio.rtp.length).toBeGreaterThan(10);
    expect(other.rtp).toEqual([]);
    expect(types(video.rtcp)).toContain("SR");
    await scene.soap("StopMulticastStreaming", profile("profile_1"));
    await scene.pass(100);
    expect([types(video.rtcp).at(-1), types(audio.rtcp).at(-1)]).toEqual(["BYE", "BYE"]);
    const sent = video.rtp.length;
    await scene.pass(1000);
    expect(video.rtp).toHaveLength(sent);
  });

  it("sends the metadata of two streams that are asked for, which have one configuration, to two groups", async () => {
    await using scene = await Scene.open();
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    const groupOf = async (target: string): Promise<unknown> => {
      const { body } = await scene.ask(client, "DESCRIBE", `${target}&t=multicast`);
      const media = parseSdp(body.toString()).media.find(({ kind }) => kind === "application");
      return { port: media?.port, address: media?.connection?.address };
    };
    const { address, port, ttl } = scene.device.media.metadata.configurations.get("metadata_1").multicast;
    const first = await groupOf(url);
    expect(first).toEqual({ port, address: `${address.address}/${ttl}` });
    const other = url.replace("test.mp4", "test_640x480.mp4");
    expect(await groupOf(other)).not.toEqual(first);
    // A stream that is to be sent without being asked for goes where its configuration says.
    await scene.soap("StartMulticastStreaming", profile("profile_2"));
    expect(await groupOf(other)).toEqual(first);
    expect(await groupOf(url)).not.toEqual(first);
  });

  it("shares its sender with readers by RTSP, and goes on when they leave", async () => {
    await using scene = await Scene.open();
    const video = await scene.listen("video", "video_encoder_1");
    await scene.soap("StartMulticastStreaming", profile("profile_1"));
    await scene.pass(500);
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    await scene.ask(client, "SETUP", `${url}/trackID=0`, [["Transport", "RTP/AVP;multicast"]]);
    await scene.ask(client, "PLAY", url);
    await scene.pass(500);
    await scene.ask(client, "TEARDOWN", url);
    await scene.pass(500);
    expect(new Set(video.rtp.map(ssrc)).size).toBe(1);
    const numbers = video.rtp.map(sequenceNumber);
    expect(numbers.every((one, index) => index === 0 || one === ((numbers[index - 1] ?? 0) + 1) % 65_536)).toBe(true);
    expect(types(video.rtcp)).not.toContain("BYE");
  });

  it("goes to the group that <path> names, which ONVIF clients see and may change", async () => {
    const group =
      "<multicast_address>239.1.2.3</multicast_address><multicast_port>5004</multicast_port><multicast_ttl>3</multicast_ttl>";
    await using scene = await Scene.open({ rtspElements: `<path><name>test.mp4</name>${group}</path>` });
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    const setUp = async (track: number, more: readonly (readonly [string, string])[] = []): Promise<RtspResponse> =>
      scene.ask(client, "SETUP", `${url}/trackID=${track}`, [["Transport", "RTP/AVP;multicast"], ...more]);
    const video = await setUp(0);
    expect(video.headers.get("Transport")).toMatch(/;destination=239\.1\.2\.3;port=5004-5005;ttl=3;/);
    const audio = await setUp(1, [["Session", video.headers.get("Session")?.split(";")[0] ?? ""]]);
    expect(audio.headers.get("Transport")).toMatch(/;destination=239\.1\.2\.3;port=5006-5007;ttl=3;/);
    const told = await scene.soap("GetVideoEncoderConfigurations", "");
    expect(told).toMatch(
      /<tt:IPv4Address>239\.1\.2\.3<\/tt:IPv4Address>[^]*?<tt:Port>5004<\/tt:Port><tt:TTL>3<\/tt:TTL>/,
    );
    // The other stream keeps its own.
    const other = await scene.ask(
      await RtspClient.connect(scene.reader, serverAddress, 8554),
      "SETUP",
      `${url.replace("test", "test_640x480")}/trackID=0`,
      [["Transport", "RTP/AVP;multicast"]],
    );
    expect(other.headers.get("Transport")).toMatch(/;destination=232\./);
  });

  it("is sent again after a restart, until it is stopped", async () => {
    await using scene = await Scene.open();
    await scene.soap("StartMulticastStreaming", profile("profile_2"));
    const video = await scene.listen("video", "video_encoder_2");
    await scene.restart();
    const sent = video.rtp.length;
    expect(sent).toBeGreaterThan(0);
    await scene.pass(1000);
    expect(video.rtp.length).toBeGreaterThan(sent + 20);
    await scene.soap("StopMulticastStreaming", profile("profile_2"));
    await scene.restart();
    const stopped = video.rtp.length;
    await scene.pass(1000);
    expect(video.rtp).toHaveLength(stopped);
  });

  it("obeys the settings of an encoder from the sender's next start on; none set means the default", async () => {
    await using scene = await Scene.open();
    const { encoderConfigurations } = scene.device.media.video;
    const usual = encoderConfigurations.get("video_encoder_1").multicast;
    const set = (address: string, port: number): void => {
      const multicast = { address: { family: "ipv4" as const, address }, port, ttl: 3 };
      scene.device.media.video.setEncoderConfiguration({
        ...encoderConfigurations.get("video_encoder_1"),
        multicast,
      });
    };
    const old = await scene.listen("video", "video_encoder_1");
    await scene.soap("StartMulticastStreaming", profile("profile_1"));
    await scene.pass(300);
    set("239.7.7.7", 7000);
    const next = await scene.listen("video", "video_encoder_1");
    await scene.pass(300);
    expect([old.rtp.length > 0, next.rtp.length]).toEqual([true, 0]);
    await scene.soap("StopMulticastStreaming", profile("profile_1"));
    await scene.pass(300);
    await scene.soap("StartMulticastStreaming", profile("profile_1"));
    await scene.pass(300);
    expect(next.rtp.length).toBeGreaterThan(0);
    await scene.soap("StopMulticastStreaming", profile("profile_1"));
    set("0.0.0.0", 0);
    await scene.pass(300);
    const client = await RtspClient.connect(scene.reader, serverAddress, 8554);
    const answer = await scene.ask(client, "SETUP", `${url}/trackID=0`, [["Transport", "RTP/AVP;multicast"]]);
    expect(transportOf(answer)).toMatchObject({
      destination: usual.address.address,
      port: [usual.port, usual.port + 1],
    });
  });
});
