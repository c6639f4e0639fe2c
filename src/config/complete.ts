import type { OnvifConfig } from "./onvif-cfg.js";
import type { BackchannelConfig, OutputConfig, RtspConfig } from "./rtsp-cfg.js";

/** Puts the value that is meant where a cfg file may leave it to us: the rules that need more than one member. */

/** Encoder sizes of 0 are those of the source; empty scopes are dropped. */
export const completeOnvif = <C extends OnvifConfig>(config: C): C =>
  Object.freeze({
    ...config,
    profiles: Object.freeze(
      config.profiles.map(({ videoEncoder, ...profile }) =>
        Object.freeze({
          ...profile,
          ...(videoEncoder && { videoEncoder: withSize(videoEncoder, profile.videoSource) }),
        }),
      ),
    ),
    scopes: Object.freeze(config.scopes.filter(({ uri }) => uri !== "")),
  });

interface Size {
  readonly width: number;
  readonly height: number;
}

const withSize = <E extends Size>(encoder: E, source: Size = { width: 1280, height: 720 }): E =>
  Object.freeze({ ...encoder, width: encoder.width || source.width, height: encoder.height || source.height });

export function completeRtsp(config: RtspConfig): RtspConfig {
  const { outputs, proxies, pushers, backchannel } = config;
  return Object.freeze({
    ...config,
    loopNums: config.loopNums || 1,
    udpBasePort: config.udpBasePort + (config.udpBasePort % 2),
    outputs: Object.freeze(outputs.map(monoOutput)),
    proxies: Object.freeze(proxies.map(withMonoOutput)),
    pushers: Object.freeze(
      pushers.map((pusher) =>
        withMonoOutput(
          pusher.audio ? { ...pusher, audio: received(pusher.audio, pusher.audio.codec === "G726") } : pusher,
        ),
      ),
    ),
    ...(backchannel && { backchannel: completeBackchannel(backchannel) }),
  });
}

/** G726 is mono, whatever is written. */
const monoOutput = <O extends Pick<OutputConfig, "audio">>(output: O): O =>
  output.audio?.codec === "G726"
    ? Object.freeze({ ...output, audio: Object.freeze({ ...output.audio, channels: 1 }) })
    : output;

const withMonoOutput = <P extends { readonly output?: Pick<OutputConfig, "audio"> }>(stream: P): P =>
  Object.freeze(stream.output ? { ...stream, output: monoOutput(stream.output) } : stream);

/** 0 means 8000 Hz and one channel for audio that comes in. */
const received = <A extends { readonly sampleRate: number; readonly channels: number }>(audio: A, isMono: boolean): A =>
  Object.freeze({ ...audio, sampleRate: audio.sampleRate || 8000, channels: isMono ? 1 : audio.channels || 1 });

function completeBackchannel(backchannel: BackchannelConfig): BackchannelConfig {
  const codecs = backchannel.codecs.length > 0 ? backchannel.codecs : Object.freeze(["G711U"] as const);
  return received(
    { ...backchannel, codecs },
    codecs.every((codec) => codec === "G726"),
  );
}
