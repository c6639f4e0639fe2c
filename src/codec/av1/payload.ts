import { DecodeError } from "#util/errors";
import type { MediaFormat } from "../format.js";
import { withParameters } from "../fmtp.js";
import { joined, noHead, type PayloadFormat, type RtpPayload } from "../payload-format.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import { Av1Depacketizer } from "./depacketizer.js";
import { lebOf, type Obu, ObuType, sizedObu, splitObus } from "./obu.js";
import { parseAv1Sequence } from "./sequence.js";

/**
 * The format of an AV1 track. `config` is the sequence header as a unit with its size, as in the `configOBUs` of a file.
 * Throws a DecodeError when it cannot be read.
 */
export const av1Format = (config: Uint8Array, payloadType: number): MediaFormat =>
  withSequence({ kind: "video", encodingName: "AV1", payloadType, clockRate: 90_000 }, config);

function withSequence(format: MediaFormat, config: Uint8Array): MediaFormat {
  const header = splitObus(config).find(({ type }) => type === ObuType.sequenceHeader);
  const { profile, levelIndex, tier, frameRate: coded, ...size } = parseAv1Sequence(header?.payload ?? noHead);
  const frameRate = format.frameRate ?? coded;
  const fmtp = withParameters(format.fmtp, {
    profile: String(profile),
    "level-idx": String(levelIndex),
    tier: String(tier),
  });
  return { ...format, ...size, fmtp, ...(frameRate !== undefined && { frameRate }), parameterSets: [config] };
}

/** What is not sent (RTP Payload Format For AV1 §5): temporal delimiters, tile lists; nor padding. */
const unsentTypes: ReadonlySet<number> = new Set([ObuType.temporalDelimiter, ObuType.tileList, ObuType.padding]);

/** Flags of the aggregation header. */
const continues = 0x80;
const goesOn = 0x40;
const newSequence = 0x08;
/** Units up to this length, such as a sequence header, share the packet of the one behind them. */
const maxSmallBytes = 64;
/** So many units are in front at most: with the one behind them, the three that the header can count. */
const maxSmall = 2;

/**
 * RTP payload of AV1 (RTP Payload Format For AV1 §4): a temporal unit in the low-overhead format, its units without
 * sizes; the marker on its last packet. A random access unit gets the sequence header when it lacks one.
 *
 *     |Z|Y| W |N|0 0 0| length, unit | length, unit | the last unit, or a piece of it …
 */
export const av1Payload: PayloadFormat = {
  marker: "last",
  packetize(unit, format, randomAccess, maxBytes) {
    const obus = unitsOf(unit).filter(({ type }) => !unsentTypes.has(type));
    const lacks = randomAccess && obus.length > 0 && obus.every(({ type }) => type !== ObuType.sequenceHeader);
    return payloadsOf(lacks ? [...unitsOf(format.parameterSets ?? []), ...obus] : obus, maxBytes - 1);
  },
  depacketizer: () => new Av1Depacketizer(),
};

export const av1Traits: StreamTraits = {
  ...plainTraits,
  setsAreSent: true,
  isRandomAccess(unit) {
    const obus = unitsOf(unit);
    const frame = obus.find(({ type }) => type === ObuType.frame || type === ObuType.frameHeader);
    return obus.some(({ type }) => type === ObuType.sequenceHeader) && frame !== undefined && isKeyFrame(frame);
  },
  setsOf(unit) {
    const header = unitsOf(unit).find(({ type }) => type === ObuType.sequenceHeader);
    return header ? [joined(sizedObu(header))] : [];
  },
  withSets: (format, sets) => withSequence(format, joined(sets)),
};

/** What a unit holds; nothing where it cannot be read. */
function unitsOf(unit: readonly Uint8Array[]): readonly Obu[] {
  try {
    return unit.flatMap(splitObus);
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

/** A frame header begins: |show_existing_frame| frame_type 2 |show_frame| (§5.9.2); a key frame, and shown. */
const isKeyFrame = ({ payload }: Obu): boolean => ((payload[0] ?? 0xff) & 0xf0) === 0x10;

function payloadsOf(obus: readonly Obu[], room: number): RtpPayload[] {
  const payloads: RtpPayload[] = [];
  const isNew = obus.some(({ type }) => type === ObuType.sequenceHeader);
  let small: number[] = [];
  let count = 0;
  for (const [index, { header, payload }] of obus.entries()) {
    const bytes = header.length + payload.length;
    const isLast = index === obus.length - 1;
    if (!isLast && count < maxSmall && bytes <= maxSmallBytes && small.length + bytes + 2 < room / 4) {
      small.push(...lebOf(bytes), ...header, ...payload);
      count++;
      continue;
    }
    const flags = isNew && payloads.length === 0 ? newSequence : 0;
    payloads.push(...elementPayloads(flags | ((count + 1) << 4), [...small, ...header], payload, room));
    small = [];
    count = 0;
  }
  return payloads;
}

/** The packets of one unit, all of one size but the last; `front` goes before it into the first. */
function elementPayloads(header: number, front: readonly number[], payload: Uint8Array, room: number): RtpPayload[] {
  const total = front.length + payload.length;
  const size = Math.ceil(total / Math.ceil(total / room));
  const payloads: RtpPayload[] = [];
  let offset = 0;
  do {
    const isFirst = offset === 0;
    const end = Math.min(payload.length, offset + size - (isFirst ? front.length : 0));
    const more = end < payload.length ? goesOn : 0;
    const head = isFirst ? Uint8Array.of(header | more, ...front) : Uint8Array.of(continues | more | 0x10);
    payloads.push({ head, body: payload.subarray(offset, end) });
    offset = end;
  } while (offset < payload.length);
  return payloads;
}
