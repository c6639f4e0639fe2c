import { describe, expect, it } from "vitest";
import { completeRtsp } from "#config/complete";
import { readCfg } from "#config/read";
import { type RtspConfig, rtspCfg } from "#config/rtsp-cfg";
import { defaultsOf } from "#config/schema";

const read = (inner: string) => readCfg("rtsp.cfg", Buffer.from(`<config>${inner}</config>`), rtspCfg);

const valueOf = (inner: string): RtspConfig => {
  const { value, issues } = read(inner);
  expect(issues).toEqual([]);
  return value;
};

describe("rtsp.cfg", () => {
  it("has the defaults of the manual, and safe ones where it is silent", () => {
    expect(defaultsOf(rtspCfg)).toStrictEqual({
      serverIp: "",
      serverPort: 554,
      loopNums: 1,
      multicast: false,
      udpBasePort: 22_000,
      udpPorts: "session",
      udpLatching: false,
      udpSegmentation: true,
      udpPace: 0,
      tcpDirect: true,
      metadata: true,
      rtpOverUdp: true,
      rtpOverTcp: true,
      rtspOverHttp: true,
      httpPort: 8080,
      rtspOverHttps: true,
      httpsPort: 443,
      tunnelSameAddress: true,
      rtspsEnable: false,
      rtspsPort: 322,
      srtp: "offer",
      srtpSuite: "AES_CM_128_HMAC_SHA1_80",
      certFile: "",
      keyFile: "",
      needAuth: false,
      basicAuth: false,
      bearerAuth: true,
      certificateAuth: true,
      talkAccess: "READ_MEDIA",
      digestMd5: true,
      digestSha256: true,
      sessionTimeout: 60,
      maxSessions: 100,
      publishEnable: true,
      limits: {
        maxSessionsPerAddress: 0,
        maxReaders: 0,
        maxConnections: 20_000,
        maxConnectionsPerAddress: 0,
        maxHalfOpen: 10_000,
        maxFailedLogins: 5,
        maxFailedLoginsPerMinute: 60,
        maxUrlLength: 4096,
        maxHeaders: 255,
        maxHeaderSize: 65_536,
        maxRequestSize: 131_072,
        openTimeout: 8,
        requestTimeout: 10,
        loginTimeout: 30,
        writeTimeout: 10,
        maxBacklog: 8_388_608,
      },
      overridePublisher: true,
      gopCache: true,
      maxReplays: 32,
      mediaFolder: "media",
      logEnable: true,
      logLevel: 1,
      logFile: "",
      cameraAddresses: true,
      aliases: [],
      paths: [],
      listeners: [],
      users: [],
      outputs: [],
      proxies: [],
      pushers: [],
    });
  });

  it("keeps the order of the output rules", () => {
    const { outputs } = valueOf(
      "<output><url>screenlive</url></output><loop_nums>-1</loop_nums><output><url>*.mp4</url></output><output/>",
    );
    expect(outputs.map(({ url }) => url)).toEqual(["screenlive", "*.mp4", ""]);
  });

  it("takes every codec that the manual lists", () => {
    for (const codec of ["H264", "H265", "MP4", "JPEG"]) {
      const video = `<video><codec>${codec.toLowerCase()}</codec></video>`;
      const value = valueOf(`<output>${video}</output><pusher><suffix>a</suffix>${video}</pusher>`);
      expect(value.outputs[0]?.video).toMatchObject({ codec, width: 0, height: 0, framerate: 0, bitrate: 0 });
      expect(value.pushers[0]?.video).toStrictEqual({ codec });
    }
    for (const codec of ["G711A", "G711U", "G722", "G726", "AAC", "OPUS"]) {
      const audio = `<audio><codec>${codec}</codec><samplerate>16000</samplerate><channels>2</channels></audio>`;
      const value = valueOf(`<output>${audio}</output><pusher><suffix>a</suffix>${audio}</pusher>`);
      expect(value.outputs[0]?.audio).toStrictEqual({ codec, sampleRate: 16_000, channels: 2, bitrate: 0 });
      expect(value.pushers[0]?.audio).toStrictEqual({ codec, sampleRate: 16_000, channels: 2 });
    }
    for (const codec of ["G711A", "G711U", "G722", "G726", "OPUS"])
      expect(valueOf(`<backchannel><codec>${codec}</codec></backchannel>`).backchannel?.codecs).toEqual([codec]);
  });

  it("takes every sample rate that the manual lists and no other", () => {
    const audio = (rate: number): string => `<output><audio><samplerate>${rate}</samplerate></audio></output>`;
    for (const rate of [0, 8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
      expect(valueOf(audio(rate)).outputs[0]?.audio?.sampleRate).toBe(rate);
    expect(read(audio(96_000)).issues).toMatchObject([{ severity: "error", tag: "samplerate" }]);
  });

  it("reads a proxy", () => {
    expect(
      valueOf(
        "<proxy><suffix>/north</suffix><url>rtsp://10.0.0.1/1</url><user>u</user><pass>p</pass><transfer>Multicast</transfer>" +
          "<ondemand>1</ondemand><check_certificate>0</check_certificate><backchannel>1</backchannel></proxy>" +
          "<proxy><suffix>south</suffix><url>rtsps://10.0.0.1/1</url><transfer>auto</transfer>" +
          `<fingerprint>${"AB:".repeat(31)}cd</fingerprint></proxy>`,
      ).proxies,
    ).toStrictEqual([
      {
        suffix: "north",
        url: "rtsp://10.0.0.1/1",
        user: "u",
        pass: "p",
        transfer: "MULTICAST",
        onDemand: true,
        fingerprint: "",
        checkCertificate: false,
        backChannel: true,
      },
      {
        suffix: "south",
        url: "rtsps://10.0.0.1/1",
        user: "",
        pass: "",
        transfer: "AUTO",
        onDemand: false,
        fingerprint: `${"ab".repeat(31)}cd`,
        checkCertificate: true,
        backChannel: false,
      },
    ]);
  });

  it.each([
    ["239.1.2.3", true],
    ["ff3e::8000:1", true],
    ["", true],
    ["192.0.2.1", false],
    ["2001:db8::1", false],
    ["239.1.2.300", false],
  ])("takes %j for a group: %s", (address, isTaken) => {
    const { value, issues } = read(`<path><name>a</name><multicast_address>${address}</multicast_address></path>`);
    expect([issues.length, value.paths[0]?.multicastAddress]).toEqual(isTaken ? [0, address] : [1, ""]);
  });

  it("reads a pusher", () => {
    expect(
      valueOf(
        "<pusher><suffix>p</suffix><transfer><mode>tcp</mode><ip>127.0.0.1</ip><vport>6000</vport><aport>6002</aport></transfer></pusher>",
      ).pushers,
    ).toStrictEqual([{ suffix: "p", transfer: { mode: "TCP", ip: "127.0.0.1", videoPort: 6000, audioPort: 6002 } }]);
    expect(valueOf("<pusher><suffix>p</suffix></pusher>").pushers[0]?.transfer).toStrictEqual({
      mode: "RTSP",
      ip: "",
      videoPort: 50_001,
      audioPort: 50_002,
    });
  });

  it("offers several codecs on the back channel", () => {
    expect(valueOf("<backchannel><codec>G711U</codec><codec>G726</codec></backchannel>").backchannel?.codecs).toEqual([
      "G711U",
      "G726",
    ]);
  });
});

describe("completeRtsp", () => {
  const complete = (inner: string): RtspConfig => completeRtsp(valueOf(inner));

  it("leaves a complete configuration as it is", () => {
    const value = valueOf("<user><username>a</username></user>");
    expect(completeRtsp(value)).toStrictEqual(value);
  });

  it("puts in what 0 and nothing mean for audio that comes in", () => {
    const value = complete("<backchannel/><pusher><suffix>p</suffix><audio/></pusher>");
    expect(value.backchannel).toStrictEqual({ codecs: ["G711U"], sampleRate: 8000, channels: 1, sink: "none" });
    expect(value.pushers[0]?.audio).toStrictEqual({ codec: "G711U", sampleRate: 8000, channels: 1 });
  });

  it("makes G726 mono", () => {
    const audio = "<audio><codec>G726</codec><channels>2</channels></audio>";
    const value = complete(
      `<output>${audio}</output><proxy><suffix>a</suffix><output>${audio}</output></proxy>` +
        `<pusher><suffix>b</suffix>${audio}<output>${audio}</output></pusher>`,
    );
    const { outputs, proxies, pushers } = value;
    expect(
      [outputs[0]?.audio, proxies[0]?.output?.audio, pushers[0]?.audio, pushers[0]?.output?.audio].map(
        (one) => one?.channels,
      ),
    ).toEqual([1, 1, 1, 1]);
  });

  it("plays once for 0 loops and takes an even first UDP port", () => {
    expect(complete("<loop_nums>0</loop_nums><udp_base_port>22001</udp_base_port>")).toMatchObject({
      loopNums: 1,
      udpBasePort: 22_002,
    });
  });
});
