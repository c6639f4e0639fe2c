import { DecodeError } from "#util/errors";
import type { NtpTime } from "../rtp/ntp.js";
import { srtpSuite, srtpSuites, type SrtpMasterKey, type SrtpSuite } from "../srtp/suite.js";
import { MikeyKeyType, type MikeyMessage, type MikeyPolicy, MikeySrtp, type MikeySession } from "./message.js";

const INITIATOR_PRE_SHARED = 0;
const AES_CM = 1;
const AES_GCM = 6;
const NO_AUTHENTICATION = 0;
const HMAC_SHA1 = 1;
const AUTHENTICATION_KEY_BYTES = 20;

/** A key for SRTP and the senders that use it. */
export interface MikeySrtpKey {
  readonly key: SrtpMasterKey;
  /** Wraps of the sequence number, by SSRC. */
  readonly rollovers: ReadonlyMap<number, number>;
}

export interface MikeyOffer {
  readonly key: SrtpMasterKey;
  readonly ssrc: number;
  /** Wraps of the sequence number so far. */
  readonly rollovers: number;
  readonly time: NtpTime;
  /** 16 or more unpredictable bytes. */
  readonly random: Uint8Array;
  readonly bundleId: number;
}

/**
 * A message that tells one key, as GStreamer and ONVIF clients want it: a TEK that ends with its salt, or one with a salt
 * apart for the suites other than AES-CM (Streaming §8.2).
 */
export function mikeyOf({ key: master, ssrc, rollovers, time, random, bundleId }: MikeyOffer): MikeyMessage {
  const stamp = Buffer.alloc(8);
  stamp.writeUInt32BE(time.seconds, 0);
  stamp.writeUInt32BE(time.fraction, 4);
  const { suite, key, salt, mki } = master;
  return {
    dataType: INITIATOR_PRE_SHARED,
    bundleId,
    sessions: [{ policy: 0, ssrc, rollovers }],
    policies: [policyOf(suite)],
    keys: [
      suite.isAead
        ? { type: MikeyKeyType.TEK_SALT, key, salt, spi: mki }
        : { type: MikeyKeyType.TEK, key: Buffer.concat([key, salt]), salt: new Uint8Array(), spi: mki },
    ],
    random,
    time: stamp,
  };
}

function policyOf({ isAead, keyBytes, saltBytes, tagBytes }: SrtpSuite): MikeyPolicy {
  const values: (readonly [type: number, value: number])[] = [
    [MikeySrtp.ENCRYPTION, isAead ? AES_GCM : AES_CM],
    [MikeySrtp.KEY_BYTES, keyBytes],
    ...(isAead
      ? ([[MikeySrtp.AUTHENTICATION, NO_AUTHENTICATION]] as const)
      : ([
          [MikeySrtp.AUTHENTICATION, HMAC_SHA1],
          [MikeySrtp.AUTHENTICATION_KEY_BYTES, AUTHENTICATION_KEY_BYTES],
        ] as const)),
    [MikeySrtp.SALT_BYTES, saltBytes],
    [MikeySrtp.RTP_ENCRYPTED, 1],
    [MikeySrtp.RTCP_ENCRYPTED, 1],
    [MikeySrtp.AUTHENTICATED, 1],
    [isAead ? MikeySrtp.AEAD_TAG_BYTES : MikeySrtp.TAG_BYTES, tagBytes],
  ];
  return { number: 0, parameters: new Map(values.map(([type, value]) => [type, Buffer.of(value)])) };
}

/**
 * The key that a message tells, for all its senders. `inUse` is the suite that goes on where the message names no policy, as
 * it need not when it changes a key (RFC 3830 §4.5).
 *
 * @throws DecodeError when it has none that can be used: no TEK, one of the wrong length, or a policy that is not known
 * here or that leaves something unprotected.
 */
export function srtpKeyOf(message: MikeyMessage, inUse?: SrtpSuite): MikeySrtpKey {
  const { keys, sessions, policies } = message;
  const data = keys.find(({ type }) => type === MikeyKeyType.TEK || type === MikeyKeyType.TEK_SALT);
  if (!data) throw unusable("has no key that could be used as it is (TEK)");
  const wanted = sessions[0]?.policy ?? 0;
  const policy = policies.find(({ number }) => number === wanted) ?? policies[0];
  const suite =
    policy === undefined && inUse ? inUse : suiteOf(policy, data.salt.length > 0 ? data.key.length : undefined);
  const all = Buffer.concat([data.key, data.salt]);
  if (all.length !== suite.keyBytes + suite.saltBytes)
    throw unusable("has a key of a length that does not fit its policy");
  if (data.spi.length > 128) throw unusable("has a key identifier that is too long");
  return {
    key: { suite, key: all.subarray(0, suite.keyBytes), salt: all.subarray(suite.keyBytes), mki: data.spi },
    rollovers: new Map(sessions.map(({ ssrc, rollovers }: MikeySession) => [ssrc, rollovers])),
  };
}

/** Without a policy the defaults of RFC 3830 §6.10.1 hold. */
function suiteOf(policy: MikeyPolicy | undefined, keyBytes = 16): SrtpSuite {
  const value = (type: number, unless: number): number => {
    const bytes = policy?.parameters.get(type);
    return bytes === undefined ? unless : bytes.reduce((sum, byte) => sum * 0x100 + byte, 0);
  };
  for (const type of [MikeySrtp.RTP_ENCRYPTED, MikeySrtp.RTCP_ENCRYPTED, MikeySrtp.AUTHENTICATED])
    if (value(type, 1) !== 1) throw unusable("leaves something unprotected");
  for (const type of [MikeySrtp.PRF, MikeySrtp.KEY_DERIVATION_RATE, MikeySrtp.PREFIX_BYTES])
    if (value(type, 0) !== 0) throw unusable("asks for key derivation or prefixes that are not known here");
  const encryption = value(MikeySrtp.ENCRYPTION, AES_CM);
  const isAead = encryption === AES_GCM;
  if (!isAead && (encryption !== AES_CM || value(MikeySrtp.AUTHENTICATION, HMAC_SHA1) !== HMAC_SHA1))
    throw unusable("asks for a cipher that is not known here");
  const wanted = {
    key: value(MikeySrtp.KEY_BYTES, keyBytes),
    tag: isAead ? value(MikeySrtp.AEAD_TAG_BYTES, 16) : value(MikeySrtp.TAG_BYTES, 10),
  };
  const found = srtpSuites.find(
    (suite) => suite.isAead === isAead && suite.keyBytes === wanted.key && suite.tagBytes === wanted.tag,
  );
  const salt = value(MikeySrtp.SALT_BYTES, found?.saltBytes ?? 0);
  if (!found || salt !== found.saltBytes) throw unusable("asks for lengths that are not known here", wanted);
  return found;
}

/** What is used unless something else is asked for (Streaming §5.1.1.1.1). */
export const defaultSrtpSuite: SrtpSuite = srtpSuite("AES_CM_128_HMAC_SHA1_80");

const unusable = (what: string, context: Readonly<Record<string, unknown>> = {}): DecodeError =>
  new DecodeError("mikey-key", `the MIKEY message ${what}`, context);
