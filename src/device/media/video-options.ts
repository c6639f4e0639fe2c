import type { EncodingProfile, Range, Size, VideoEncoderConfiguration, VideoEncoding } from "./types.js";

/** What a client may choose for one encoding (Media §5.5.4, Media2 §5.3.4). */
export interface VideoEncodingOptions {
  readonly encoding: VideoEncoding;
  readonly qualityRange: Range;
  /** Never empty; the largest first. */
  readonly resolutions: readonly Size[];
  readonly frameRateRange: Range;
  /** Rates inside the range, ascending, for answers that list them. */
  readonly frameRates: readonly number[];
  readonly encodingIntervalRange: Range;
  readonly bitrateKbpsRange: Range;
  /** Absent for JPEG. */
  readonly govLengthRange?: Range;
  /** Empty for JPEG. */
  readonly encodingProfiles: readonly EncodingProfile[];
}

/** The order in which encodings are told. */
export const allVideoEncodings: readonly VideoEncoding[] = ["JPEG", "MPEG4", "H264", "H265"];

/** Sizes of the usual shapes: 16:9, 4:3 and those of television. */
const usualResolutions: readonly Size[] = [
  [7680, 4320],
  [3840, 2160],
  [2560, 1440],
  [1920, 1080],
  [1600, 900],
  [1280, 720],
  [1024, 576],
  [640, 360],
  [320, 180],
  [4000, 3000],
  [2592, 1944],
  [2048, 1536],
  [1600, 1200],
  [1280, 960],
  [1024, 768],
  [800, 600],
  [640, 480],
  [320, 240],
  [704, 576],
  [352, 288],
  [704, 480],
  [352, 240],
].map(([width = 0, height = 0]) => ({ width, height }));

const usualFrameRates: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 50, 60];

const usualProfiles: Readonly<Record<VideoEncoding, readonly EncodingProfile[]>> = {
  JPEG: [],
  MPEG4: ["SP", "ASP"],
  H264: ["Baseline", "Main", "High"],
  H265: ["Main", "Main10"],
};

/** The profile of an encoding that a client leaves open. */
export const defaultProfileOf = (encoding: VideoEncoding): EncodingProfile | undefined =>
  (({ JPEG: undefined, MPEG4: "SP", H264: "Main", H265: "Main" }) as const)[encoding];

/** The size that every device offers for JPEG (Media §5.1). */
const qvga: Size = { width: 320, height: 240 };

const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

const sameShape = (a: Size, b: Size): boolean =>
  Math.abs(a.width * b.height - b.width * a.height) * 50 <= a.width * b.height;

const descending = (sizes: readonly Size[]): readonly Size[] => {
  const distinct = sizes.filter((size, index) => sizes.findIndex((other) => sameSize(size, other)) === index);
  return distinct.toSorted((a, b) => b.width * b.height - a.width * a.height || b.width - a.width);
};

/** The usual range, widened to hold every given value. */
const rangeOver = (usual: Range, values: readonly number[]): Range => ({
  min: Math.min(usual.min, ...values),
  max: Math.max(usual.max, ...values),
});

/** What the options of one video source follow from. */
export interface VideoOptionsBasis {
  readonly source: Size;
  /** The encoder configurations of the source: options always hold what is in force. */
  readonly configurations: readonly VideoEncoderConfiguration[];
  /** Offered besides those in force. */
  readonly encodings: readonly VideoEncoding[];
  /** Offered besides the source's and those in force; undefined for the usual ones of the source's shape. */
  readonly resolutions: readonly Size[] | undefined;
}

