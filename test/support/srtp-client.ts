import { readMikey } from "#wire/mikey/read";
import { mikeyOf, srtpKeyOf, type MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { writeMikey } from "#wire/mikey/write";
import { sequenceNumber } from "#wire/rtp/packet";
import type { RtcpPacket } from "#wire/rtp/rtcp";
import { formatKeyMgmt, parseKeyMgmt, parseKeyMgmtAttribute } from "#wire/rtsp/headers/key-mgmt";
import type { RtspResponse } from "#wire/rtsp/message";
import { attributeValue } from "#wire/sdp/attributes";
import { parseCrypto } from "#wire/sdp/crypto";
import { parseSdp } from "#wire/sdp/parser";
import { SrtpProtector } from "#wire/srtp/protect";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { rtcpPackets } from "./rtsp-client.js";
import { aMasterKey } from "./srtp-keys.js";

/** What a description says of how one track is protected. */
export interface ToldKey {
  readonly protocol: string;
  readonly mikey: MikeySrtpKey | undefined;
  readonly crypto: SrtpMasterKey | undefined;
}

export const toldKeys = (sdp: string): ToldKey[] =>
  parseSdp(sdp).media.map(({ protocol, attributes }) => {
    const message = parseKeyMgmtAttribute(attributeValue(attributes, "key-mgmt") ?? "");
    return {
      protocol,
      mikey: message && srtpKeyOf(readMikey(message.data)),
      crypto: parseCrypto(attributeValue(attributes, "crypto") ?? "")?.key,
    };
  });

/** The key in the answer to a SETUP. */
export function answeredKey(answer: RtspResponse): MikeySrtpKey {
  const [told] = parseKeyMgmt(answer.headers.all("KeyMgmt"));
  if (!told) throw new Error("the answer has no KeyMgmt");
  return srtpKeyOf(readMikey(told.data));
}

/** A message that tells a key of the client; with `isBare` nothing but the key. */
export function clientMikey(key: SrtpMasterKey, { ssrc = 5, isBare = false } = {}): Buffer {
  const time = { seconds: 1, fraction: 2 };
  const message = mikeyOf({ key, ssrc, rollovers: 0, time, random: Buffer.alloc(16), bundleId: 3 });
  return writeMikey(isBare ? { ...message, policies: [], random: new Uint8Array() } : message);
}

/** A KeyMgmt header that tells a key of the client. */
export const keyMgmt = (key: SrtpMasterKey, ssrc = 5): string =>
  formatKeyMgmt({ protocol: "mikey", uri: "", data: clientMikey(key, { ssrc }) });

/** A client's end of one protected track. */
export class SrtpPeer {
  readonly #opening: SrtpUnprotector;
  readonly #closing: SrtpProtector;
  #first: number | undefined;

  constructor(
    server: MikeySrtpKey,
    readonly own: SrtpMasterKey = aMasterKey(),
  ) {
    this.#opening = new SrtpUnprotector(server.key, server.rollovers);
    this.#closing = new SrtpProtector(own);
  }

  /** The packets inside, numbered from 100 on, as those of the path `a` are; what has come before is passed over. */
  rtp(packets: readonly Buffer[]): Buffer[] {
    return packets.flatMap((packet) => {
      const opened = this.#opening.rtp(packet);
      if (opened === "replayed") return [];
      if (typeof opened === "string") throw new Error(`SRTP: ${opened}`);
      const number = sequenceNumber(opened);
      this.#first ??= number;
      opened.writeUInt16BE((number - this.#first + 100) & 0xffff, 2);
      return [opened];
    });
  }

  rtcp(packets: readonly Buffer[]): RtcpPacket[] {
    return packets.flatMap((packet) => {
      const opened = this.#opening.rtcp(packet);
      if (typeof opened === "string") throw new Error(`SRTCP: ${opened}`);
      return rtcpPackets(opened);
    });
  }

  protect(packet: Uint8Array): Buffer {
    const into = Buffer.alloc(packet.length + this.#closing.overheadBytes);
    this.#closing.rtp(packet, sequenceNumber(packet), into, 0);
    return into;
  }

  protectRtcp(packet: Uint8Array): Buffer {
    return this.#closing.rtcp(packet);
  }
}
