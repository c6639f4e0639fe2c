import type { Host } from "#host/host";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { NodeAvPictureMaker } from "./node-av.js";
import type { PictureMaker } from "./picture.js";
import { ProgramPictureMaker, programVersion } from "./program.js";

/** Which FFmpeg is used: the program if it is there and else node-av, none, node-av, or the program at a path. */
export type FfmpegSetting = "auto" | "none" | "node-av" | (string & {});

/** What makes still pictures, or undefined when there is nothing or nothing is wanted; the log says which and why. */
export async function choosePictureMaker(
  host: Pick<Host, "clock" | "processes">,
  setting: FfmpegSetting,
  log: Logger,
): Promise<PictureMaker | undefined> {
  switch (setting) {
    case "none":
      return undefined;
    case "node-av":
      return nodeAv(host, (reason) => log.warn("node-av cannot be used", { reason }), log);
    case "auto":
      return (
        (await program(host, "ffmpeg", log)) ??
        (await nodeAv(host, (reason) => log.info("no FFmpeg: pictures come from the clip", { reason }), log))
      );
    default: {
      const maker = await program(host, setting, log);
      if (!maker) log.warn("this is no FFmpeg program that runs here", { program: setting });
      return maker;
    }
  }
}

async function program(
  { processes }: Pick<Host, "processes">,
  name: string,
  log: Logger,
): Promise<PictureMaker | undefined> {
  const path = await processes.find(name);
  const version = path === undefined ? undefined : await programVersion(processes, path);
  if (path === undefined || version === undefined) return undefined;
  log.info("pictures are made by the FFmpeg program", { program: path, version });
  return new ProgramPictureMaker(processes, path);
}

async function nodeAv(
  host: Pick<Host, "clock" | "processes">,
  missing: (reason: string) => void,
  log: Logger,
): Promise<PictureMaker | undefined> {
  const maker = new NodeAvPictureMaker(host);
  try {
    log.info("pictures are made by node-av", { version: await maker.load() });
    return maker;
  } catch (error) {
    missing(messageOf(error));
    await maker.close();
    return undefined;
  }
}
