import { MAX_LONG_POLLS } from "#util/long-polls";
import { attribute, content, group, type Infer, repeated } from "./schema.js";
import { profile } from "./profile-cfg.js";
import * as shared from "./shared-members.js";
import { choice, flag, integer, text } from "./values.js";
import { wireless } from "./wireless-cfg.js";
import { parseSimulatedTopics, SIMULATED_TOPICS } from "./simulated-topics.js";

/** The grammar of `onvif.cfg`: chapter 1.1 of the product manual, and our additions. */

const HOST_AND_PORT = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** The members of `onvif.cfg`; the run file has more. */
export const onvifMembers = {
  serverIp: shared.ipAddress({
    tag: "server_ip",
    affects: ["http", "discovery"],
    doc: "Address to listen on. Empty: all network interfaces.",
  }),
  httpEnable: flag({ tag: "http_enable", default: true, doc: "Whether the ONVIF services are offered over HTTP." }),
  httpPort: shared.port({ tag: "http_port", default: 8000, doc: "Port of the ONVIF services over HTTP." }),
  httpsEnable: flag({ tag: "https_enable", default: true, doc: "Whether the ONVIF services are offered over HTTPS." }),
  httpsPort: shared.port({ tag: "https_port", default: 8443, doc: "Port of the ONVIF services over HTTPS." }),
  certFile: shared.certFile,
  keyFile: shared.keyFile,
  httpMaxUsers: integer({
    tag: "http_max_users",
    default: 16,
    min: 1,
    max: 10_000,
    unit: "connections",
    doc:
      `Most connections at a time, for HTTP and for HTTPS each. Up to ${MAX_LONG_POLLS} that wait for an answer, as for events, are ` +
      "not counted, and one that is idle gives way to a new one.",
  }),
  needAuth: flag({
    tag: "need_auth",
    default: false,
    affects: ["camera"],
    doc: "Whether clients have to log in to the ONVIF services.",
  }),
  authStyle: choice({
    tag: "auth_style",
    values: ["both", "digest", "wss"],
    default: "both",
    affects: ["camera"],
    addition: true,
    doc:
      "Ways to log in: HTTP digest, WS-UsernameToken or both. A refusal is status 401 with a digest challenge, " +
      "or with wss status 400, as of a camera that knows no HTTP digest.",
  }),
  createdSkew: integer({
    tag: "created_skew",
    default: 300,
    min: 0,
    max: 86_400,
    unit: "seconds",
    affects: ["camera"],
    addition: true,
    doc: "How far the time in a WS-UsernameToken may be off.",
  }),
  replayCheck: flag({
    tag: "replay_check",
    default: false,
    affects: ["camera"],
    addition: true,
    doc: "Whether a WS-UsernameToken that was used before is refused.",
  }),
  passwordText: flag({
    tag: "password_text",
    default: false,
    affects: ["camera"],
    addition: true,
    doc: "Whether a WS-UsernameToken may hold the password in clear text, which whoever listens can read.",
  }),
  lockoutTime: integer({
    tag: "lockout_time",
    default: 0,
    min: 0,
    max: 86_400,
    unit: "seconds",
    affects: ["camera"],
    addition: true,
    doc:
      "How long a user is shut out, at the address they come from, after more failed logins than the camera allows (10 a " +
      "minute unless a client sets another number). 0: nobody is.",
  }),
  openProfiles: flag({
    tag: "open_profiles",
    default: false,
    affects: ["camera"],
    addition: true,
    doc:
      "Whether media profiles may be created and deleted without a login, as Synology Surveillance Station tries at " +
      "first. Those of this file are never deleted.",
  }),
  strict: flag({
    tag: "strict",
    default: false,
    affects: ["camera"],
    addition: true,
    doc: "Whether requests with harmless mistakes of real clients are refused too.",
  }),
  requestTimeout: integer({
    tag: "request_timeout",
    default: 30,
    min: 1,
    max: 86_400,
    unit: "seconds",
    addition: true,
    doc: "Time for a request to arrive completely.",
  }),
  rebootTime: integer({
    tag: "reboot_time",
    default: 5,
    min: 1,
    max: 600,
    unit: "seconds",
    affects: ["camera"],
    addition: true,
    doc: "How long the camera is away when a client restarts it, sets it back, restores a backup or sends firmware.",
  }),
  logEnable: shared.logEnable("what the ONVIF side does"),
  logLevel: shared.logLevel,
  hostname: text({
    tag: "hostname",
    default: "",
    maxLength: 253,
    allowed: "letters, digits and inner hyphens, with dots between the parts",
    parse: (text) => (HOST_NAME.test(text) ? text : undefined),
    affects: ["camera"],
    addition: true,
    doc: "Host name that the camera tells. Empty: made from the MAC address. The name of this computer is never changed.",
  }),
  mac: shared.macAddress({
    tag: "mac",
    affects: ["camera", "discovery"],
    addition: true,
    doc:
      "MAC address that the camera tells. Empty: made from the serial number, or from the MAC address of this computer " +
      "if that is not given either. Give each camera in a network its own.",
  }),
  publicAddress: text({
    tag: "public_address",
    default: "",
    allowed: "a host name or address, with :port if it differs",
    parse: (text) => (HOST_AND_PORT.test(text) ? text : undefined),
    affects: ["camera", "discovery"],
    addition: true,
    doc:
      "Host or host:port in all addresses told, for a camera behind NAT; the port is that of HTTP, others stay as they " +
      "are. Empty: the address by which the client came.",
  }),
  ipFilterLoopback: flag({
    tag: "ip_filter_loopback",
    default: true,
    affects: ["camera"],
    addition: true,
    doc:
      "Whether the filter of addresses that clients can set holds for this computer itself too. 0 leaves it a way in, " +
      "by loopback addresses.",
  }),
  wireless,
  discoveryEnable: flag({
    tag: "discovery_enable",
    default: true,
    affects: ["discovery"],
    addition: true,
    doc: "Whether the camera can be found by WS-Discovery.",
  }),
  ssdpEnable: flag({
    tag: "ssdp_enable",
    default: true,
    affects: ["discovery"],
    addition: true,
    doc: "Whether the camera announces itself by SSDP (UPnP) as well.",
  }),
  ffmpeg: text({
    tag: "ffmpeg",
    default: "auto",
    affects: ["media"],
    addition: true,
    doc:
      "What decodes and encodes pictures: an ffmpeg program, by its name or by a path relative to the folder of this " +
      "file, node-av for the library of that name, " +
      "none, or auto for the first of program and library that is there.",
  }),
  information: group(
    { tag: "information", doc: "What the camera says about itself.", affects: ["camera", "discovery"] },
    {
      manufacturer: text({
        tag: "Manufacturer",
        default: "onvifrtspserver",
        maxLength: 64,
        doc: "Who made the camera.",
      }),
      model: text({ tag: "Model", default: "Virtual Camera", maxLength: 64, doc: "Model." }),
      firmwareVersion: text({ tag: "FirmwareVersion", default: "1.0", maxLength: 64, doc: "Version of the firmware." }),
      serialNumber: text({
        tag: "SerialNumber",
        default: "",
        maxLength: 64,
        doc: "Serial number. Clients take cameras with the same one for one camera. Empty: made from the MAC address.",
      }),
      hardwareId: text({ tag: "HardwareId", default: "1.0", maxLength: 64, doc: "Hardware id." }),
    },
  ),
  users: repeated(
    group(
      { tag: "user", doc: "Someone who may log in to the ONVIF services.", affects: ["camera"] },
      {
        username: shared.username,
        password: shared.password,
        level: choice({
          tag: "userlevel",
          values: ["Administrator", "Operator", "User", "Anonymous", "Extended"],
          default: "User",
          doc: "What the user may do. Extended: what the roles say.",
        }),
        roles: repeated(
          text({
            tag: "role",
            default: "",
            maxLength: 64,
            addition: true,
            doc:
              "A role of a user of the level Extended: onvif:Administrator, onvif:Operator, onvif:User, or one that a " +
              "client has made.",
          }),
        ),
      },
    ),
  ),
  profiles: repeated(profile),
  scopes: repeated(
    group(
      {
        tag: "scope",
        affects: ["camera", "discovery"],
        doc:
          "What the camera is found by: a URI, usually onvif://www.onvif.org/ followed by name, hardware, location or " +
          "Profile and a value. Name, hardware and Profile are added if they are missing.",
      },
      {
        uri: content(
          text({
            tag: "scope",
            default: "",
            allowed: "a URI without blanks",
            parse: (text) => (/^\S+$/.test(text) ? text : undefined),
            doc: "",
          }),
        ),
        fixed: attribute(
          flag({
            tag: "fixed",
            default: undefined,
            addition: true,
            doc: "1 keeps clients from removing it. Not given: so it is for Profile, hardware and the first name.",
          }),
        ),
      },
    ),
  ),
  io: group(
    {
      tag: "io",
      doc: "What is connected besides camera, microphone and loudspeaker. All of it is emulated.",
      affects: ["camera"],
      addition: true,
    },
    {
      relayOutputs: integer({
        tag: "relay_outputs",
        default: 2,
        min: 0,
        max: 32,
        addition: true,
        doc: "How many relays.",
      }),
      digitalInputs: integer({
        tag: "digital_inputs",
        default: 2,
        min: 0,
        max: 32,
        addition: true,
        doc: "How many digital inputs.",
      }),
      serialPorts: integer({
        tag: "serial_ports",
        default: 1,
        min: 0,
        max: 8,
        addition: true,
        doc: "How many serial ports. What is sent to one comes back.",
      }),
    },
  ),
  event: group(
    { tag: "event", doc: "Events.", affects: ["camera"] },
    {
      renewInterval: integer({
        tag: "renew_interval",
        default: 60,
        min: 1,
        max: 86_400,
        unit: "seconds",
        doc: "Life of a subscription or pull point that is neither renewed nor asked for messages.",
      }),
      notifyAnywhere: flag({
        tag: "notify_anywhere",
        default: false,
        addition: true,
        doc:
          "Whether clients may have events sent to link-local addresses, and from elsewhere to loopback addresses of " +
          "this computer.",
      }),
      notifyCheck: flag({
        tag: "notify_check",
        default: false,
        addition: true,
        doc:
          "Whether the certificate of a client that is notified by HTTPS must be one that an authority known to Node.js " +
          "vouches for (NODE_EXTRA_CA_CERTS adds some); 0 takes any.",
      }),
      simulateEnable: flag({ tag: "simulate_enable", default: true, doc: "Whether the camera makes up events." }),
      simulateInterval: integer({
        tag: "simulate_interval",
        default: 10,
        min: 1,
        max: 86_400,
        unit: "seconds",
        addition: true,
        doc: "How long made-up motion lasts, and how long it is quiet between. Digital inputs and relays are active that long in turn.",
      }),
      simulateTopics: text({
        tag: "simulate_topics",
        default: SIMULATED_TOPICS.join(" "),
        addition: true,
        allowed: `none, or some of ${SIMULATED_TOPICS.join(", ")}`,
        parse: parseSimulatedTopics,
        doc:
          "What the camera makes up: motion, inputs and relays (io), tampering with the picture, usage of the processor, " +
          "temperature, failures of the storage, loss of the picture (connection). Of the last five, events that are not named are not there at all.",
      }),
      simulateSeed: integer({
        tag: "simulate_seed",
        default: 1,
        min: 0,
        max: 2 ** 31 - 1,
        addition: true,
        doc: "From which made-up tampering, failures and measurements follow; the same ones for the same number.",
      }),
    },
  ),
};

export const onvifAbout = {
  tag: "config",
  doc: "Configuration of the ONVIF side.",
  affects: ["http"],
} as const;

/** `onvif.cfg`. */
export const onvifCfg = group(onvifAbout, onvifMembers);

/** What `onvif.cfg` says, defaults filled in. */
export interface OnvifConfig extends Infer<typeof onvifCfg> {}
export type ProfileConfig = OnvifConfig["profiles"][number];
export type VideoEncoderConfig = NonNullable<ProfileConfig["videoEncoder"]>;
export type AudioEncoderConfig = NonNullable<ProfileConfig["audioEncoder"]>;
export type OnvifUserConfig = OnvifConfig["users"][number];
