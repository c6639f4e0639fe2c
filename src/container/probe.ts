import { DecodeError } from "#util/errors";
import type { ByteSource, MediaFile } from "./media-file.js";
import { checkMatroska } from "./matroska-check.js";
import { openWithMediabunny } from "./mediabunny-file.js";
import { checkMp4 } from "./mp4-check.js";

/** Containers that are recognised and cannot be read, so that the error can name them. */
const unreadable: readonly { readonly name: string; readonly offset: number; readonly signature: string }[] = [
  { name: "AVI", offset: 8, signature: "AVI " },
  { name: "FLV", offset: 0, signature: "FLV" },
  { name: "Ogg", offset: 0, signature: "OggS" },
  { name: "MPEG program stream", offset: 0, signature: "\0\0\x01\xba" },
];

/**
 * Opens a file of timed media by what is in it; its name does not matter. MP4 (also fragmented), MOV, Matroska, WebM,
 * MPEG-TS and WAV are read. A DecodeError `container-unknown` for anything else, `tracks-unusable` when no track can
 * be sent.
 */
export async function openMedia(source: ByteSource): Promise<MediaFile> {
  if (source.size === 0) throw new DecodeError("container-unknown", "the file is empty");
  const head = Buffer.from(await source.read(0, 16)).toString("latin1");
  const found = unreadable.find(({ offset, signature }) => head.startsWith(signature, offset));
  if (found) throw new DecodeError("container-unknown", `${found.name} files cannot be read`);
  await checkMp4(source);
  await checkMatroska(source);
  return openWithMediabunny(source);
}
