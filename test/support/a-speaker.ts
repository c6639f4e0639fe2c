import type { MediaFormat } from "#codec/format";
import type { Clock } from "#host/clock";
import type { SourceUnit } from "#media/access-unit";
import type { Talker } from "#media/back-channel";
import { speakerFormats, type SpeakerCodec } from "#speaker/formats";
import type { SoundOut, SoundSink } from "#speaker/sink";
import { Speaker } from "#speaker/speaker";
import { silentLogger, type Logger } from "#util/log";

/** The sound of one talk that a sink has got. */
export interface HeardTalk {
  readonly format: MediaFormat;
  readonly talker: Talker;
  readonly units: SourceUnit[];
  isOver: boolean;
}

/** A sink that keeps what it gets. */
export class KeepingSink implements SoundSink {
  readonly kind = "kept";
  readonly heard: HeardTalk[] = [];
  isClosed = false;

  begin(format: MediaFormat, talker: Talker): SoundOut {
    const talk: HeardTalk = { format, talker, units: [], isOver: false };
    this.heard.push(talk);
    return { write: (unit) => void talk.units.push(unit), end: () => void (talk.isOver = true) };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

export interface HeardSpeaker {
  readonly speaker: Speaker;
  readonly sink: KeepingSink;
}

/** A speaker for these codecs at 8 kHz mono whose sound can be looked at. */
export function aSpeaker(
  clock: Clock,
  codecs: readonly SpeakerCodec[] = ["G711U"],
  log: Logger = silentLogger,
): HeardSpeaker {
  const sink = new KeepingSink();
  return { sink, speaker: new Speaker(speakerFormats(codecs, { sampleRate: 8000, channels: 1 }), sink, clock, log) };
}
