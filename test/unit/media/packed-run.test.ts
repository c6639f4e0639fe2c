import { describe, expect, test } from "vitest";
import type { AccessUnit } from "#media/access-unit";
import { Packetizer } from "#media/packetizer";
import { PublishedPath } from "#media/published-path";
import type { Outlet } from "#media/reader";
import { manyUsers, SharedCut } from "#media/shared-cut";
import { SlabAllocator } from "#media/slab";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, FakeReader, picture } from "../../support/media-fakes.js";

/** A reader that has taken what it was given when it returns, as a socket does that is not behind. */
class QuickReader implements Outlet {
  readonly taken: Buffer[] = [];
  readonly places: Uint8Array[] = [];

  constructor(private readonly channel = 0) {}

  deliver({ rtp }: AccessUnit): void {
    const bytes = rtp.interleaved(this.channel);
    this.taken.push(Buffer.from(bytes));
    this.places.push(bytes);
    rtp.release();
  }

  ended(): void {
    // Nothing to do.
  }
}

/** A reader that keeps what it was given, and a copy of how it was then. */
class KeepingReader implements Outlet {
  readonly kept: Uint8Array[] = [];
  readonly copies: Buffer[] = [];

  constructor(private readonly form: (rtp: AccessUnit["rtp"]) => Uint8Array) {}

  deliver({ rtp }: AccessUnit): void {
    const bytes = this.form(rtp);
    this.kept.push(bytes);
    this.copies.push(Buffer.from(bytes));
  }

  ended(): void {
    // Nothing to do.
  }
}

function aPath(seed = 7): PublishedPath {
  const parts = {
    clock: new FakeClock(),
    entropy: seededEntropy(seed),
    memory: new SlabAllocator(),
    gopCacheBytes: 1_000_000,
  };
  const path = new PublishedPath("camera", { ...parts, revive: () => {} });
  path.begin(cameraDescription);
  return path;
}

const playing = <R extends Outlet & { ended(): void }>(path: PublishedPath, reader: R): R => {
  path.read(reader, [0]).play();
  return reader;
};

const isSamePlace = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one?.buffer === other?.buffer && one?.byteOffset === other?.byteOffset;

