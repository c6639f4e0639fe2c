import { createHash } from "node:crypto";
import type { MediaKind } from "#codec/format";

/** Where a track goes by multicast: RTP to `port`, RTCP to the next one. */
export interface MulticastTarget {
  /** A multicast address, IPv4 or IPv6. */
  readonly address: string;
  /** 1…65534. */
  readonly port: number;
  /** 0…255. */
  readonly ttl: number;
}

/** Knows the groups of the streams. Asked when a sender starts; what it says later counts from the next start on. */
export interface MulticastGroups {
  /** Where the tracks of `kind` of the path `stream` go. */
  targetOf(stream: string, kind: MediaKind): MulticastTarget;
}

/** What is said of a stream's groups; what is not said is as in the groups that it stands in front of. */
export interface StatedGroup {
  readonly address?: string;
  /** Of video; the other tracks have ports behind it. */
  readonly port?: number;
  readonly ttl?: number;
}

const FIRST_PORT = 26_000;
const PORTS_PER_STREAM = 8;
/** So that all lie below the ports that systems hand out by themselves. */
const PORT_BLOCKS = 750;
const TTL = 16;
/** Groups below are reserved (RFC 4607 §1). */
const FIRST_GROUP = 0x1_00;

const SLOTS: Readonly<Record<MediaKind, number>> = { video: 0, audio: 2, metadata: 4 };

/**
 * A group of 232.0.0.0/8 for each stream and ports 26000…31999, the same after each start: they follow from the stream's
 * name and from `identity`, which is to tell this camera from all others.
 */
export function groupsOf(identity: string): MulticastGroups {
  return {
    targetOf: (stream, kind) => {
      const digest = createHash("sha256").update(`${identity}\0${stream}`).digest();
      const group = Math.max(digest.readUIntBE(0, 3), FIRST_GROUP);
      const block = digest.readUInt16BE(3) % PORT_BLOCKS;
      return {
        address: `232.${group >> 16}.${(group >> 8) & 0xff}.${group & 0xff}`,
        port: FIRST_PORT + block * PORTS_PER_STREAM + SLOTS[kind],
        ttl: TTL,
      };
    },
  };
}

/** Groups as they are stated for some streams, and as in `others` for the rest. */
export const withStated = (
  others: MulticastGroups,
  statedFor: (stream: string) => StatedGroup | undefined,
): MulticastGroups => ({
  targetOf: (stream, kind) => {
    const { port, ...stated } = statedFor(stream) ?? {};
    return {
      ...others.targetOf(stream, kind),
      ...stated,
      ...(port !== undefined && { port: port + SLOTS[kind] }),
    };
  },
});
