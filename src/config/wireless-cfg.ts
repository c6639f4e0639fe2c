import { group, optional, repeated } from "./schema.js";
import * as shared from "./shared-members.js";
import { choice, text } from "./values.js";

/** An SSID has 1 to 32 octets (IEEE 802.11-2007 §7.3.2.1); in the cfg file they are those of UTF-8. */
const parseSsid = (text: string): string | undefined => (Buffer.byteLength(text) <= 32 ? text : undefined);
const INTERFACE = /^[\w.-]{1,15}$/;
const PASSPHRASE = /^[ -~]{8,63}$/;

const accessPoint = group(
  { tag: "access_point", doc: "An access point in range.", addition: true },
  {
    ssid: text({
      tag: "ssid",
      default: "",
      addition: true,
      allowed: "up to 32 octets in UTF-8",
      parse: parseSsid,
      doc: "Name of its network. Has to be given.",
    }),
    bssid: shared.macAddress({
      tag: "bssid",
      addition: true,
      doc: "Its MAC address. Empty: made from the SSID and its place in the list.",
    }),
    signal: choice({
      tag: "signal",
      values: ["None", "Very Bad", "Bad", "Good", "Very Good"],
      default: "Good",
      addition: true,
      doc: "How well it is received. None: it is seen, and nobody can connect to it.",
    }),
    security: repeated(
      choice({
        tag: "security",
        values: ["None", "WEP", "PSK", "Dot1X"],
        default: "PSK",
        addition: true,
        doc: "How it lets the camera in; several are alternatives. PSK unless given.",
      }),
    ),
    ciphers: repeated(
      choice({
        tag: "cipher",
        values: ["CCMP", "TKIP"],
        default: "CCMP",
        addition: true,
        doc: "What PSK and Dot1X encrypt with. CCMP unless given.",
      }),
    ),
    passphrase: text({
      tag: "passphrase",
      default: "",
      secret: true,
      addition: true,
      allowed: "8 to 63 printable characters of ASCII",
      parse: (text) => (PASSPHRASE.test(text) ? text : undefined),
      doc: "What a client has to set for PSK, as passphrase or as the key that follows from it. Empty: anything will do.",
    }),
  },
);

/** The emulated wireless network of a camera. */
export const wireless = optional(
  group(
    {
      tag: "wireless",
      doc:
        "Gives the camera a wireless interface (IEEE 802.11) that clients can set, with the access points that it sees. All of it is " +
        "emulated: nothing of this computer's network is changed. Without this tag there is none.",
      affects: ["camera"],
      addition: true,
    },
    {
      interface: text({
        tag: "interface",
        default: "wlan0",
        addition: true,
        allowed: "up to 15 letters, digits, dots, hyphens and underscores",
        parse: (text) => (INTERFACE.test(text) ? text : undefined),
        doc:
          "Its name. One that this computer has is shown as the wireless one; otherwise there is one more, without addresses " +
          "of its own.",
      }),
      accessPoints: repeated(accessPoint),
    },
  ),
);