/** The options of the encoders on one video source, one for each encoding. */
export const videoEncodingOptions = (basis: VideoOptionsBasis): readonly VideoEncodingOptions[] => {
  const { source, configurations } = basis;
  const inForce = configurations.map(({ encoding }) => encoding);
  const encodings = allVideoEncodings.filter((one) => basis.encodings.includes(one) || inForce.includes(one));
  const chosen =
    basis.resolutions ??
    usualResolutions.filter(
      (size) => size.width <= source.width && size.height <= source.height && sameShape(size, source),
    );
  const resolutions = [source, ...chosen, ...configurations.map(({ resolution }) => resolution)];
  const rates = configurations.map(({ rateControl }) => rateControl);
  const frameRateRange = rangeOver(
    { min: 1, max: 30 },
    rates.map(({ frameRateLimit }) => frameRateLimit),
  );
  const listed = [...usualFrameRates, ...rates.map(({ frameRateLimit }) => frameRateLimit), frameRateRange.max];
  const frameRates = [...new Set(listed.filter((rate) => rate <= frameRateRange.max))].toSorted((a, b) => a - b);
  const shared = {
    qualityRange: rangeOver(
      { min: 1, max: 10 },
      configurations.map(({ quality }) => quality),
    ),
    frameRateRange,
    frameRates,
    encodingIntervalRange: rangeOver(
      { min: 1, max: 10 },
      rates.map(({ encodingInterval }) => encodingInterval),
    ),
    bitrateKbpsRange: rangeOver(
      { min: 32, max: 16_384 },
      rates.map(({ bitrateLimitKbps }) => bitrateLimitKbps),
    ),
  };
  const govLengthRange = rangeOver(
    { min: 1, max: 400 },
    configurations.map(({ govLength }) => govLength),
  );
  return encodings.map((encoding) => {
    const profilesInForce = configurations
      .filter((configuration) => configuration.encoding === encoding)
      .flatMap(({ encodingProfile }) => encodingProfile ?? []);
    return {
      encoding,
      ...shared,
      resolutions: descending(encoding === "JPEG" ? [...resolutions, qvga] : resolutions),
      ...(encoding === "JPEG" ? {} : { govLengthRange }),
      encodingProfiles: [...new Set([...usualProfiles[encoding], ...profilesInForce])],
    };
  });
};

/** The options of the device as a whole: the union over its sources. */
export const mergedVideoOptions = (
  lists: readonly (readonly VideoEncodingOptions[])[],
): readonly VideoEncodingOptions[] =>
  allVideoEncodings.flatMap((encoding) => {
    const parts = lists.flatMap((list) => list.filter((options) => options.encoding === encoding));
    const [first] = parts;
    if (!first) return [];
    const union = (ranges: readonly Range[]): Range => ({
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    });
    const govLengthRanges = parts.flatMap(({ govLengthRange }) => govLengthRange ?? []);
    return [
      {
        encoding,
        qualityRange: union(parts.map(({ qualityRange }) => qualityRange)),
        resolutions: descending(parts.flatMap(({ resolutions }) => resolutions)),
        frameRateRange: union(parts.map(({ frameRateRange }) => frameRateRange)),
        frameRates: [...new Set(parts.flatMap(({ frameRates }) => frameRates))].toSorted((a, b) => a - b),
        encodingIntervalRange: union(parts.map(({ encodingIntervalRange }) => encodingIntervalRange)),
        bitrateKbpsRange: union(parts.map(({ bitrateKbpsRange }) => bitrateKbpsRange)),
        ...(govLengthRanges.length > 0 ? { govLengthRange: union(govLengthRanges) } : {}),
        encodingProfiles: [...new Set(parts.flatMap(({ encodingProfiles }) => encodingProfiles))],
      },
    ];
  });

/** Whether the list has that size. */
export const hasSize = (sizes: readonly Size[], size: Size): boolean => sizes.some((other) => sameSize(other, size));

/** The value, or the nearer end of the range. */
export const clamped = (value: number, { min, max }: Range): number => Math.min(Math.max(value, min), max);

/** Whether a finite value lies in the range. */
export const inRange = (value: number, { min, max }: Range): boolean => value >= min && value <= max;
