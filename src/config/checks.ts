import type { OnvifConfig } from "./onvif-cfg.js";
import type { TagPath } from "./read.js";
import type { RtspConfig } from "./rtsp-cfg.js";
import type { Severity } from "./schema.js";

/** Takes a problem at the tag that `path` leads to. */
export type Complain = (severity: Severity, path: TagPath, message: string) => void;

/** What one member alone cannot tell about `onvif.cfg` (and the run file). */
export function checkOnvif(config: OnvifConfig, complain: Complain): void {
  if (!config.httpEnable && !config.httpsEnable)
    complain("warning", ["http_enable"], "neither HTTP nor HTTPS is enabled: no client will reach the ONVIF services");
  if (config.needAuth && !config.users.some(({ level, username }) => level === "Administrator" && username !== ""))
    complain("error", ["need_auth"], "is 1, but no <user> has the level Administrator");
  if ((config.certFile === "") !== (config.keyFile === ""))
    complain("error", [config.certFile === "" ? "cert_file" : "key_file"], "certificate and key belong together");
  checkUsers(config.users, complain);
  checkProfiles(config, complain);
  for (const [index, { ssid }] of (config.wireless?.accessPoints ?? []).entries())
    if (ssid === "") complain("error", ["wireless", "access_point", index], "needs an <ssid>");
}

function checkUsers(users: readonly { readonly username: string }[], complain: Complain): void {
  for (const [index, { username }] of users.entries()) {
    if (username === "") complain("error", ["user", index], "has no <username>");
    else if (users.findIndex((other) => other.username === username) < index)
      complain("error", ["user", index, "username"], "is the name of another <user>");
  }
}

