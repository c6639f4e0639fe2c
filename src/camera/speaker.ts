import { resolve } from "node:path";
import type { BackchannelConfig } from "#config/rtsp-cfg";
import type { Device } from "#device/device";
import type { SpeakerFormat } from "#device/speaker";
import type { FfmpegSetting } from "#ffmpeg/choose";
import type { Host } from "#host/host";
import { DeviceSink } from "#speaker/device-sink";
import { FileSink } from "#speaker/file-sink";
import { speakerFormats } from "#speaker/formats";
import { PathSink, type PublishSound } from "#speaker/path-sink";
import { noSink, type SoundSink } from "#speaker/sink";
import { Speaker } from "#speaker/speaker";
import type { Logger } from "#util/log";

type SpeakerHost = Pick<Host, "clock" | "files" | "processes">;

export interface SpeakerParts {
  /** Folder that relative ones begin at. */
  readonly folder: string;
  readonly publish: PublishSound;
  /** `<ffmpeg>`, relative paths completed. */
  readonly ffmpeg: FfmpegSetting;
  readonly log: Logger;
}

/** The speaker that `<backchannel>` describes. */
export function cameraSpeaker(host: SpeakerHost, config: BackchannelConfig, parts: SpeakerParts): Speaker {
  const { codecs, sampleRate, channels } = config;
  return new Speaker(
    speakerFormats(codecs, { sampleRate, channels }),
    sinkOf(host, config.sink, parts),
    host.clock,
    parts.log,
  );
}

/** What the device knows of the speaker. */
export const shownFormats = ({ formats }: Speaker): readonly SpeakerFormat[] =>
  formats.map(({ encodingName, clockRate, channels = 1 }) => ({ encodingName, clockRate, channels }));

/** Tells the device who talks, until the result is called. */
export const showTalks = (speaker: Speaker, device: Device): (() => void) =>
  speaker.changes.subscribe((talk) =>
    device.speaker.setTalk(talk && { ...talk.talker, encodingName: talk.format.encodingName, sinceMs: talk.sinceMs }),
  );

/** `<sink>`: a kind, and behind a colon what the kind needs. */
function sinkOf(
  { clock, files, processes }: SpeakerHost,
  setting: string,
  { folder, publish, ffmpeg, log }: SpeakerParts,
): SoundSink {
  const [kind, rest = ""] = setting.split(/:(.*)/s);
  switch (kind) {
    case "file":
      return new FileSink(resolve(folder, rest), files, clock, log);
    case "path":
      return new PathSink(rest.replace(/^\/+/, ""), publish, log);
    case "device":
      return new DeviceSink(processes, { ffmpeg, device: rest }, log);
    default:
      return noSink;
  }
}
