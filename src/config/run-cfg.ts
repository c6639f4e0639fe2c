import { TLS_VERSIONS } from "#device/security/tls-server";
import { eventBroker } from "./event-state-cfg.js";
import { access } from "./access-state-cfg.js";
import { onvifAbout, onvifMembers } from "./onvif-cfg.js";
import { attribute, content, group, type Infer, optional, repeated } from "./schema.js";
import { dynamicDns, interfaceSettings, ipFilter } from "./network-state-cfg.js";
import { io } from "./io-state-cfg.js";
import { auxiliary, history, location, storage } from "./system-state-cfg.js";
import { choice, decimal, flag, integer, text } from "./values.js";

/**
 * The grammar of `onvifrun.cfg`: that of `onvif.cfg`, and `<runtime>` for what has no tag there. The file is a whole
 * snapshot: the configuration that the camera was made from, with its present users and scopes, and the state that
 * clients have changed. Ranges are wide, since what is kept here was checked when it was set.
 */

const ANY = { min: -1e15, max: 1e15 } as const;
const word = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc });
const number = (tag: string, doc: string) => decimal({ tag, default: 0, ...ANY, doc });
const yes = (tag: string, doc: string) => flag({ tag, default: false, doc });
const token = attribute(word("token", "Token, unique among its kind."));
const name = word("name", "Name, as clients show it.");

const ipAddress = (tag: string) =>
  group(
    { tag, doc: "An address." },
    {
      family: attribute(choice({ tag: "family", values: ["ipv4", "ipv6"], default: "ipv4", doc: "Its kind." })),
      address: content(word(tag, "The address.")),
    },
  );

const networkHost = (tag: string) =>
  group(
    { tag, doc: "An address or a DNS name." },
    {
      family: attribute(choice({ tag: "family", values: ["ipv4", "ipv6", "dns"], default: "ipv4", doc: "Its kind." })),
      address: content(word(tag, "The address or name.")),
    },
  );

const multicast = group(
  { tag: "multicast", doc: "Where the stream goes by multicast." },
  {
    address: ipAddress("address"),
    port: integer({ tag: "port", default: 0, min: 0, max: 65_535, doc: "UDP port; 0 for none." }),
    ttl: number("ttl", "Time to live."),
  },
);

const sessionTimeoutMs = number("session_timeout_ms", "RTSP session timeout, in milliseconds.");

const clock = group(
  { tag: "clock", doc: "The camera's clock." },
  {
    offsetMs: number("offset_ms", "How far it is ahead of the computer's, in milliseconds."),
    dateTimeType: choice({ tag: "type", values: ["Manual", "NTP"], default: "Manual", doc: "How it is set." }),
    daylightSavings: flag({
      tag: "daylight_savings",
      default: true,
      doc: "Whether the rules of the zone are followed.",
    }),
    timeZone: text({ tag: "time_zone", default: "UTC0", doc: "Zone, as POSIX writes it." }),
  },
);

const network = group(
  { tag: "network", doc: "The camera's network settings." },
  {
    protocols: repeated(
      group(
        { tag: "protocol", doc: "A protocol." },
        {
          name: attribute(choice({ tag: "name", values: ["HTTP", "HTTPS", "RTSP"], default: "HTTP", doc: "Which." })),
          enabled: yes("enabled", "Whether it is on."),
          ports: repeated(integer({ tag: "port", default: 0, min: 0, max: 65_535, doc: "Its ports." })),
        },
      ),
    ),
    protocolsSet: repeated(
      choice({
        tag: "protocol_set",
        values: ["HTTP", "HTTPS", "RTSP"],
        default: "HTTP",
        doc: "A protocol that a client has set; the others are as the cfg files have them.",
      }),
    ),
    dns: group(
      { tag: "dns", doc: "Name servers." },
      {
        fromDhcp: yes("from_dhcp", "Whether they come from DHCP."),
        searchDomains: repeated(word("search_domain", "Domains to search.")),
        manual: repeated(ipAddress("server")),
      },
    ),
    ntp: group(
      { tag: "ntp", doc: "Time servers." },
      { fromDhcp: yes("from_dhcp", "Whether they come from DHCP."), manual: repeated(networkHost("server")) },
    ),
    defaultGateway: group(
      { tag: "gateways", doc: "Default gateways." },
      { ipv4: repeated(word("ipv4", "IPv4 addresses.")), ipv6: repeated(word("ipv6", "IPv6 addresses.")) },
    ),
    dynamicDns,
    ipFilter,
    interfaces: repeated(interfaceSettings),
  },
);

