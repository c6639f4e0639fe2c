import { extensionOf, markExtended, payloadOffset, RTP_HEADER_BYTES } from "#wire/rtp/packet";
import { REPLAY_EXTENSION_BYTES, type ReplayMark, writeReplayExtension } from "#wire/rtp/replay-extension";
import type { PacketRun } from "./access-unit.js";
import { FramedRun, interleavedHeaderBytes, writeInterleavedHeader } from "./packet-run.js";
import type { SlabAllocator } from "./slab.js";

/**
 * A copy of `run`, which has packets without CSRCs, with the replay extension in its first packet, in front of the
 * extension that this one may have of its own. `channel` is the interleaved channel that will be asked for.
 */
export function extendedRun(run: PacketRun, mark: ReplayMark, channel: number, memory: SlabAllocator): PacketRun {
  const { count } = run;
  const frames = memory.take(run.bytes + count * interleavedHeaderBytes + REPLAY_EXTENSION_BYTES);
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const packet = run.packet(index);
    if (index > 0) {
      const start = writeInterleavedHeader(frames, offset, channel, packet.length);
      frames.set(packet, start);
      offset = start + packet.length;
      continue;
    }
    const extension = writeReplayExtension(mark, extensionOf(packet));
    const payload = packet.subarray(payloadOffset(packet));
    const length = RTP_HEADER_BYTES + extension.length + payload.length;
    const start = writeInterleavedHeader(frames, offset, channel, length);
    frames.set(packet.subarray(0, RTP_HEADER_BYTES), start);
    markExtended(frames, start);
    frames.set(extension, start + RTP_HEADER_BYTES);
    frames.set(payload, start + RTP_HEADER_BYTES + extension.length);
    offset = start + length;
  }
  return new FramedRun(frames.subarray(0, offset), channel, count, run.sequence, run.rtpTime);
}
