import { group, type Member } from "./schema.js";
import * as shared from "./shared-members.js";
import { flag, integer, parseIpAddress, text } from "./values.js";

const allowed = (tag: string, what: string): Member<boolean> =>
  flag({ tag, default: true, addition: true, doc: `Whether ${what}, as far as the server offers it.` });

const transports = {
  rtpOverUdp: allowed("rtp_over_udp", "media go by UDP"),
  rtpOverTcp: allowed("rtp_over_tcp", "media go inside the RTSP connection"),
  multicast: allowed("multicast", "media go by multicast"),
};

/** `<path>` of `rtsp.cfg`: what differs for some streams. */
export const pathRule = group(
  {
    tag: "path",
    doc: "What differs for the streams whose name fits. The first one that fits counts.",
    affects: ["rtsp"],
    addition: true,
  },
  {
    name: text({
      tag: "name",
      default: "",
      maxLength: 256,
      addition: true,
      doc: "Name of streams, * for any characters.",
    }),
    maxReaders: integer({
      tag: "max_readers",
      default: 0,
      min: 0,
      max: 1_000_000,
      addition: true,
      doc: "Most sessions at a time that play one of them; 0 for no limit but that of <limits>.",
    }),
    sessionTimeout: integer({
      tag: "session_timeout",
      default: 0,
      min: 0,
      max: 86_400,
      unit: "seconds",
      addition: true,
      doc: "Time after which a session ends whose client is silent; 0 for that of the server.",
    }),
    ...transports,
    multicastAddress: text({
      tag: "multicast_address",
      default: "",
      addition: true,
      allowed: "an address of 224.0.0.0/4 or ff00::/8",
      parse: (address) =>
        address === "" || /^(?:22[4-9]|23\d)\.|^ff[0-9a-f]{2}:/i.test(address)
          ? address && parseIpAddress(address)
          : undefined,
      doc: "Group to which they are sent, until ONVIF clients set another. Empty: one of 232.0.0.0/8 for each stream.",
    }),
    multicastPort: integer({
      tag: "multicast_port",
      default: 0,
      min: 0,
      max: 65_528,
      addition: true,
      doc: "Port there for video; sound has the next but one, metadata that behind it, and RTCP those between. 0: of 26000 to 31999, others for each stream.",
    }),
    multicastTtl: integer({
      tag: "multicast_ttl",
      default: 16,
      min: 0,
      max: 255,
      addition: true,
      doc: "How many routers pass them on, and one.",
    }),
  },
);

/** `<listener>` of `rtsp.cfg`: one more port. */
export const listener = group(
  {
    tag: "listener",
    doc: "Another port for RTSP, on which less may be offered: such as one for a tunnel that passes only TCP.",
    affects: ["rtsp"],
    addition: true,
  },
  {
    ip: shared.ipAddress({ tag: "ip", addition: true, doc: "Address to listen on. Empty: that of <serverip>." }),
    port: shared.port({ tag: "port", default: 0, addition: true, doc: "Port." }),
    ...transports,
  },
);
