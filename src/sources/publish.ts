import type { SourceUnit } from "#media/access-unit";
import type { MediaDescription } from "#media/description";
import type { PathLease, Paths, Publication, Source } from "#media/path";
import type { PathDefinition, PathResolver } from "#media/path-map";
import type { StreamRequest } from "#rtsp/server/directory";
import type { PublishedStream, Publishing } from "#rtsp/server/publishing";
import { messageOf, Refusal } from "#util/errors";
import type { Logger } from "#util/log";

export interface PublishOptions {
  /** Whether a new publisher takes the place of the one that is there; it is refused otherwise. */
  readonly override: boolean;
  /** Names that are kept for `take`, even if they would stand for something else. None unless given. */
  readonly reserved?: ReadonlySet<string>;
}

/** Units of a publisher that wait for its path to be opened; later ones are dropped. */
const MAX_WAITING_UNITS = 1000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * The streams that clients publish, by name. A name is there while somebody publishes under it, and what it carries is a
 * path like any other: the publisher holds it open, readers come and go, and when the next publisher sends the same,
 * those who stayed go on.
 */
export class PublishedStreams implements PathResolver {
  readonly #slots = new Map<string, Slot>();
  readonly #fixed: PathResolver;
  readonly #options: PublishOptions;
  readonly #log: Logger;

  /** `fixed` knows the names that stand for something else, which nobody can publish under. */
  constructor(fixed: PathResolver, log: Logger, options: PublishOptions) {
    this.#fixed = fixed;
    this.#log = log;
    this.#options = options;
  }

