import type { KeyFrame, PictureMaker } from "#ffmpeg/picture";
import type { Clock } from "#host/clock";
import type { AccessUnit } from "#media/access-unit";
import type { PathLease, Paths } from "#media/path";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";

export interface SnapshotOptions {
  /** Undefined where there is nothing that decodes. */
  readonly maker: PictureMaker | undefined;
  /** The stored picture of a stream, for when nothing decodes; undefined when there is none. */
  readonly stored: (name: string) => Promise<Buffer | undefined>;
}

/** How long a live stream may take to show a key frame, in ms. */
const KEY_FRAME_MS = 10_000;
/** A picture is handed out again for this long, so that many clients cost one decoding, in ms. */
const FRESH_MS = 500;

interface Taken {
  readonly atMs: number;
  readonly picture: Promise<Buffer>;
}

/** Takes JPEG pictures of the streams as they are now. */
export class Snapshots {
  readonly #taken = new Map<string, Taken>();

  constructor(
    private readonly paths: Paths,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly options: SnapshotOptions,
  ) {}

  /**
   * The latest key frame of the stream `name` as a JPEG file, in that size where one is given. Without a decoder it is
   * the stream's stored picture. Throws `CodedError` `no-picture` when there is neither.
   */
  async take(name: string, size?: { readonly width: number; readonly height: number }): Promise<Buffer> {
    const key = `${name} ${size?.width ?? ""}x${size?.height ?? ""}`;
    const now = this.clock.monotonic();
    for (const [old, { atMs }] of this.#taken) if (now - atMs > FRESH_MS) this.#taken.delete(old);
    const known = this.#taken.get(key);
    if (known) return known.picture;
    const picture = this.#make(name, size);
    this.#taken.set(key, { atMs: now, picture });
    picture.catch(() => this.#taken.delete(key));
    return picture;
  }

  async #make(name: string, size?: { readonly width: number; readonly height: number }): Promise<Buffer> {
    const { maker, stored } = this.options;
    if (maker) {
      try {
        return await maker.jpeg({ ...(await this.#keyFrame(name)), ...size });
      } catch (error) {
        this.log.warn("no picture could be made of a stream", { name, reason: messageOf(error) });
      }
    }
    const picture = await stored(name);
    if (!picture) throw new CodedError("no-picture", `there is no picture of ${name}`);
    return picture;
  }

  async #keyFrame(name: string): Promise<KeyFrame> {
    const lease = await this.paths.open(name);
    try {
      return await this.#firstKeyFrame(lease);
    } finally {
      await lease.close();
    }
  }

  #firstKeyFrame({ path, description }: PathLease): Promise<KeyFrame> {
    const track = description.tracks.findIndex(({ format }) => format.kind === "video");
    const format = description.tracks[track]?.format;
    if (!format) return Promise.reject(new CodedError("no-picture", "the stream has no video"));
    return new Promise((resolve, reject) => {
      let done = false;
      const finish = (settle: () => void): void => {
        if (done) return;
        done = true;
        timer.cancel();
        // The path is delivering to this reader just now.
        queueMicrotask(() => reading.close());
        settle();
      };
      const fail = (reason: string): void => finish(() => reject(new CodedError("no-picture", reason)));
      const timer = this.clock.after(KEY_FRAME_MS, () => fail("no key frame came in time"));
      const reading = path.read(
        {
          deliver: (unit: AccessUnit) => {
            if (unit.track === track && unit.randomAccess) finish(() => resolve({ format, payload: unit.payload }));
          },
          ended: fail,
        },
        [track],
      );
      reading.play();
    });
  }
}
