import { createHash } from "node:crypto";
import { refusal } from "#device/refusal";

/** The first line of an image: what it is, its version, and the SHA-256 of all that follows. */
const HEAD = /^onvif-firmware ([\x21-\x7e]{1,64}) ([0-9a-f]{64})\r?\n/;
const MAX_HEAD_BYTES = 200;

/** Whether a text may be the version of firmware. */
export const isFirmwareVersion = (text: string): boolean => /^[\x21-\x7e]{1,64}$/.test(text);

/**
 * The version in a firmware image: a line `onvif-firmware VERSION SHA256` and then anything, of which only the hash
 * counts. Refuses with `invalid-firmware` what is none, or is damaged.
 */
export function firmwareVersionIn(image: Uint8Array): string {
  const head = Buffer.from(image.subarray(0, MAX_HEAD_BYTES)).toString("latin1");
  const [line, version, hash] = HEAD.exec(head) ?? [];
  if (line === undefined || version === undefined)
    throw refusal("invalid-firmware", "the file is no firmware of this camera");
  const content = image.subarray(line.length);
  if (content.length === 0 || createHash("sha256").update(content).digest("hex") !== hash)
    throw refusal("invalid-firmware", "the firmware is damaged");
  return version;
}
