import { DecodeError } from "#util/errors";
import { readMikey } from "#wire/mikey/read";
import { srtpKeyOf, type MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { parseKeyMgmtAttribute } from "#wire/rtsp/headers/key-mgmt";
import { parseCrypto } from "#wire/sdp/crypto";
import type { SdpAttribute, SdpMedia, SdpSession } from "#wire/sdp/session";

/**
 * The key under which a section of a description is sent: of its first `a=key-mgmt` with MIKEY that can be used, which may
 * also stand for all sections, else of its first `a=crypto`. Undefined where there is none.
 */
export function describedKey({ attributes }: SdpMedia, sdp: SdpSession): MikeySrtpKey | undefined {
  const told = firstOf([...attributes, ...sdp.attributes], "key-mgmt", mikeyKey);
  if (told) return told;
  const key = firstOf(attributes, "crypto", (value) => parseCrypto(value)?.key);
  return key && { key, rollovers: new Map() };
}

function firstOf<T>(
  attributes: readonly SdpAttribute[],
  name: string,
  read: (value: string) => T | undefined,
): T | undefined {
  for (const attribute of attributes) {
    const found = attribute.name === name ? read(attribute.value ?? "") : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function mikeyKey(value: string): MikeySrtpKey | undefined {
  const told = parseKeyMgmtAttribute(value);
  if (told?.protocol !== "mikey") return undefined;
  try {
    return srtpKeyOf(readMikey(told.data));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
