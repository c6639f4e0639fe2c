import type { Processes } from "#host/processes";
import { CodedError, messageOf } from "#util/errors";
import { JobQueue } from "./job-queue.js";
import {
  isJpeg,
  JPEG_QUANTISER,
  MAX_JPEG_BYTES,
  MAX_PIXELS,
  MAX_WAITING,
  PICTURE_TIMEOUT_MS,
  pictureRequest,
  type KeyFrame,
  type PictureMaker,
  type PictureRequest,
} from "./picture.js";

/** Programs that run at the same time; each takes up to one core. */
const AT_ONCE = 2;

/** Makes pictures with the FFmpeg program at `path`, one start for each picture. */
export class ProgramPictureMaker implements PictureMaker {
  readonly name: string;
  readonly #queue = new JobQueue(AT_ONCE, MAX_WAITING);

  constructor(
    private readonly processes: Processes,
    private readonly path: string,
  ) {
    this.name = path;
  }

  async jpeg(frame: KeyFrame): Promise<Buffer> {
    const request = pictureRequest(frame);
    return this.#queue.run(() => this.#make(request));
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  async #make(request: PictureRequest): Promise<Buffer> {
    const result = await this.processes
      .run(this.path, pictureArguments(request), {
        input: request.data,
        timeoutMs: PICTURE_TIMEOUT_MS,
        maxOutputBytes: MAX_JPEG_BYTES,
      })
      .catch((error: unknown) => {
        throw new CodedError("picture-failed", messageOf(error), { program: this.path }, { cause: error });
      });
    if (result.timedOut)
      throw new CodedError("picture-timeout", `${this.path} took more than ${PICTURE_TIMEOUT_MS} ms`);
    if (result.status !== 0 || !isJpeg(result.stdout)) {
      const complaint = result.stderr.trimEnd().split("\n").at(-1) ?? "";
      const { status } = result;
      throw new CodedError("picture-failed", `${this.path} made no picture: ${complaint}`, { status });
    }
    return result.stdout;
  }
}

/**
 * The full-range pixel format is asked for by name and by option: FFmpeg up to 6 looks at the name, later ones at the
 * range, and their JPEG encoder refuses a limited one.
 */
function pictureArguments({ codec, width, height }: PictureRequest): readonly string[] {
  const size = width === undefined && height === undefined ? "" : `${width ?? -1}:${height ?? -1}:`;
  return [
    ["-nostdin", "-hide_banner", "-loglevel", "error"],
    ["-max_pixels", String(MAX_PIXELS), "-threads", "1", "-f", codec, "-i", "pipe:0"],
    ["-frames:v", "1", "-vf", `scale=${size}out_range=full,format=yuvj420p`],
    ["-c:v", "mjpeg", "-q:v", String(JPEG_QUANTISER), "-threads", "1", "-f", "mjpeg", "pipe:1"],
  ].flat();
}

/** The version line of the FFmpeg program at `path`; undefined when it is no such program or does not run. */
export async function programVersion(processes: Processes, path: string): Promise<string | undefined> {
  try {
    const limits = { timeoutMs: PICTURE_TIMEOUT_MS, maxOutputBytes: 65_536 };
    const { status, stdout } = await processes.run(path, ["-hide_banner", "-version"], limits);
    return status === 0 ? /^ffmpeg version \S+/.exec(stdout.toString("utf8"))?.[0] : undefined;
  } catch {
    return undefined;
  }
}
