import type * as ConstantsModule from "node-av/constants";
import type * as LibModule from "node-av/lib";
import { workerPort } from "#host/node-processes";
import { messageOf } from "#util/errors";
import type { WorkerAnswer } from "./node-av-messages.js";
import { JPEG_QUANTISER, MAX_PIXELS, type PictureRequest } from "./picture.js";

type Lib = typeof LibModule;
type Constants = typeof ConstantsModule;

/** FFmpeg's FF_QP2LAMBDA: quantiser scale to the unit of `globalQuality`. */
const LAMBDA_PER_QUANTISER = 118;

/** The module of the forked worker: loads node-av, says whether that went well, and makes one picture per message. */
async function main(): Promise<void> {
  const port = workerPort();
  const post = (answer: WorkerAnswer): void => port.post(answer);
  try {
    addWithResolvers();
    const [lib, constants] = await Promise.all([import("node-av/lib"), import("node-av/constants")]);
    lib.Log.setLevel(constants.AV_LOG_QUIET);
    port.onMessage((message) => {
      try {
        post({ kind: "jpeg", data: picture(lib, constants, message as PictureRequest) });
      } catch (error) {
        post({ kind: "failed", reason: messageOf(error) });
      }
    });
    post({ kind: "ready", version: lib.getFFmpegInfo().version });
  } catch (error) {
    post({ kind: "unusable", reason: messageOf(error) });
  }
}

/** node-av calls `Promise.withResolvers`, which Node 20 does not have. */
function addWithResolvers(): void {
  if ("withResolvers" in Promise) return;
  Object.defineProperty(Promise, "withResolvers", {
    value: <T>() => {
      let resolve: (value: T) => void = () => {};
      let reject: (reason: unknown) => void = () => {};
      const promise = new Promise<T>((done, failed) => {
        resolve = done;
        reject = failed;
      });
      return { promise, resolve, reject };
    },
  });
}

/** Decodes, scales, encodes; all by the synchronous calls, so that no two are ever in one codec. Frees everything. */
function picture(lib: Lib, constants: Constants, request: PictureRequest): Uint8Array {
  const undo: (() => void)[] = [];
  try {
    const decoded = decode(lib, constants, request, undo);
    const full = toFullRange(lib, constants, decoded, request, undo);
    return encode(lib, constants, full, undo);
  } finally {
    for (const free of undo.toReversed()) free();
  }
}

type Frame = InstanceType<Lib["Frame"]>;

const allocated = <T extends { alloc(): void; free(): void }>(thing: T, undo: (() => void)[]): T => {
  thing.alloc();
  undo.push(() => thing.free());
  return thing;
};

function decode(lib: Lib, constants: Constants, request: PictureRequest, undo: (() => void)[]): Frame {
  const check = (code: number, step: string): void => lib.FFmpegError.throwIfError(code, step);
  const id = request.codec === "hevc" ? constants.AV_CODEC_ID_HEVC : constants.AV_CODEC_ID_H264;
  const codec = lib.Codec.findDecoder(id);
  if (!codec) throw new Error(`no decoder for ${request.codec}`);
  const context = new lib.CodecContext();
  context.allocContext3(codec);
  undo.push(() => context.freeContext());
  context.threadCount = 1;
  check(context.setOption("max_pixels", BigInt(MAX_PIXELS), constants.AV_OPT_TYPE_INT64), "max_pixels");
  check(context.open2Sync(codec), "open the decoder");
  const packet = allocated(new lib.Packet(), undo);
  packet.data = Buffer.from(request.data);
  check(context.sendPacketSync(packet), "decode");
  check(context.sendPacketSync(null), "decode");
  const frame = allocated(new lib.Frame(), undo);
  check(context.receiveFrameSync(frame), "decode");
  if (!(frame.width > 0 && frame.height > 0)) throw new Error("the decoded picture has no size");
  return frame;
}

/** The picture in the wanted size and in the pixel format that the JPEG encoder takes. */
function toFullRange(
  lib: Lib,
  constants: Constants,
  source: Frame,
  request: PictureRequest,
  undo: (() => void)[],
): Frame {
  const wanted = sizeOf(source, request);
  const format = constants.AV_PIX_FMT_YUVJ420P;
  if (source.width === wanted.width && source.height === wanted.height && source.format === format) return source;
  const target = allocated(new lib.Frame(), undo);
  target.width = wanted.width;
  target.height = wanted.height;
  target.format = format;
  target.colorRange = constants.AVCOL_RANGE_JPEG;
  lib.FFmpegError.throwIfError(target.getBuffer(), "allocate the picture");
  const scaler = new lib.SoftwareScaleContext();
  scaler.allocContext();
  undo.push(() => scaler.freeContext());
  lib.FFmpegError.throwIfError(scaler.scaleFrameSync(target, source), "scale");
  return target;
}

function sizeOf(source: Frame, { width, height }: PictureRequest): { readonly width: number; readonly height: number } {
  const follow = (side: number, own: number, other: number): number =>
    Math.max(1, Math.min(8192, Math.round((side * own) / other)));
  return {
    width: width ?? (height === undefined ? source.width : follow(height, source.width, source.height)),
    height: height ?? (width === undefined ? source.height : follow(width, source.height, source.width)),
  };
}

function encode(lib: Lib, constants: Constants, frame: Frame, undo: (() => void)[]): Uint8Array {
  const check = (code: number, step: string): void => lib.FFmpegError.throwIfError(code, step);
  const codec = lib.Codec.findEncoder(constants.AV_CODEC_ID_MJPEG);
  if (!codec) throw new Error("no JPEG encoder");
  const context = new lib.CodecContext();
  context.allocContext3(codec);
  undo.push(() => context.freeContext());
  context.width = frame.width;
  context.height = frame.height;
  context.pixelFormat = constants.AV_PIX_FMT_YUVJ420P;
  context.colorRange = constants.AVCOL_RANGE_JPEG;
  context.timeBase = new lib.Rational(1, 25);
  context.threadCount = 1;
  context.setFlags(constants.AV_CODEC_FLAG_QSCALE);
  context.globalQuality = JPEG_QUANTISER * LAMBDA_PER_QUANTISER;
  check(context.open2Sync(codec), "open the encoder");
  // A frame of another size than the encoder was opened for would end the process.
  if (context.width !== frame.width || context.height !== frame.height) throw new Error("the sizes differ");
  frame.quality = JPEG_QUANTISER * LAMBDA_PER_QUANTISER;
  frame.pts = 0n;
  check(context.sendFrameSync(frame), "encode");
  check(context.sendFrameSync(null), "encode");
  const packet = allocated(new lib.Packet(), undo);
  check(context.receivePacketSync(packet), "encode");
  if (!packet.data) throw new Error("the encoder gave no data");
  return Uint8Array.from(packet.data);
}

await main();
