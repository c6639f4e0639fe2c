import type { Host } from "#host/host";
import { ReplayPath } from "#media/replay-path";
import { SlabAllocator } from "#media/slab";
import type { ReplayLease, StreamDirectory, StreamRequest, StreamRules } from "#rtsp/server/directory";
import { DecodeError, Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import { parseUtc } from "#wire/rtsp/headers/range";
import type { Clip, ClipLibrary } from "./clip-library.js";
import { FileReplay } from "./file-replay.js";
import { fileInFolder } from "./media-folder.js";
import type { StreamNames } from "./resolver.js";

export interface FileReplaysOptions extends StreamNames {
  /** Most paths that are open at a time; no limit for 0. */
  readonly maxReplays: number;
  /** What the stream of that name has of its own. */
  readonly rules?: (name: string) => StreamRules | undefined;
}

/** The longest time, in ms, that can be told after a year in four digits. */
const latestStartMs = Date.UTC(9990, 0);

/** Gives each client that asks a position of its own in a file of the media folder. */
export class FileReplays {
  readonly #host: Pick<Host, "files" | "clock" | "entropy">;
  readonly #log: Logger;
  readonly #clips: ClipLibrary;
  readonly #options: FileReplaysOptions;
  readonly #memory = new SlabAllocator();
  #open = 0;

  constructor(
    host: Pick<Host, "files" | "clock" | "entropy">,
    log: Logger,
    clips: ClipLibrary,
    options: FileReplaysOptions,
  ) {
    this.#host = host;
    this.#log = log;
    this.#clips = clips;
    this.#options = options;
  }

  /** As `StreamDirectory.replay`. A file that is played without end has no beginning as a stream. */
  readonly replay: NonNullable<StreamDirectory["replay"]> = async (request, as, ssrcs = []) => {
    const { mediaFolder, loops, maxReplays } = this.#options;
    const file = await fileInFolder(this.#host.files, mediaFolder, request.name);
    if (file === undefined || (as === "stream" && loops < 0)) return undefined;
    if (maxReplays > 0 && this.#open >= maxReplays) throw new Refusal("replay-limit", "too many streams are replayed");
    this.#open++;
    let clip: Clip;
    let startMs: number;
    try {
      clip = await this.#clips.open(file);
      startMs = as === "recording" ? await this.#startOf(file, clip, request) : 0;
    } catch (error) {
      this.#open--;
      const isPlayable = !(error instanceof DecodeError) || error.code === "rtsp-range";
      throw isPlayable ? error : new Refusal("path-not-ready", "the file cannot be played", { file }, { cause: error });
    }
    const times = as === "recording" ? 1 : Math.max(1, loops);
    const source = new FileReplay(clip, { title: request.name, startMs, loops: times });
    const { clock, entropy } = this.#host;
    const parts = { clock, entropy, log: this.#log.child({ path: request.name }), memory: this.#memory };
    const path = new ReplayPath(request.name, source, parts, { isRecording: as === "recording", ssrcs });
    return this.#leased(path);
  };

  /** When the file was recorded: as the parameter `start` says, or so that it ended when the file was last written. */
  async #startOf(file: string, { loopSeconds }: Clip, { parameters }: StreamRequest): Promise<number> {
    const start = parameters.get("start");
    if (start !== undefined) return Math.max(0, Math.min(parseUtc(start), latestStartMs));
    const { modifiedMs } = await this.#host.files.info(file);
    return Math.round(modifiedMs - loopSeconds * 1000);
  }

  #leased(path: ReplayPath): ReplayLease {
    const rules = this.#options.rules?.(path.name);
    const { udp = true, tcp = true } = rules?.transports ?? {};
    let isOpen = true;
    return {
      path,
      description: path.description,
      // A position of its own cannot be sent to a group.
      rules: { ...rules, transports: { udp, tcp } },
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        this.#open--;
        await path.close();
      },
    };
  }
}