const profile = group(
  { tag: "media_profile", doc: "A profile as it is now: one of the profiles above, or one made by a client." },
  {
    token,
    name,
    fixed: yes("fixed", "Whether it cannot be deleted."),
    configurations: group(
      { tag: "configurations", doc: "Tokens of what it holds." },
      {
        "video-source": optional(word("video_source", "A video source configuration.")),
        "audio-source": optional(word("audio_source", "An audio source configuration.")),
        "video-encoder": optional(word("video_encoder", "A video encoder configuration.")),
        "audio-encoder": optional(word("audio_encoder", "An audio encoder configuration.")),
        "audio-output": optional(word("audio_output", "An audio output configuration.")),
        "audio-decoder": optional(word("audio_decoder", "An audio decoder configuration.")),
        metadata: optional(word("metadata", "A metadata configuration.")),
      },
    ),
    multicastStreaming: yes("multicast_streaming", "Whether it is being sent by multicast."),
  },
);

const videoSource = group(
  { tag: "source_configuration", doc: "A video source configuration." },
  {
    token,
    name,
    sourceToken: word("source", "Token of its video source."),
    bounds: group(
      { tag: "bounds", doc: "The part of the picture." },
      {
        x: number("x", "From the left, in pixels."),
        y: number("y", "From the top, in pixels."),
        width: number("width", "In pixels."),
        height: number("height", "In pixels."),
      },
    ),
  },
);

const videoEncoder = group(
  { tag: "encoder_configuration", doc: "A video encoder configuration." },
  {
    token,
    name,
    encoding: choice({ tag: "encoding", values: ["JPEG", "MPEG4", "H264", "H265"], default: "H264", doc: "Codec." }),
    resolution: group(
      { tag: "resolution", doc: "Size of the picture." },
      { width: number("width", "In pixels."), height: number("height", "In pixels.") },
    ),
    quality: number("quality", "Higher is better."),
    rateControl: group(
      { tag: "rate_control", doc: "Limits." },
      {
        frameRateLimit: number("framerate", "Pictures a second."),
        encodingInterval: number("encoding_interval", "Every how many pictures one is encoded."),
        bitrateLimitKbps: number("bitrate_limit", "In kbit/s."),
      },
    ),
    govLength: number("gov_length", "Distance between I-frames."),
    encodingProfile: choice({
      tag: "profile",
      values: ["SP", "ASP", "Baseline", "Main", "Extended", "High", "Main10"],
      default: undefined,
      doc: "Profile of the codec; none for JPEG.",
    }),
    multicast,
    sessionTimeoutMs,
  },
);

const audioSource = group(
  { tag: "source_configuration", doc: "An audio source configuration." },
  { token, name, sourceToken: word("source", "Token of its audio source.") },
);

const audioEncoder = group(
  { tag: "encoder_configuration", doc: "An audio encoder configuration." },
  {
    token,
    name,
    encoding: choice({ tag: "encoding", values: ["G711", "G726", "AAC"], default: "G711", doc: "Codec." }),
    bitrateKbps: number("bitrate", "In kbit/s."),
    sampleRateKhz: number("sample_rate", "In kHz."),
    multicast,
    sessionTimeoutMs,
  },
);

const metadata = group(
  { tag: "metadata_configuration", doc: "A metadata configuration." },
  {
    token,
    name,
    ptzStatus: yes("ptz_status", "Whether the PTZ status is in it."),
    ptzPosition: yes("ptz_position", "Whether the PTZ position is in it."),
    analytics: yes("analytics", "Whether analytics are in it."),
    eventFilter: optional(word("event_filter", "Topics that are in it; empty for all, no tag for none.")),
    sensorFilter: optional(
      group(
        { tag: "sensor_data", doc: "Sensors that are in it; no tag for none." },
        {
          sensorIds: repeated(word("sensor_id", "One of these, or any.")),
          types: repeated(word("type", "Of one of these types, or any.")),
        },
      ),
    ),
    multicast,
    sessionTimeoutMs,
  },
);

