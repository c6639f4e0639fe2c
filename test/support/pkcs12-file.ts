import { pkcs8Of, type TestKey } from "./authority.js";

/** A value of DER: `tag` and what is in it. Up to 64 kB. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const explicit = (content: Uint8Array): Buffer => der(0xa0, content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));

const DATA = oid("2a864886f70d010701");
const KEY_BAG = oid("2a864886f70d010c0a0101");
const CERT_BAG = oid("2a864886f70d010c0a0103");
const X509 = oid("2a864886f70d01091601");

/** A PKCS#12 file (RFC 7292) with a key and certificates, whatever they are, in clear and without a check. */
export function pkcs12Of(key: Pick<TestKey, "privateKey">, certificates: readonly Uint8Array[]): Buffer {
  const bags = [
    sequence(KEY_BAG, explicit(pkcs8Of(key))),
    ...certificates.map((one) => sequence(CERT_BAG, explicit(sequence(X509, explicit(octets(one)))))),
  ];
  const data = (content: Uint8Array): Buffer => sequence(DATA, explicit(octets(content)));
  return sequence(Buffer.from([0x02, 0x01, 0x03]), data(sequence(data(sequence(...bags)))));
}
