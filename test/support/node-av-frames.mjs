// Prints the MD5 of each decoded picture of a file or stream, so many of them, as FFmpeg's libraries in node-av decode it.
// node test/support/node-av-frames.mjs URL COUNT [TRANSPORT]
import { createHash } from "node:crypto";
import process from "node:process";

// node-av is made for Node 22.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
const { Decoder, Demuxer } = await import("node-av");
const [url, count, transport] = process.argv.slice(2);
const input = await Demuxer.open(
  url,
  transport ? { options: { rtsp_transport: transport, buffer_size: 4_194_304 } } : {},
);
const video = input.video();
const decoder = await Decoder.create(video);
let left = Number(count);
for await (const frame of decoder.frames(input.packets(video.index))) {
  if (!frame) continue;
  console.log(createHash("md5").update(frame.toBuffer()).digest("hex"));
  if (--left === 0) break;
}
process.exit(0);
