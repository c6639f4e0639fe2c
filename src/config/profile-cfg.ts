import { attribute, content, group, optional } from "./schema.js";
import { choice, decimal, flag, integer, text } from "./values.js";

const SECONDS = { min: 1, max: 86_400, unit: "seconds" } as const;
const PIXELS = { min: 0, max: 16_384, unit: "pixels" } as const;
const PICTURES = { min: 1, max: 10_000, unit: "pictures" } as const;

const govLength = integer({
  tag: "gov_length",
  default: 25,
  ...PICTURES,
  doc: "Distance between I-frames; 1 means only I-frames.",
});

const videoSource = group(
  {
    tag: "video_source",
    doc: "What the camera sees. Profiles with the same size share one video source. Without this tag the profile has no video.",
  },
  {
    width: integer({ tag: "width", default: 1280, ...PIXELS, min: 1, doc: "Width of the picture." }),
    height: integer({ tag: "height", default: 720, ...PIXELS, min: 1, doc: "Height of the picture." }),
  },
);

const videoEncoder = group(
  { tag: "video_encoder", doc: "How the video is encoded. Without this tag the profile has no video encoder." },
  {
    width: integer({ tag: "width", default: 0, ...PIXELS, doc: "Encoded width; 0 for that of the source." }),
    height: integer({ tag: "height", default: 0, ...PIXELS, doc: "Encoded height; 0 for that of the source." }),
    quality: decimal({
      tag: "quality",
      default: 4,
      min: 0,
      max: 100,
      doc: "Relative quality within the range that the camera offers; more is better.",
    }),
    sessionTimeout: integer({
      tag: "session_timeout",
      default: 10,
      ...SECONDS,
      doc: "RTSP session timeout told for this video.",
    }),
    framerate: decimal({
      tag: "framerate",
      default: 25,
      min: 0.1,
      max: 1000,
      unit: "pictures a second",
      doc: "Most pictures a second.",
    }),
    encodingInterval: integer({
      tag: "encoding_interval",
      default: 1,
      min: 1,
      max: 1000,
      doc: "1 encodes every picture, 2 every second one, and so on.",
    }),
    bitrateLimit: integer({
      tag: "bitrate_limit",
      default: 2048,
      min: 1,
      max: 1_000_000,
      unit: "kbit/s",
      doc: "Most bits a second.",
    }),
    encoding: choice({
      tag: "encoding",
      values: ["H264", "H265", "JPEG", "MPEG4"],
      default: "H264",
      doc: "Video codec. H265 shows in the Media2 service only.",
    }),
    h264: group(
      { tag: "h264", doc: "Parameters of H.264." },
      {
        govLength,
        profile: choice({
          tag: "h264_profile",
          values: ["Baseline", "Main", "Extended", "High"],
          default: "Main",
          doc: "H.264 profile.",
        }),
      },
    ),
    h265: group(
      { tag: "h265", doc: "Parameters of H.265." },
      {
        govLength,
        profile: choice({
          tag: "h265_profile",
          values: ["Main", "Main10"],
          default: "Main",
          doc: "H.265 profile.",
        }),
      },
    ),
    mpeg4: group(
      { tag: "mpeg4", doc: "Parameters of MPEG-4 part 2." },
      {
        govLength,
        profile: choice({
          tag: "mpeg4_profile",
          values: ["SP", "ASP"],
          default: "SP",
          doc: "Simple profile or advanced simple profile.",
        }),
      },
    ),
  },
);

const audioEncoder = group(
  { tag: "audio_encoder", doc: "How the audio is encoded. Without this tag the profile has no audio encoder." },
  {
    sessionTimeout: integer({
      tag: "session_timeout",
      default: 10,
      ...SECONDS,
      doc: "RTSP session timeout told for this audio.",
    }),
    sampleRate: integer({
      tag: "sample_rate",
      default: 8,
      min: 1,
      max: 192,
      unit: "kHz",
      doc: "Sample rate, in kHz as ONVIF counts.",
    }),
    bitrate: integer({ tag: "bitrate", default: 64, min: 1, max: 10_000, unit: "kbit/s", doc: "Bits a second." }),
    encoding: choice({
      tag: "encoding",
      values: ["G711", "G726", "AAC"],
      default: "G711",
      doc: "Audio codec; G711 is mu-law.",
    }),
  },
);

const STREAM_ADDRESS = /^(?:(?:rtsps?|https?):\/\/[^\s/?#]+\S*|(?!\w+:\/\/)[^\s/\\]\S*)$/i;

const streamUri = group(
  { tag: "stream_uri", doc: "Where the stream of this profile is.", affects: ["camera", "media"] },
  {
    uri: content(
      text({
        tag: "stream_uri",
        default: "",
        allowed: "an rtsp, rtsps, http or https address, or the name of a stream on this server, such as test.mp4",
        parse: (text) => (STREAM_ADDRESS.test(text) ? text : undefined),
        doc:
          "A full address, which is handed out as it is, or (an addition) the name of a stream on this server, " +
          "which is handed out under the address by which the client came. Empty: test.mp4 on this server, with parameters.",
      }),
    ),
    appendParams: attribute(
      flag({
        tag: "append_params",
        default: false,
        doc: "Appends the transport and the encoding to the address, as &name=value.",
      }),
    ),
  },
);

const TOKEN = /^[^\s\p{Cc}\p{Cs}\p{Co}\p{Cn}]{1,64}$/u;

const members = {
  name: text({
    tag: "name",
    default: undefined,
    maxLength: 64,
    addition: true,
    doc: "Name of the profile, as clients show it. Empty: main, sub and so on.",
  }),
  token: text({
    tag: "token",
    default: undefined,
    maxLength: 64,
    allowed: "up to 64 characters without blanks",
    parse: (text) => (TOKEN.test(text) ? text : undefined),
    addition: true,
    doc: "Token of the profile, unique. Empty: profile_1, profile_2 and so on.",
  }),
  videoSource: optional(videoSource),
  videoEncoder: optional(videoEncoder),
  audioSource: optional(
    group({ tag: "audio_source", doc: "The microphone; empty, but without this tag the profile has no audio." }, {}),
  ),
  audioEncoder: optional(audioEncoder),
  streamUri,
};

/** `<profile>` of `onvif.cfg`: chapters 1.1 and 1.7 of the product manual. */
export const profile = group(
  {
    tag: "profile",
    doc: "A media profile, which is also a channel: its video, its audio and its stream address. Put the largest picture first.",
    affects: ["camera", "media"],
  },
  members,
);
