import { readAliasPattern } from "./alias-pattern.js";
import { rtspLimits } from "./rtsp-limits.js";
import { listener, pathRule } from "./rtsp-rules.js";
import { group, type Infer, type Member, optional, repeated } from "./schema.js";
import * as shared from "./shared-members.js";
import { choice, flag, integer, oneOf, text } from "./values.js";

/** The grammar of `rtsp.cfg`: chapters 2.4 and 2.5 of the product manual, and our additions. */

const VIDEO_CODECS = ["H264", "H265", "MP4", "JPEG"] as const;
const AUDIO_CODECS = ["G711A", "G711U", "G722", "G726", "AAC", "OPUS"] as const;
const BACK_CODECS = ["G711A", "G711U", "G722", "G726", "OPUS", "AAC", "L16"] as const;
const SAMPLE_RATES = [0, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

const sampleRate = (doc: string): Member<number> =>
  oneOf({ tag: "samplerate", default: 0, values: SAMPLE_RATES, unit: "Hz", doc });

const channels = (doc: string): Member<number> => oneOf({ tag: "channels", default: 0, values: [0, 1, 2], doc });

const outputVideo = group(
  { tag: "video", doc: "The video that is sent." },
  {
    codec: choice({
      tag: "codec",
      values: VIDEO_CODECS,
      default: undefined,
      doc: "Codec; MP4 is MPEG-4 part 2. Empty: that of the source.",
    }),
    width: integer({
      tag: "width",
      default: 0,
      min: 0,
      max: 16_384,
      unit: "pixels",
      doc: "Width; 0 for that of the source.",
    }),
    height: integer({
      tag: "height",
      default: 0,
      min: 0,
      max: 16_384,
      unit: "pixels",
      doc: "Height; 0 for that of the source.",
    }),
    framerate: integer({
      tag: "framerate",
      default: 0,
      min: 0,
      max: 1000,
      unit: "pictures a second",
      doc: "Pictures a second; 0 for those of the source: 15 of a screen, 25 of a camera.",
    }),
    bitrate: integer({
      tag: "bitrate",
      default: 0,
      min: 0,
      max: 1_000_000,
      unit: "kbit/s",
      doc: "Bits a second where video is encoded; 0 for a rate that suits the picture.",
    }),
  },
);

const outputAudio = group(
  { tag: "audio", doc: "The audio that is sent." },
  {
    codec: choice({
      tag: "codec",
      values: AUDIO_CODECS,
      default: undefined,
      doc: "Codec; G711A is a-law, G711U mu-law. Empty: that of the source.",
    }),
    sampleRate: sampleRate("Sample rate; 0 for that of the source: 8000 of an audio device."),
    channels: channels("1 mono, 2 stereo, 0 as the source: 2 of an audio device. G726 is always mono."),
    bitrate: integer({
      tag: "bitrate",
      default: 0,
      min: 0,
      max: 10_000,
      unit: "kbit/s",
      doc: "Bits a second where audio is encoded; 0 for a rate that suits the codec.",
    }),
  },
);

const output = optional(
  group(
    { tag: "output", doc: "Sends something else than the source gives, by transcoding. Without it: as the source is." },
    { video: optional(outputVideo), audio: optional(outputAudio) },
  ),
);

const suffix = text({
  tag: "suffix",
  default: "",
  maxLength: 256,
  allowed: "a name without blanks, ? or #",
  parse: (text) => (/^[^\s?#\\]+$/.test(text) ? text.replace(/^\/+/, "") || undefined : undefined),
  doc: "Name of the stream: the part of its address behind rtsp://host:port/.",
});

const STREAM_NAMES = "Name of streams, * for any characters.";

const rights = {
  read: repeated(
    text({ tag: "read", default: "", maxLength: 256, addition: true, doc: `May play these. ${STREAM_NAMES}` }),
  ),
  publish: repeated(
    text({ tag: "publish", default: "", maxLength: 256, addition: true, doc: `May publish these. ${STREAM_NAMES}` }),
  ),
};

const user = group(
  {
    tag: "user",
    doc: "Someone who may log in to the RTSP server. Without <read> and <publish> he may do everything, else what these say and nothing else.",
    affects: ["rtsp"],
  },
  { username: shared.username, password: shared.password, ...rights },
);

const anonymous = group(
  {
    tag: "anonymous",
    doc: "What may be done without a login although <need_auth> is 1. Without this tag: nothing.",
    affects: ["rtsp"],
    addition: true,
  },
  rights,
);

const alias = group(
  {
    tag: "alias",
    doc: "Another address of a stream, for names that no stream has. The first that fits counts.",
    affects: ["rtsp"],
    addition: true,
  },
  {
    pattern: text({
      tag: "pattern",
      default: "",
      addition: true,
      allowed: "a name with {channel}, {stream}, * and ?name=value, see docs/addresses.md",
      parse: (pattern) => (readAliasPattern(pattern) ? pattern : undefined),
      doc: "The part of the address behind rtsp://host:port/.",
    }),
    target: text({
      tag: "target",
      default: "",
      addition: true,
      doc:
        "Name of the stream; or a whole address, to which clients are sent (302). {channel} and {stream} stand for the " +
        "numbers found. Empty: that stream of that channel of the camera.",
    }),
  },
);

const outputRule = group(
  {
    tag: "output",
    doc: "How streams are sent whose address fits. The first rule that fits counts, so put the general ones last.",
    affects: ["media"],
  },
  {
    url: text({
      tag: "url",
      default: "",
      doc:
        "File name (sample.flv), pattern (*.mp4), or screenlive, videodevice, audiodevice or window for what is " +
        "captured. Empty: every stream.",
    }),
    video: optional(outputVideo),
    audio: optional(outputAudio),
  },
);

const proxy = group(
  { tag: "proxy", doc: "A stream that is fetched from somewhere else.", affects: ["media"] },
  {
    suffix,
    url: text({
      tag: "url",
      default: "",
      doc:
        "Address of the original: rtsp, rtsps for RTSP with TLS, or http and https for MJPEG. Additions: " +
        "rtsp+http, rtsp+https, rtsp+ws and rtsp+wss for RTSP through HTTP and WebSocket. rtmp and srt have no effect yet. Empty: this proxy does nothing.",
    }),
    user: text({ tag: "user", default: "", maxLength: 128, doc: "User name for the original." }),
    pass: text({
      tag: "pass",
      default: "",
      maxLength: 128,
      secret: true,
      doc: "Password for the original.",
    }),
    transfer: choice({
      tag: "transfer",
      values: ["TCP", "UDP", "MULTICAST", "AUTO"],
      default: "TCP",
      doc: "How an RTSP original is fetched. AUTO, an addition: by UDP, and by TCP where that does not work.",
    }),
    onDemand: flag({ tag: "ondemand", default: false, doc: "1 fetches only while someone watches, 0 always." }),
    fingerprint: text({
      tag: "fingerprint",
      default: "",
      addition: true,
      allowed: "a SHA-256 hash, 64 hexadecimal digits, with colons or without",
      parse: (text) =>
        /^[0-9a-f]{64}$/i.test(text.replaceAll(":", "")) ? text.replaceAll(":", "").toLowerCase() : undefined,
      doc: "SHA-256 hash of the only certificate of an original with TLS that is taken, as for one of the camera's own making.",
    }),
    checkCertificate: flag({
      tag: "check_certificate",
      default: true,
      addition: true,
      doc: "Without <fingerprint>: whether the certificate of an original with TLS must be one to be trusted; 0 takes any.",
    }),
    backChannel: flag({
      tag: "backchannel",
      default: false,
      addition: true,
      doc: "1: who talks to this stream talks to the RTSP original, by its audio back channel, instead of to this camera.",
    }),
    output,
  },
);

const pusher = group(
  { tag: "pusher", doc: "A stream that somebody sends to us.", affects: ["media"] },
  {
    suffix,
    video: optional(
      group(
        { tag: "video", doc: "The video that comes. Without it: none over TCP and UDP." },
        { codec: choice({ tag: "codec", values: VIDEO_CODECS, default: "H264", doc: "Codec; MP4 is MPEG-4 part 2." }) },
      ),
    ),
    audio: optional(
      group(
        { tag: "audio", doc: "The audio that comes. Without it: none over TCP and UDP." },
        {
          codec: choice({ tag: "codec", values: AUDIO_CODECS, default: "G711U", doc: "Codec." }),
          sampleRate: sampleRate("Sample rate; 0 for 8000."),
          channels: channels("1 mono, 2 stereo, 0 for 1. G726 is always mono."),
        },
      ),
    ),
    transfer: group(
      { tag: "transfer", doc: "How it comes." },
      {
        mode: choice({
          tag: "mode",
          values: ["RTSP", "TCP", "UDP"],
          default: "RTSP",
          doc: "RTSP: by ANNOUNCE and RECORD on the RTSP port, where video and audio describe themselves. UDP: RTP on the ports below. TCP: the same in RILF frames.",
        }),
        ip: shared.ipAddress({ tag: "ip", doc: "Address to receive on with TCP or UDP. Empty: that of the server." }),
        videoPort: shared.port({ tag: "vport", default: 50_001, doc: "Port for video with TCP or UDP." }),
        audioPort: shared.port({ tag: "aport", default: 50_002, doc: "Port for audio with TCP or UDP." }),
      },
    ),
    output,
  },
);

const backchannel = group(
  {
    tag: "backchannel",
    doc: "Audio from the client to the camera's speaker. Without this tag there is no back channel.",
    affects: ["media"],
  },
  {
    codecs: repeated(
      choice({
        tag: "codec",
        values: BACK_CODECS,
        default: "G711U",
        doc:
          "Codec that clients may send. Several may be given, an addition: all are offered, the first one first. None: " +
          "G711U. AAC and L16 are additions.",
      }),
    ),
    sampleRate: sampleRate("Sample rate; 0 for 8000. G722, G726 and OPUS have one of their own."),
    channels: channels("1 mono, 2 stereo, 0 for 1. G722 and G726 are always mono."),
    sink: text({
      tag: "sink",
      default: "none",
      addition: true,
      allowed: "none, file:FOLDER, path:NAME, device or device:SYSTEM:NAME",
      parse: (text) => (/^(none|file:\S.*|path:[^\s?#&\\]+|device(:\w+(:\S.*)?)?)$/.test(text) ? text : undefined),
      doc:
        "Where the sound goes. none: it is counted. file:FOLDER: each talk becomes a file in that folder, relative to the " +
        "folder of this file. path:NAME: it becomes the stream NAME, which others can play. device: FFmpeg plays it here, " +
        "on the usual sound device or on one like device:alsa:hw:1.",
    }),
  },
);

/** `rtsp.cfg`. */
export const rtspCfg = group(
  { tag: "config", doc: "Configuration of the RTSP server.", affects: ["rtsp"] },
  {
    serverIp: shared.ipAddress({ tag: "serverip", doc: "Address to listen on. Empty: all network interfaces." }),
    serverPort: shared.port({ tag: "serverport", default: 554, doc: "Port of the RTSP server." }),
    loopNums: integer({
      tag: "loop_nums",
      default: 1,
      min: -1,
      max: 1_000_000,
      affects: ["media"],
      doc: "How often a media file is played; -1 without end. 0 counts as 1.",
    }),
    multicast: flag({ tag: "multicast", default: false, doc: "Whether streams can be had by RTP multicast." }),
    udpBasePort: integer({
      tag: "udp_base_port",
      default: 22_000,
      min: 0,
      max: 65_528,
      doc: "First UDP port for media. A session has 8 in a row: RTP and RTCP of video, audio, metadata and back channel. 0 takes any free ports.",
    }),
    udpPorts: choice({
      tag: "udp_ports",
      values: ["session", "shared"],
      default: "session",
      addition: true,
      doc: "session: ports of its own for each session, as above. shared: the two ports at <udp_base_port> for all of them, which is less to open in a firewall.",
    }),
    udpLatching: flag({
      tag: "udp_latching",
      default: false,
      addition: true,
      doc: "Whether media by UDP go to the port that the client's own packets come from, when it is another one than the client has named: for clients behind NAT.",
    }),
    udpSegmentation: flag({
      tag: "udp_segmentation",
      default: true,
      addition: true,
      doc: "Whether the system cuts UDP packets out of larger pieces where it can, which takes much less processor time. Linux, with the optional package koffi.",
    }),
    udpPace: integer({
      tag: "udp_pace",
      default: 0,
      min: 0,
      max: 1000,
      unit: "packets",
      addition: true,
      doc: "Most packets of a picture that leave by UDP at once, to a client or a group; the rest follows in blocks of as many every 2 ms. 0: all at once. 16 to 32 where key frames lose packets on their way.",
    }),
    tcpDirect: flag({
      tag: "tcp_direct",
      default: true,
      addition: true,
      doc: "Whether streams over TCP are written by the system's own call where that can be had, which takes less processor time. Linux, with the optional package koffi.",
    }),
    metadata: flag({
      tag: "metadata",
      default: true,
      affects: ["media"],
      doc: "Whether the profiles have ONVIF metadata, as a track of their streams: docs/metadata.md.",
    }),
    rtpOverUdp: flag({
      tag: "rtp_over_udp",
      default: true,
      addition: true,
      doc: "Whether streams can be had, and published, by UDP. With 0 clients are told at once to take something else.",
    }),
    rtpOverTcp: flag({
      tag: "rtp_over_tcp",
      default: true,
      addition: true,
      doc: "Whether streams can be had, and published, inside the RTSP connection. Tunnels and TLS need it.",
    }),
    rtspOverHttp: flag({
      tag: "rtsp_over_http",
      default: true,
      doc: "Whether RTSP through HTTP and WebSocket is offered: on the port below, the RTSP port and the HTTP port of onvif.cfg.",
    }),
    httpPort: shared.port({
      tag: "http_port",
      default: 8080,
      doc: "Port for RTSP through HTTP and WebSocket. May be the one of onvif.cfg.",
    }),
    rtspOverHttps: flag({
      tag: "rtsp_over_https",
      default: true,
      doc: "Whether RTSP through HTTPS and secure WebSocket is offered: on the port below and the HTTPS port of onvif.cfg.",
    }),
    httpsPort: shared.port({
      tag: "https_port",
      default: 443,
      doc: "Port for RTSP through HTTPS and secure WebSocket. May be the one of onvif.cfg.",
    }),
    rtspOverWebSocket: flag({
      tag: "rtsp_over_websocket",
      default: undefined,
      addition: true,
      doc: "Whether RTSP through WebSocket is offered. Empty: without TLS as <rtsp_over_http> says, with TLS as <rtsp_over_https> says.",
    }),
    tunnelSameAddress: flag({
      tag: "tunnel_same_address",
      default: true,
      addition: true,
      doc: "Whether both connections of RTSP through HTTP must come from one address. 0 for clients behind several.",
    }),
    rtspsEnable: flag({
      tag: "rtsps_enable",
      default: false,
      addition: true,
      doc: "Whether RTSP with TLS (rtsps) is offered on a port of its own.",
    }),
    rtspsPort: shared.port({ tag: "rtsps_port", default: 322, addition: true, doc: "Port for RTSP with TLS." }),
    srtp: choice({
      tag: "srtp",
      values: ["off", "offer", "require"],
      default: "offer",
      addition: true,
      doc: "SRTP, on connections with TLS. offer: for clients that ask for it, by ?srtp behind the address or in SETUP. require: nobody gets anything else, and nothing without TLS.",
    }),
    srtpSuite: choice({
      tag: "srtp_suite",
      values: ["AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"],
      default: "AES_CM_128_HMAC_SHA1_80",
      addition: true,
      doc: "How media are encrypted under keys that the server makes. FFmpeg 5.1 and GStreamer 1.22 decrypt the first one alone.",
    }),
    certFile: shared.certFile,
    keyFile: shared.keyFile,
    needAuth: flag({
      tag: "need_auth",
      default: false,
      doc: "Whether clients have to log in to play and to publish streams.",
    }),
    basicAuth: flag({
      tag: "basic_auth",
      default: false,
      addition: true,
      doc: "Whether basic authentication is offered beside digest; it sends the password almost openly.",
    }),
    digestMd5: flag({
      tag: "digest_md5",
      default: true,
      addition: true,
      doc: "Whether digest authentication with MD5 is offered, the only kind that most clients know.",
    }),
    digestSha256: flag({
      tag: "digest_sha256",
      default: true,
      addition: true,
      doc: "Whether digest authentication with SHA-256 is offered.",
    }),
    bearerAuth: flag({
      tag: "bearer_auth",
      default: true,
      addition: true,
      doc: "Whether JSON Web Tokens are taken under TLS (RTSPS, HTTPS, secure WebSocket), once a client has configured a key for them.",
    }),
    certificateAuth: flag({
      tag: "certificate_auth",
      default: true,
      addition: true,
      doc: "Whether the certificate that a client shows under TLS says which user it is, once a client has asked for that (SetCnMapsToUser).",
    }),
    talkAccess: choice({
      tag: "talk_access",
      values: ["READ_MEDIA", "ACTUATE"],
      default: "READ_MEDIA",
      addition: true,
      doc: "Access class that users of onvif.cfg need to talk to the camera: READ_MEDIA, that of streams, or ACTUATE as well, which levels below Operator lack unless a client gives it to them.",
    }),
    sessionTimeout: integer({
      tag: "session_timeout",
      default: 60,
      min: 5,
      max: 86_400,
      unit: "seconds",
      addition: true,
      doc: "Time after which a session ends whose client is silent.",
    }),
    maxSessions: integer({
      tag: "max_sessions",
      default: 100,
      min: 0,
      max: 1_000_000,
      addition: true,
      doc: "Most sessions at a time; 0 for no limit.",
    }),
    publishEnable: flag({
      tag: "publish_enable",
      default: true,
      affects: ["media"],
      addition: true,
      doc: "Whether clients can publish streams by RTSP (ANNOUNCE, RECORD). 0 refuses it; a <pusher> with mode TCP or UDP is not concerned.",
    }),
    limits: rtspLimits,
    maxReplays: integer({
      tag: "max_replays",
      default: 32,
      min: 0,
      max: 1_000_000,
      addition: true,
      doc: "Most clients at a time that have a position of their own in a media file, by seeking or by ONVIF replay; 0 for no limit.",
    }),
    overridePublisher: flag({
      tag: "override_publisher",
      default: true,
      affects: ["media"],
      addition: true,
      doc: "Whether a client that publishes a stream takes the place of the one that publishes it already; 0 refuses it.",
    }),
    gopCache: flag({
      tag: "gop_cache",
      default: true,
      affects: ["media"],
      addition: true,
      doc: "Whether a client starts with the latest key frame at once, instead of waiting for the next one.",
    }),
    mediaFolder: text({
      tag: "media_folder",
      default: "media",
      affects: ["media"],
      addition: true,
      doc:
        "Folder of the media files; nothing outside of it is served. Looked for in the folder of this file, then in that " +
        "of the program.",
    }),
    logEnable: shared.logEnable("what the RTSP server does"),
    logLevel: shared.logLevel,
    logFile: text({
      tag: "log_file",
      default: "",
      affects: ["log"],
      addition: true,
      doc:
        "File for the log of both sides, relative to the folder of this file. Empty: standard output, or " +
        "onvifrtspserver.log for the daemon.",
    }),
    cameraAddresses: flag({
      tag: "camera_addresses",
      default: true,
      addition: true,
      doc: "Whether streams are also found by the addresses that cameras of well-known makers have: docs/addresses.md.",
    }),
    aliases: repeated(alias),
    paths: repeated(pathRule),
    listeners: repeated(listener),
    users: repeated(user),
    anonymous: optional(anonymous),
    outputs: repeated(outputRule),
    proxies: repeated(proxy),
    pushers: repeated(pusher),
    backchannel: optional(backchannel),
  },
);

/** What `rtsp.cfg` says, defaults filled in. */
export interface RtspConfig extends Infer<typeof rtspCfg> {}
export type RtspUserConfig = RtspConfig["users"][number];
export type AliasConfig = RtspConfig["aliases"][number];
export type OutputConfig = RtspConfig["outputs"][number];
export type ProxyConfig = RtspConfig["proxies"][number];
export type PusherConfig = RtspConfig["pushers"][number];
export type BackchannelConfig = NonNullable<RtspConfig["backchannel"]>;
