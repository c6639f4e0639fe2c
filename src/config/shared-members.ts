import { type Effect, type Member } from "./schema.js";
import { flag, integer, parseIpAddress, text } from "./values.js";

/** Members that both cfg files have. */

/** A port to listen on. */
export const port = (about: {
  readonly tag: string;
  readonly default: number;
  readonly addition?: boolean;
  readonly doc: string;
}): Member<number> => integer({ ...about, min: 0, max: 65_535, allowed: "1 to 65535, or 0 for any free one" });

export const ipAddress = (about: {
  readonly tag: string;
  readonly addition?: boolean;
  readonly doc: string;
  readonly affects?: readonly Effect[];
}) => text({ ...about, default: "", allowed: "an IPv4 or IPv6 address", parse: parseIpAddress });

const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;

/** A MAC address, in lower case with colons. */
export const macAddress = (about: {
  readonly tag: string;
  readonly addition?: boolean;
  readonly doc: string;
  readonly affects?: readonly Effect[];
}) =>
  text({
    ...about,
    default: "",
    allowed: "six pairs of hexadecimal digits, such as 02:12:34:56:78:9a",
    parse: (text) => (MAC.test(text) ? text.toLowerCase().replaceAll("-", ":") : undefined),
  });

export const certFile = text({
  tag: "cert_file",
  default: "",
  doc:
    "Certificate for TLS, PEM, relative to the folder of this file. " +
    "Empty: a self-signed one is made at the first start and kept.",
});

export const keyFile = text({ tag: "key_file", default: "", doc: "Private key of the certificate, PEM." });

export const logEnable = (what: string) =>
  flag({ tag: "log_enable", default: true, affects: ["log"], doc: `Whether ${what} is logged.` });

export const logLevel = integer({
  tag: "log_level",
  default: 1,
  min: 0,
  max: 5,
  labels: ["trace", "debug", "info", "warn", "error", "fatal"],
  affects: ["log"],
  doc: "The least severity that is logged.",
});

export const username = text({ tag: "username", default: "", maxLength: 128, doc: "Name to log in with." });

export const password = text({
  tag: "password",
  default: "",
  maxLength: 128,
  secret: true,
  doc: "Password; blanks count.",
});
