import { type OnvifConfig, onvifCfg, type ProfileConfig } from "#config/onvif-cfg";
import { configurationReference } from "#config/reference";
import { type RtspConfig, rtspCfg } from "#config/rtsp-cfg";
import { defaultsOf, type Member } from "#config/schema";
import { writeCfg } from "#config/write";

/** The files that are made from the configuration schema, by their path in the project. */
export const configDocuments = (): ReadonlyMap<string, string> =>
  new Map([
    ["docs/configuration.md", configurationReference()],
    ["onvif.cfg", onvifFile(shippedOnvif, { heading: SHIPPED_ONVIF, comments: true })],
    ["rtsp.cfg", rtspFile(shippedRtsp, { heading: SHIPPED_RTSP, comments: true })],
    ["config/manual/onvif.cfg", onvifFile(manualOnvif, { heading: MANUAL, withoutAdditions: true })],
    ["config/manual/rtsp.cfg", rtspFile(manualRtsp, { heading: MANUAL, withoutAdditions: true })],
    ["config/many-channels/onvif.cfg", onvifFile(manyChannels, { heading: MANY_CHANNELS })],
    ["config/many-channels/rtsp.cfg", rtspFile(shippedRtsp, { heading: MANY_CHANNELS })],
    ["config/high-rate/onvif.cfg", onvifFile(highRate, { heading: HIGH_RATE })],
    ["config/high-rate/rtsp.cfg", rtspFile(shippedRtsp, { heading: HIGH_RATE })],
  ]);

const SHIPPED_ONVIF =
  "The camera and its ONVIF services. Edit, delete onvifrun.cfg if there is one, start again. " +
  "docs/configuration.md has every tag.";
const SHIPPED_RTSP = "The RTSP server. docs/configuration.md has every tag, <proxy> and <pusher> too.";
const MANUAL = "Sample: the values of the product manual. Its ports below 1024 need special rights on Linux.";
const MANY_CHANNELS = "Sample: eight channels, each with a video source of its own.";
const HIGH_RATE =
  "Sample: one camera with 1920x1080 and 4 Mbit/s. Put a clip of that kind into the media folder and its name into " +
  "<stream_uri>.";

interface Style {
  readonly heading: string;
  readonly comments?: boolean;
  readonly withoutAdditions?: boolean;
}

/** Parameters of encodings that nothing uses stay out, to keep the files short. */
const onvifFile = (config: OnvifConfig, style: Style): string =>
  writeCfg(onvifCfg, config, {
    ...style,
    hide: (path) => /\/(h265|mpeg4)$/.test(path) || (style.withoutAdditions === true && isAddition(onvifCfg, path)),
  });

const rtspFile = (config: RtspConfig, style: Style): string =>
  writeCfg(rtspCfg, config, {
    ...style,
    hide: (path) => style.withoutAdditions === true && isAddition(rtspCfg, path),
  });

function isAddition(schema: Member, path: string): boolean {
  let member: Member | undefined = schema;
  for (const tag of path.split("/")) member = Object.values(member?.members ?? {}).find((one) => one.tag === tag);
  return member?.addition === true;
}

const onvif = defaultsOf(onvifCfg);
const rtsp = defaultsOf(rtspCfg);

const scopes = (...paths: readonly string[]): OnvifConfig["scopes"] =>
  paths.map((path) => ({ uri: `onvif://www.onvif.org/${path}` }));

interface Channel {
  readonly name: string;
  readonly source: readonly [width: number, height: number];
  readonly encoded: readonly [width: number, height: number];
  readonly clip: string;
  readonly bitrateLimit?: number;
  readonly appendParams?: boolean;
}

/** A channel in H.264 with AAC, as the clips that come with the program have them. */
function channel({ name, source, encoded, clip, bitrateLimit = 2048, appendParams = false }: Channel): ProfileConfig {
  const codec = { govLength: 25, profile: "Main" } as const;
  return {
    name,
    videoSource: { width: source[0], height: source[1] },
    videoEncoder: {
      width: encoded[0],
      height: encoded[1],
      quality: 4,
      sessionTimeout: 60,
      framerate: 25,
      encodingInterval: 1,
      bitrateLimit,
      encoding: "H264",
      h264: codec,
      h265: codec,
      mpeg4: { govLength: 25, profile: "SP" },
    },
    audioSource: {},
    audioEncoder: { sessionTimeout: 60, sampleRate: 16, bitrate: 64, encoding: "AAC" },
    streamUri: { uri: clip, appendParams },
  };
}