describe("the packets of a unit", () => {
  test("lie where those of the unit before it did, when all readers have taken those", () => {
    const path = aPath();
    const readers = [playing(path, new QuickReader()), playing(path, new QuickReader())];
    for (let index = 0; index < 5; index++) path.write(picture(index, index === 0, 3000 + index));
    for (const { places } of readers) expect(places.every((place) => isSamePlace(place, places[0]))).toBe(true);
  });

  test("do so as well when single ones have been given back, as after a copy for the system", () => {
    const path = aPath();
    const copies: Buffer[][] = [];
    const deliver = ({ rtp }: AccessUnit): void => {
      const packets = Array.from({ length: rtp.count }, (_, index) => Buffer.from(rtp.packet(index)));
      for (let given = 0; given < rtp.count; given++) rtp.release();
      copies.push(packets);
    };
    playing(path, { deliver, ended: () => {} });
    const { places, taken } = playing(path, new QuickReader());
    for (let index = 0; index < 5; index++) path.write(picture(index, index === 0, 3000 + index));
    expect(places.every((place) => isSamePlace(place, places[0]))).toBe(true);
    const lengths = copies.map((packets) => packets.reduce((sum, { length }) => sum + length + 4, 0));
    expect(lengths).toEqual(taken.map(({ length }) => length));
  });

  test.each<[string, (rtp: AccessUnit["rtp"]) => Uint8Array]>([
    ["framed for its channel", (rtp) => rtp.interleaved(0)],
    ["framed for another channel", (rtp) => rtp.interleaved(6)],
    ["one by one", (rtp) => rtp.packet(1)],
  ])("stay as they are for a reader that keeps them %s", (_, form) => {
    const path = aPath();
    playing(path, new QuickReader());
    const keeping = playing(path, new KeepingReader(form));
    for (let index = 0; index < 200; index++) path.write(picture(index, index % 25 === 0, 3000));
    expect(keeping.kept).toHaveLength(200);
    expect(keeping.copies.every((copy, index) => copy.equals(keeping.kept[index] ?? Buffer.alloc(0)))).toBe(true);
  });

  test("are the same for who joins later, as the format was when they were published", () => {
    const path = aPath();
    const quick = playing(path, new QuickReader());
    for (let index = 0; index < 3; index++) path.write(picture(index, index === 0, 3000));
    const [video, sound] = cameraDescription.tracks;
    if (!video || !sound) throw new Error("no tracks");
    path.refine({
      ...cameraDescription,
      tracks: [{ ...video, format: { ...video.format, parameterSets: [] } }, sound],
    });
    const late = new FakeReader();
    path.read(late, [0]).play();
    expect(late.units.map(({ rtp }) => Buffer.from(rtp.interleaved(0)))).toEqual(quick.taken);
    expect(late.units.map(({ rtp }) => rtp.interleaved(0).length - rtp.count * 4)).toEqual(
      late.units.map(({ rtp }) => rtp.bytes),
    );
  });

  test("are the same when other paths publish the unit too, each in its own format", () => {
    const { format } = cameraDescription.tracks[0] ?? {};
    if (!format) throw new Error("no track");
    const cut = new SharedCut({ users: 2 });
    const sets = [...(format.parameterSets ?? []), Buffer.of(0x68, 1, 2, 3)];
    const formats = [format, format, { ...format, parameterSets: sets }, format];
    for (const [index, one] of formats.entries()) {
      const identity = { ssrc: index + 1, sequence: index * 1000, rtpBase: index };
      const aPacketizer = (): Packetizer => new Packetizer(one, identity, index * 2, new SlabAllocator());
      const unit = picture(0, true, 5000);
      const alone = aPacketizer()
        .packetize(unit, 0)
        .interleaved(index * 2);
      expect(
        aPacketizer()
          .packetize({ ...unit, cut }, 0)
          .interleaved(index * 2),
      ).toEqual(alone);
    }
  });

  describe("of a file that many play", () => {
    /** The same pictures on several paths, one path after the other; `cuts` go with them. */
    function published(cuts: readonly (SharedCut | undefined)[], attach: (path: PublishedPath) => void): void {
      const paths = [1, 2, 3, 4].map(aPath);
      for (const path of paths) attach(path);
      for (const [index, cut] of cuts.entries())
        for (const path of paths) path.write({ ...picture(index, index === 0, 5000), cut });
    }
    const cutsFor = (users: number): SharedCut[] => Array.from({ length: 3 }, () => new SharedCut({ users }));
    const readersOf = (cuts: readonly (SharedCut | undefined)[], channel: number): QuickReader[] => {
      const readers: QuickReader[] = [];
      published(cuts, (path) => readers.push(playing(path, new QuickReader(channel))));
      return readers;
    };

    test.each([0, 6])("become those of the next path, on channel %d as if they were made for it", (channel) => {
      const alone = readersOf([undefined, undefined, undefined], channel);
      const shared = readersOf(cutsFor(manyUsers), channel);
      for (const [path, { taken }] of shared.entries())
        expect(taken.map((bytes, index) => alone[path]?.taken[index]?.equals(bytes))).toEqual([true, true, true]);
    });

    test("lie in the same memory for all paths, each picture in its own", () => {
      const [first, ...others] = readersOf(cutsFor(manyUsers), 0).map(({ places }) => places);
      for (const places of others)
        expect(places.map((place, index) => isSamePlace(place, first?.[index]))).toEqual([true, true, true]);
      expect(new Set(first?.map(({ buffer }) => buffer)).size).toBe(3);
    });

    test("are not kept for a few", () => {
      const [first] = readersOf(cutsFor(manyUsers - 1), 0).map(({ places }) => places);
      expect(new Set(first?.map(({ buffer }) => buffer)).size).toBe(1);
    });

    test("stay as they are for readers that keep them, and for those who join", () => {
      const keeping: KeepingReader[] = [];
      const late: KeepingReader[] = [];
      const cuts = cutsFor(manyUsers);
      published([...cuts, ...cuts, ...cuts], (path) => {
        keeping.push(playing(path, new KeepingReader((rtp) => rtp.packet(1))));
        playing(path, new QuickReader());
        path.write({ ...picture(0, true, 5000), cut: cuts[0] });
        late.push(playing(path, new KeepingReader((rtp) => rtp.interleaved(0))));
      });
      for (const { kept, copies } of [...keeping, ...late]) {
        expect(kept.length).toBeGreaterThanOrEqual(10);
        expect(copies.every((copy, index) => copy.equals(kept[index] ?? Buffer.alloc(0)))).toBe(true);
      }
    });
  });

  test("are packed once for all who join a group", () => {
    const path = aPath();
    path.write(picture(0, true, 3000));
    const readers = [new FakeReader(), new FakeReader()];
    for (const reader of readers) path.read(reader, [0]).play();
    const [one, other] = readers.map(({ units }) => units[0]?.rtp.interleaved(0));
    expect(one).toBe(other);
  });

  test("that a reader has got by joining are not written over", () => {
    const path = aPath();
    path.write(picture(0, true, 3000));
    const late = playing(path, new QuickReader());
    const [kept] = late.places;
    for (let index = 1; index < 100; index++) path.write(picture(index, false, 3000));
    expect(kept && late.taken[0]?.equals(kept)).toBe(true);
  });
});