function checkProfiles({ profiles }: OnvifConfig, complain: Complain): void {
  if (profiles.length === 0) complain("warning", [], "there is no <profile>: clients will find no stream");
  const encodings = profiles.map(({ videoEncoder }) => videoEncoder?.encoding);
  if (encodings.some((encoding) => encoding) && !encodings.includes("H264"))
    complain("warning", ["profile", 0], "no profile has H264 video: many clients show none of the others");
  for (const [index, profile] of profiles.entries()) {
    const at = (...inside: string[]): TagPath => ["profile", index, ...inside];
    const { token, videoSource, videoEncoder, audioSource, audioEncoder, streamUri } = profile;
    if (token !== undefined && profiles.findIndex((other) => other.token === token) < index)
      complain("error", at("token"), `"${token}" is the token of another profile`);
    if (!videoSource && !audioSource) complain("warning", at(), "has neither <video_source> nor <audio_source>");
    if (videoEncoder && !videoSource) complain("warning", at("video_encoder"), "has no <video_source>");
    if (audioEncoder && !audioSource) complain("warning", at("audio_encoder"), "has no <audio_source>");
    if (videoEncoder?.encoding === "H265")
      complain("warning", at("video_encoder", "encoding"), "H265 shows in the Media2 service only");
    if (videoSource && videoEncoder && isLarger(videoEncoder, videoSource))
      complain("warning", at("video_encoder"), "is larger than its <video_source>");
    if (/^\w+:\/\/[^/]*@/.test(streamUri.uri))
      complain("warning", at("stream_uri"), "has a password in it, which every client will be told");
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const isLarger = (one: Size, other: Size): boolean => one.width > other.width || one.height > other.height;

/** What one member alone cannot tell about `rtsp.cfg`. */
export function checkRtsp(config: RtspConfig, complain: Complain): void {
  const { outputs, proxies, pushers, backchannel } = config;
  if (config.needAuth && config.users.length === 0) complain("error", ["need_auth"], "is 1, but there is no <user>");
  if ((config.certFile === "") !== (config.keyFile === ""))
    complain("error", [config.certFile === "" ? "cert_file" : "key_file"], "certificate and key belong together");
  checkUsers(config.users, complain);
  if (config.needAuth && !config.digestMd5 && !config.digestSha256 && !config.basicAuth)
    complain("error", ["need_auth"], "is 1, but <digest_md5>, <digest_sha256> and <basic_auth> are all 0");
  if (!config.rtpOverUdp && !config.rtpOverTcp && !config.multicast)
    complain("error", ["rtp_over_udp"], "is 0 as <rtp_over_tcp> and <multicast> are: no stream could be had");
  for (const [index, { pattern }] of config.aliases.entries())
    if (pattern === "") complain("error", ["alias", index], "needs a <pattern>");
  for (const [index, { name }] of config.paths.entries())
    if (name === "") complain("error", ["path", index], "needs a <name>");
  if (!config.needAuth && config.anonymous)
    complain("warning", ["anonymous"], "has no effect: without <need_auth> everybody may do everything");
  if (!config.needAuth && config.users.some(({ read, publish }) => read.length + publish.length > 0))
    complain("warning", ["need_auth"], "is 0, so <read> and <publish> of the users have no effect");
  if (config.udpBasePort % 2 === 1) complain("warning", ["udp_base_port"], "is odd; the next port is taken instead");
  const catchAll = outputs.findIndex(({ url }) => url === "");
  if (catchAll >= 0 && catchAll < outputs.length - 1)
    complain("warning", ["output", catchAll + 1], "never counts: an <output> without <url> stands before it");
  checkSuffixes(config, complain);
  for (const [index, { transfer, video, audio }] of pushers.entries())
    if (transfer.mode !== "RTSP" && !video && !audio)
      complain("warning", ["pusher", index], "has neither <video> nor <audio>: nothing is received");
  checkOriginals(config, complain);
  for (const [path, audio] of [
    ...outputs.map(({ audio }, index) => [["output", index, "audio"], audio] as const),
    ...proxies.map(({ output }, index) => [["proxy", index, "output", "audio"], output?.audio] as const),
    ...pushers.map(({ audio }, index) => [["pusher", index, "audio"], audio] as const),
    ...pushers.map(({ output }, index) => [["pusher", index, "output", "audio"], output?.audio] as const),
  ])
    if (audio?.codec === "G726" && audio.channels > 1)
      complain("warning", [...path, "channels"], "G726 is mono: 1 is taken");
  if (backchannel?.codecs.includes("G726") && backchannel.channels > 1)
    complain("warning", ["backchannel", "channels"], "G726 is mono");
}

/** Says nothing of what the address is, since it may hold a password. */
function checkOriginals({ proxies }: RtspConfig, complain: Complain): void {
  for (const [index, { url }] of proxies.entries()) {
    const at = ["proxy", index, "url"];
    if (url === "") complain("warning", at, "is empty: this proxy does nothing");
    else if (/^(?:rtmp[est]*|srt):\/\//i.test(url))
      complain("warning", at, "RTMP and SRT are not there yet: this proxy does nothing");
    else if (!/^(?:rtsp[stu]?|(?:rtsp\+)?https?|rtsp\+wss?):\/\/[^/]/i.test(url))
      complain("error", at, "is no address of a stream; one is rtsp://host:port/path");
  }
}

function checkSuffixes({ proxies, pushers }: RtspConfig, complain: Complain): void {
  const seen = new Set<string>();
  const look = (tag: string, index: number, suffix: string): void => {
    if (suffix === "") complain("error", [tag, index], "needs a <suffix>");
    else if (seen.has(suffix)) complain("error", [tag, index, "suffix"], `"${suffix}" is the suffix of another stream`);
    seen.add(suffix);
  };
  for (const [index, { suffix }] of proxies.entries()) look("proxy", index, suffix);
  for (const [index, { suffix }] of pushers.entries()) look("pusher", index, suffix);
}

interface ListeningPort {
  readonly protocol: "TCP" | "UDP";
  readonly file: "onvif" | "rtsp";
  readonly path: TagPath;
  readonly tag: string;
  readonly address: string;
  readonly port: number;
}

/**
 * No port may be listened on twice, but the HTTP port of rtsp.cfg may be that of onvif.cfg, and so with HTTPS; 0 is
 * any free port. `names` are those of the files, for the messages.
 */
export function checkPorts(
  onvif: OnvifConfig,
  rtsp: RtspConfig,
  names: Readonly<Record<ListeningPort["file"], string>>,
  complain: (file: "onvif" | "rtsp", path: TagPath, message: string) => void,
): void {
  const taken: ListeningPort[] = [];
  for (const port of portsOf(onvif, rtsp)) {
    const other = taken.find(
      (one) =>
        one.port === port.port &&
        one.protocol === port.protocol &&
        (one.address === port.address || one.address === "" || port.address === ""),
    );
    if (other && sharesWebPort(other, port)) continue;
    if (other) complain(port.file, port.path, `${port.port} is also the <${other.tag}> of ${names[other.file]}`);
    else if (port.port > 0) taken.push(port);
  }
}

/** RTSP through HTTP comes to the web server then, which has to listen wherever the RTSP server is to. */
const sharesWebPort = (web: ListeningPort, port: ListeningPort): boolean =>
  web.file === "onvif" && port.file === "rtsp" && web.tag === port.tag && ["", port.address].includes(web.address);

function portsOf(onvif: OnvifConfig, rtsp: RtspConfig): readonly ListeningPort[] {
  const listed = (
    file: "onvif" | "rtsp",
    address: string,
    ports: readonly (readonly [on: boolean, port: number, ...path: (string | number)[]])[],
    protocol: "TCP" | "UDP" = "TCP",
  ): readonly ListeningPort[] =>
    ports
      .filter(([on]) => on)
      .map(([, port, ...path]) => ({ protocol, file, address, port, path, tag: String(path.at(-1)) }));
  return [
    ...listed("onvif", onvif.serverIp, [
      [onvif.httpEnable, onvif.httpPort, "http_port"],
      [onvif.httpsEnable, onvif.httpsPort, "https_port"],
    ]),
    ...listed("rtsp", rtsp.serverIp, [
      [true, rtsp.serverPort, "serverport"],
      [rtsp.rtspOverHttp || rtsp.rtspOverWebSocket === true, rtsp.httpPort, "http_port"],
      [rtsp.rtspOverHttps || rtsp.rtspOverWebSocket === true, rtsp.httpsPort, "https_port"],
      [rtsp.rtspsEnable, rtsp.rtspsPort, "rtsps_port"],
    ]),
    ...rtsp.listeners.flatMap(({ ip, port }, index) =>
      listed("rtsp", ip || rtsp.serverIp, [[true, port, "listener", index, "port"]]),
    ),
    ...rtsp.pushers.flatMap(({ transfer, video, audio }, index) =>
      transfer.mode === "RTSP"
        ? []
        : listed(
            "rtsp",
            transfer.ip || rtsp.serverIp,
            [
              [video !== undefined, transfer.videoPort, "pusher", index, "transfer", "vport"],
              [audio !== undefined, transfer.audioPort, "pusher", index, "transfer", "aport"],
            ],
            transfer.mode,
          ),
    ),
  ];
}
