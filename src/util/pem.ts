/** Bytes in DER as PEM (RFC 7468): `CERTIFICATE`, `PRIVATE KEY` … */
export function pem(kind: string, der: Uint8Array): string {
  const text = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString("base64");
  return `-----BEGIN ${kind}-----\n${(text.match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${kind}-----\n`;
}