  async resolve(name: string): Promise<PathDefinition | undefined> {
    const fixed = this.#options.reserved?.has(name) === true ? undefined : await this.#fixed.resolve(name);
    if (fixed || !this.#slots.get(name)?.publisher) return fixed;
    return { name, createSource: () => new PublishSource(this.#slots, name) };
  }

  /** What RTSP clients publish through; `paths` is to resolve names here. */
  publishing(paths: Paths): Publishing {
    return {
      admit: (request) => this.#admit(request),
      publish: async (request, ended, renew) => {
        await this.#admit(request);
        return this.#publish(paths, request.name, ended, renew);
      },
    };
  }

  /**
   * Publishes under a reserved name, for those who do not come by RTSP. `ended` is called when the path fails, with the
   * reason; `paths` is as for `publishing`.
   */
  take(paths: Paths, name: string, ended: (reason: string) => void): PublishedStream {
    return this.#publish(paths, name, ended);
  }

  async #admit({ name }: StreamRequest): Promise<void> {
    // A reader of `clip.mp4&w=640` means the clip, so that name is not free either.
    const [first = name] = name.split("&");
    for (const one of new Set([name, first]))
      if (this.#options.reserved?.has(one) === true || (await this.#fixed.resolve(one)))
        throw this.#refusal("publish-reserved", name, "the name stands for another stream");
    if (!this.#options.override && this.#slots.get(name)?.publisher)
      throw this.#refusal("publish-taken", name, "somebody publishes under the name");
  }

  #publish(
    paths: Paths,
    name: string,
    ended: (reason: string) => void,
    renew?: (track: number) => void,
  ): PublishedStream {
    const slot = this.#slots.get(name) ?? new Slot();
    const before = slot.publisher;
    if (before && !this.#options.override)
      throw this.#refusal("publish-taken", name, "somebody publishes under the name");
    this.#slots.set(name, slot);
    const publisher = new Publisher(
      slot,
      () => paths.open(name),
      ended,
      () => {
        if (!slot.publisher && this.#slots.get(name) === slot) this.#slots.delete(name);
      },
      renew,
    );
    slot.publisher = publisher;
    if (before) this.#log.info("another publisher takes over", { path: name });
    before?.replaced();
    publisher.hold();
    return publisher;
  }

  /** Publishers seldom show why they are refused, so the log says it. */
  #refusal(code: string, name: string, reason: string): Refusal {
    this.#log.warn("a publisher is refused", { path: name, reason });
    return new Refusal(code, reason, { path: name });
  }
}

/** A name, with who publishes under it and the path that takes it. */
class Slot {
  publisher: Publisher | undefined;
  into: Publication | undefined;
}

/** The source of a published path: whoever publishes under its name fills it. */
class PublishSource implements Source {
  #slot: Slot | undefined;
  #into: Publication | undefined;

  constructor(
    private readonly slots: ReadonlyMap<string, Slot>,
    private readonly name: string,
  ) {}

  start(into: Publication): void {
    const slot = this.slots.get(this.name);
    if (!slot?.publisher) {
      into.lost("nobody publishes the stream");
      return;
    }
    this.#slot = slot;
    this.#into = slot.into = into;
    slot.publisher.attached();
  }

  renew(track: number): void {
    this.#slot?.publisher?.renew?.(track);
  }

  close(): Promise<void> {
    const slot = this.#slot;
    if (slot && slot.into === this.#into) {
      slot.into = undefined;
      slot.publisher?.detached();
    }
    return Promise.resolve();
  }
}

/** One client's publication. */
class Publisher implements PublishedStream {
  #description: MediaDescription | undefined;
  #lease: PathLease | undefined;
  #waiting: SourceUnit[] = [];
  #waitingBytes = 0;
  /** Counts the paths that have been opened one after another. */
  #round = 0;
  #isEnded = false;

  constructor(
    private readonly slot: Slot,
    private readonly open: () => Promise<PathLease>,
    private readonly ended: (reason: string) => void,
    private readonly left: () => void,
    /** Has the client begin anew; undefined for one that cannot be asked. */
    readonly renew: ((track: number) => void) | undefined,
  ) {}

  /** Keeps the path open, so that it runs without readers. */
  hold(): void {
    const round = ++this.#round;
    const isOver = (): boolean => this.#isEnded || round !== this.#round;
    this.open().then(
      (lease) => {
        if (isOver()) void lease.close();
        else this.#lease = lease;
      },
      (error: unknown) => {
        if (!isOver()) this.ended(`the stream cannot be published: ${messageOf(error)}`);
      },
    );
  }

  describe(description: MediaDescription): void {
    const isFirst = this.#description === undefined;
    this.#description = description;
    if (!this.#isCurrent) return;
    if (isFirst) this.slot.into?.describe(description);
    else this.slot.into?.refine(description);
  }

  write(unit: SourceUnit): void {
    if (!this.#isCurrent || !this.#description) return;
    if (this.slot.into) this.slot.into.write(unit);
    else this.#wait(unit);
  }

  end(reason: string): void {
    if (this.#isEnded) return;
    const isCurrent = this.#isCurrent;
    this.#isEnded = true;
    this.#waiting = [];
    if (isCurrent) {
      this.slot.publisher = undefined;
      this.slot.into?.lost(reason);
    }
    void this.#lease?.close();
    this.left();
  }

  /** Another one publishes under the name. */
  replaced(): void {
    this.ended("another publisher has taken over");
  }

  /** The path is there. */
  attached(): void {
    if (this.#description) this.slot.into?.describe(this.#description);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const unit of waiting) this.slot.into?.write(unit);
  }

  /** The path has gone: it has carried something else. The next one is a new one. */
  detached(): void {
    if (!this.#isCurrent) return;
    void this.#lease?.close();
    this.#lease = undefined;
    this.hold();
  }

  #wait(unit: SourceUnit): void {
    const bytes = (unit.packets ?? unit.payload).reduce((sum, part) => sum + part.length, 0);
    if (this.#waiting.length >= MAX_WAITING_UNITS || this.#waitingBytes + bytes > MAX_WAITING_BYTES) return;
    this.#waiting.push(unit);
    this.#waitingBytes += bytes;
  }

  get #isCurrent(): boolean {
    return this.slot.publisher === this && !this.#isEnded;
  }
}
