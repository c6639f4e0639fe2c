import { type MikeyKey, MikeyKeyType, type MikeyMessage, MikeyPayload, type MikeyPolicy } from "./message.js";

const VERSION = 1;
/** No verification message is wanted, and the PRF is that of MIKEY-1. */
const FLAGS = 0;
const NTP_UTC = 0;
const SPI = 1;

/** The bytes of a message (RFC 3830 §6): header, time, random bytes, policies, and keys as they are. */
export function writeMikey(message: MikeyMessage): Buffer {
  const { dataType, bundleId, sessions, policies, keys, random, time } = message;
  const payloads: { readonly type: number; readonly body: Buffer }[] = [
    ...(time ? [{ type: MikeyPayload.T, body: Buffer.of(NTP_UTC, ...time) }] : []),
    ...(random.length > 0 ? [{ type: MikeyPayload.RAND, body: Buffer.of(random.length, ...random) }] : []),
    ...policies.map((policy) => ({ type: MikeyPayload.SP, body: policyBody(policy) })),
    ...(keys.length > 0 ? [{ type: MikeyPayload.KEMAC, body: keysBody(keys) }] : []),
  ];
  const head = Buffer.alloc(10);
  head.set([VERSION, dataType, payloads[0]?.type ?? MikeyPayload.LAST, FLAGS]);
  head.writeUInt32BE(bundleId, 4);
  head[8] = sessions.length;
  const map = sessions.map(({ policy, ssrc, rollovers }) => {
    const entry = Buffer.alloc(9);
    entry[0] = policy;
    entry.writeUInt32BE(ssrc, 1);
    entry.writeUInt32BE(rollovers, 5);
    return entry;
  });
  return Buffer.concat([
    head,
    ...map,
    ...payloads.flatMap(({ body }, at) => [Buffer.of(payloads[at + 1]?.type ?? MikeyPayload.LAST), body]),
  ]);
}

function policyBody({ number, parameters }: MikeyPolicy): Buffer {
  const list = Buffer.concat([...parameters].map(([type, value]) => Buffer.of(type, value.length, ...value)));
  return Buffer.concat([Buffer.of(number, 0), uint16(list.length), list]);
}

/** Neither encrypted nor with a MAC. */
function keysBody(keys: readonly MikeyKey[]): Buffer {
  const list = Buffer.concat(
    keys.flatMap(({ type, key, salt, spi }, at) => {
      const hasSalt = type === MikeyKeyType.TEK_SALT || type === MikeyKeyType.TGK_SALT;
      const next = at + 1 < keys.length ? KEY_DATA : MikeyPayload.LAST;
      return [
        Buffer.of(next, (type << 4) | (spi.length > 0 ? SPI : 0)),
        uint16(key.length),
        key,
        ...(hasSalt ? [uint16(salt.length), salt] : []),
        ...(spi.length > 0 ? [Buffer.of(spi.length), spi] : []),
      ];
    }),
  );
  return Buffer.concat([Buffer.of(0), uint16(list.length), list, Buffer.of(0)]);
}

/** Another key follows in a KEMAC payload. */
const KEY_DATA = 20;

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