const media = group(
  { tag: "media", doc: "The media side as it is now." },
  {
    video: group(
      { tag: "video", doc: "Video." },
      { sourceConfigurations: repeated(videoSource), encoderConfigurations: repeated(videoEncoder) },
    ),
    audio: group(
      { tag: "audio", doc: "Audio." },
      { sourceConfigurations: repeated(audioSource), encoderConfigurations: repeated(audioEncoder) },
    ),
    audioDecoders: repeated(group({ tag: "audio_decoder", doc: "An audio decoder configuration." }, { token, name })),
    metadata: repeated(metadata),
    profiles: repeated(profile),
  },
);

const security = group(
  { tag: "security", doc: "What clients have set of TLS. Keys and certificates are in the keystore." },
  {
    tlsServer: group(
      { tag: "tls_server", doc: "The TLS server." },
      {
        pathIds: repeated(word("certification_path", "Certification paths that are assigned to it.")),
        versions: repeated(
          choice({ tag: "version", values: TLS_VERSIONS, default: "1.2", doc: "Versions of TLS that are on." }),
        ),
        clientAuthenticationRequired: yes("client_authentication", "Whether clients have to show a certificate."),
        cnMapsToUser: yes("cn_maps_to_user", "Whether the common name of that certificate is the name of a user."),
        policyIds: repeated(word("validation_policy", "Validation policies that are assigned to it.")),
      },
    ),
    jwt: group(
      { tag: "json_web_tokens", doc: "Which JSON Web Tokens log in." },
      {
        audiences: repeated(word("audience", "Whom they have to be for.")),
        trustedIssuers: repeated(word("issuer", "Who may have issued them; anybody unless given.")),
        keyIds: repeated(word("key", "Keys of which one has to have signed them.")),
        policyId: word("validation_policy", "A validation policy for the issuers; empty for none."),
        customClaims: repeated(
          group(
            { tag: "claim", doc: "A claim that they have to make." },
            {
              name: attribute(word("name", "Its name.")),
              values: repeated(word("value", "Values, of which it has to have one.")),
            },
          ),
        ),
      },
    ),
  },
);

/** What clients can change, but for users and scopes, which have tags of their own. Each further slice is a group here. */
const state = group(
  { tag: "state", doc: "What clients can change, apart from users and scopes." },
  {
    clock,
    hostname: group(
      { tag: "hostname", doc: "The camera's host name." },
      { fromDhcp: yes("from_dhcp", "Whether it comes from DHCP."), name: word("name", "The name set by hand.") },
    ),
    network,
    discoveryMode: choice({
      tag: "discovery_mode",
      values: ["Discoverable", "NonDiscoverable"],
      default: "Discoverable",
      doc: "Whether the camera can be found.",
    }),
    media,
    eventBrokers: repeated(eventBroker),
    locations: repeated(location),
    storage: repeated(storage),
    auxiliary,
    history,
    security,
    io,
    access,
  },
);

const runtime = group(
  { tag: "runtime", doc: "What this file was made from, and what clients have changed." },
  {
    baseDigest: word("base_digest", "SHA-256 of the onvif.cfg that this file goes back to."),
    savedAt: word("saved_at", "When it was written."),
    endpointUuid: word("endpoint_uuid", "The camera's endpoint address."),
    firmwareVersion: optional(
      word("firmware_version", "The version that clients have brought; none at the factory's."),
    ),
    state: optional(state),
  },
);

/** `onvifrun.cfg`. */
export const runCfg = group(onvifAbout, { ...onvifMembers, runtime });

/** What `onvifrun.cfg` says. */
export interface RunConfig extends Infer<typeof runCfg> {}
export type Runtime = RunConfig["runtime"];
export type StateConfig = NonNullable<Runtime["state"]>;
