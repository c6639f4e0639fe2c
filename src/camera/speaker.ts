import type { BackchannelConfig } from "#config/rtsp-cfg";
import type { Host } from "#host/host";
import { speakerFormats } from "#speaker/formats";
import { noSink } from "#speaker/sink";
import { Speaker } from "#speaker/speaker";
import type { Logger } from "#util/log";

/** The speaker that `<backchannel>` describes. */
export function cameraSpeaker({ clock }: Pick<Host, "clock">, config: BackchannelConfig, log: Logger): Speaker {
  const { codecs, sampleRate, channels } = config;
  const formats = speakerFormats(codecs.length > 0 ? codecs : ["G711U"], {
    sampleRate: sampleRate || 8000,
    channels: channels || 1,
  });
  return new Speaker(formats, noSink, clock, log);
}