const shippedOnvif: OnvifConfig = {
  ...onvif,
  users: [{ username: "admin", password: "admin", level: "Administrator", roles: [] }],
  profiles: [
    channel({ name: "main", source: [1280, 720], encoded: [1280, 720], clip: "test.mp4" }),
    channel({ name: "sub", source: [640, 480], encoded: [640, 480], clip: "test_640x480.mp4", bitrateLimit: 1024 }),
  ],
  scopes: scopes("name/Virtual%20Camera", "hardware/1.0", "location/virtual", "Profile/Streaming", "Profile/T"),
};

const shippedRtsp: RtspConfig = {
  ...rtsp,
  serverPort: 8554,
  httpsPort: 8444,
  rtspsPort: 8322,
  loopNums: -1,
  users: [{ username: "admin", password: "admin", read: [], publish: [] }],
  outputs: [
    {
      url: "screenlive",
      video: { codec: "H264", width: 0, height: 0, framerate: 0, bitrate: 0 },
      audio: { codec: "G711U", sampleRate: 8000, channels: 1, bitrate: 0 },
    },
  ],
  backchannel: { codecs: ["G711U"], sampleRate: 8000, channels: 1, sink: "none" },
};

const [mainChannel] = shippedOnvif.profiles;

const manualOnvif: OnvifConfig = {
  ...onvif,
  certFile: "ssl.ca",
  keyFile: "ssl.key",
  information: {
    manufacturer: "Happytimesoft",
    model: "IPCamera",
    firmwareVersion: "2.4",
    serialNumber: "123456",
    hardwareId: "1.0",
  },
  users: shippedOnvif.users,
  profiles: mainChannel
    ? [
        {
          ...mainChannel,
          ...(mainChannel.videoEncoder && { videoEncoder: { ...mainChannel.videoEncoder, sessionTimeout: 10 } }),
          audioEncoder: { sessionTimeout: 10, sampleRate: 8, bitrate: 64, encoding: "G711" },
          streamUri: { uri: "", appendParams: false },
        },
      ]
    : [],
  scopes: scopes("location/country/china", "name/IP-Camera", "hardware/HI3518C"),
};

const manualRtsp: RtspConfig = {
  ...rtsp,
  certFile: "ssl.ca",
  keyFile: "ssl.key",
  users: shippedRtsp.users,
  outputs: shippedRtsp.outputs,
  proxies: [
    {
      suffix: "proxy",
      url: "",
      user: "",
      pass: "",
      transfer: "TCP",
      onDemand: false,
      fingerprint: "",
      checkCertificate: true,
      backChannel: false,
      output: {
        video: { codec: "H264", width: 0, height: 0, framerate: 0, bitrate: 0 },
        audio: { codec: "AAC", sampleRate: 0, channels: 0, bitrate: 0 },
      },
    },
  ],
  pushers: [
    {
      suffix: "pusher",
      video: { codec: "H264" },
      audio: { codec: "G711U", sampleRate: 8000, channels: 1 },
      transfer: { mode: "RTSP", ip: "", videoPort: 50_001, audioPort: 50_002 },
      output: {
        video: { width: 0, height: 0, framerate: 0, bitrate: 0 },
        audio: { sampleRate: 0, channels: 0, bitrate: 0 },
      },
    },
  ],
  backchannel: { codecs: ["G711U"], sampleRate: 8000, channels: 1, sink: "none" },
};

/** Sources of eight sizes, since equal sizes are one source; what is encoded are the clips that are there. */
const manyChannels: OnvifConfig = {
  ...shippedOnvif,
  profiles: [
    ...(
      [
        [3840, 2160],
        [2560, 1440],
        [1920, 1080],
        [1280, 720],
      ] as const
    ).map((source, index) => channel({ name: `channel${index + 1}`, source, encoded: [1280, 720], clip: "test.mp4" })),
    ...(
      [
        [1600, 1200],
        [1024, 768],
        [800, 600],
        [640, 480],
      ] as const
    ).map((source, index) =>
      channel({
        name: `channel${index + 5}`,
        source,
        encoded: [640, 480],
        clip: "test_640x480.mp4",
        bitrateLimit: 1024,
      }),
    ),
  ],
};

const highRate: OnvifConfig = {
  ...shippedOnvif,
  profiles: [
    channel({
      name: "main",
      source: [1920, 1080],
      encoded: [1920, 1080],
      clip: "test.mp4",
      bitrateLimit: 4096,
      appendParams: true,
    }),
  ],
};
