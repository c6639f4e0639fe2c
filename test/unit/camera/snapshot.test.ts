import { describe, expect, it } from "vitest";
import { Snapshots } from "#camera/snapshot";
import type { KeyFrame, PictureMaker } from "#ffmpeg/picture";
import type { Paths } from "#media/path";
import { CodedError, Refusal } from "#util/errors";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { FakePath, pcmu } from "../../support/fake-path.js";
import { logLines } from "../../support/log-lines.js";

interface Options {
  /** Makes pictures; none where undefined. */
  readonly maker?: (frame: KeyFrame) => Promise<Buffer>;
  readonly stored?: Buffer;
  readonly path?: FakePath;
}

interface Scene {
  readonly host: FakeHost;
  readonly path: FakePath;
  readonly snapshots: Snapshots;
  readonly frames: KeyFrame[];
  readonly lines: string[];
}

function scene({ maker, stored, path: given }: Options = {}): Scene {
  const host = fakeHost();
  const path = given ?? new FakePath("test.mp4", host.clock);
  const frames: KeyFrame[] = [];
  const { log, lines } = logLines();
  const paths: Paths = {
    open: (name) => {
      if (name !== path.name) return Promise.reject(new Refusal("path-not-found", `no stream ${name}`));
      path.leases++;
      let isOpen = true;
      return Promise.resolve({
        path,
        description: path.description,
        close: () => {
          if (isOpen) path.leases--;
          isOpen = false;
          return Promise.resolve();
        },
      });
    },
  };
  const pictures: PictureMaker | undefined = maker && {
    name: "a maker",
    jpeg: (frame) => {
      frames.push(frame);
      return maker(frame);
    },
    close: () => Promise.resolve(),
  };
  const snapshots = new Snapshots(paths, host.clock, log, { maker: pictures, stored: () => Promise.resolve(stored) });
  return { host, path, snapshots, frames, lines };
}

const JPEG = Buffer.from("a jpeg");
const make = (): Promise<Buffer> => Promise.resolve(JPEG);

/** Asks for a picture and publishes a key frame when the reader is there. */
async function taken({ host, path, snapshots }: Scene, size?: { width: number; height: number }): Promise<Buffer> {
  const picture = snapshots.take("test.mp4", size);
  picture.catch(() => {});
  await host.clock.settle();
  if (path.players > 0) path.publish(0);
  return picture;
}

describe("a snapshot", () => {
  it("is the next key frame of the stream, made into a JPEG of the size that is asked for", async () => {
    const s = scene({ maker: make });
    const picture = s.snapshots.take("test.mp4", { width: 640, height: 360 });
    await s.host.clock.settle();
    s.path.publish(1);
    s.path.publish(0, { randomAccess: false });
    expect(s.frames).toEqual([]);
    const unit = s.path.publish(0);
    expect(await picture).toBe(JPEG);
    expect(s.frames).toEqual([
      expect.objectContaining({
        payload: unit.payload,
        width: 640,
        height: 360,
        format: expect.objectContaining({ encodingName: "H264" }) as unknown,
      }),
    ]);
  });

  it("leaves nothing of itself behind", async () => {
    const s = scene({ maker: make });
    await taken(s);
    await s.host.clock.settle();
    expect([s.path.players, s.path.readings, s.path.leases, s.host.clock.pendingTimers]).toEqual([0, 0, 0, 0]);
  });

  it("is made once for many clients that ask within half a second, and anew afterwards", async () => {
    const s = scene({ maker: make });
    const first = taken(s);
    const others = [s.snapshots.take("test.mp4"), s.snapshots.take("test.mp4")];
    expect(await Promise.all([first, ...others])).toEqual([JPEG, JPEG, JPEG]);
    await s.host.clock.advance(500);
    await s.snapshots.take("test.mp4");
    expect(s.frames).toHaveLength(1);
    await s.host.clock.advance(1);
    await taken(s);
    expect(s.frames).toHaveLength(2);
  });

  it("is made for each size by itself", async () => {
    const s = scene({ maker: make });
    await taken(s, { width: 640, height: 360 });
    await taken(s, { width: 320, height: 180 });
    expect(s.frames.map(({ width }) => width)).toEqual([640, 320]);
  });

  it("is the stored picture where nothing decodes, and then the stream is not even opened", async () => {
    const s = scene({ stored: JPEG });
    expect(await s.snapshots.take("test.mp4")).toBe(JPEG);
    expect(s.path.leases).toBe(0);
    expect(s.lines).toEqual([]);
  });

  it.each<readonly [string, (s: Scene) => Promise<void>, Options, RegExp]>([
    [
      "the decoder fails",
      async (s) => void s.path.publish(0),
      { maker: () => Promise.reject(new CodedError("picture-failed", "bad data")) },
      /bad data/,
    ],
    [
      "no key frame comes in ten seconds",
      (s) => s.host.clock.advance(10_000),
      { maker: make },
      /no key frame came in time/,
    ],
  ])("is the stored picture where %s, with a warning", async (_name, act, options, warning) => {
    const s = scene({ ...options, stored: JPEG });
    const picture = s.snapshots.take("test.mp4");
    await s.host.clock.settle();
    await act(s);
    expect(await picture).toBe(JPEG);
    expect(s.lines).toEqual([expect.stringMatching(/^warn no picture could be made/)]);
    expect(s.lines[0]).toMatch(warning);
    await s.host.clock.settle();
    expect([s.path.players, s.path.leases]).toEqual([0, 0]);
  });

  it("is the stored picture where the stream has no video", async () => {
    const host = fakeHost();
    const s = scene({ maker: make, stored: JPEG, path: new FakePath("test.mp4", host.clock, [pcmu]) });
    expect(await s.snapshots.take("test.mp4")).toBe(JPEG);
    expect(s.path.leases).toBe(0);
  });

  it("is an error where there is neither, and the next client has another try", async () => {
    const s = scene({ maker: () => Promise.reject(new CodedError("picture-failed", "bad data")) });
    await expect(taken(s)).rejects.toMatchObject({ code: "no-picture" });
    await expect(taken(s)).rejects.toMatchObject({ code: "no-picture" });
    expect(s.frames).toHaveLength(2);
  });

  it("is an error for a stream that there is not", async () => {
    const s = scene({ maker: make });
    await expect(s.snapshots.take("none.mp4")).rejects.toMatchObject({ code: "no-picture" });
  });
});
