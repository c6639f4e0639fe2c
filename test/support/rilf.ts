import type { ByteOrder } from "#wire/rtp/rilf";

/** A RILF frame: what a pusher sends over TCP. */
export function rilfFrame(packet: Uint8Array, order: ByteOrder = "big", channel = 0): Buffer {
  const head = Buffer.from([0x24, channel, 0, 0]);
  if (order === "big") head.writeUInt16BE(packet.length, 2);
  else head.writeUInt16LE(packet.length, 2);
  return Buffer.concat([head, packet]);
}
