import { expect, it } from "vitest";
import { KnownDescriptions } from "#rtsp/server/known-descriptions";
import { silentLogger } from "#util/log";
import { FakeClock } from "../../../support/fake-clock.js";
import { FakeDirectory, FakePath } from "../../../support/fake-path.js";

const asked = (name: string, x = "") => ({ name, parameters: new Map([["x", x]]), query: `x=${x}` });

it("remembers a thousand descriptions, and forgets that which nobody has asked for longest", async () => {
  const clock = new FakeClock();
  const directory = new FakeDirectory();
  directory.add(new FakePath("a", clock));
  const known = new KnownDescriptions(clock, silentLogger).over(directory, () => true);
  for (let index = 0; index < 1000; index++) await known.open(asked("a", String(index)));
  // Asked for again, it is the newest.
  await known.open(asked("a", "0"));
  await known.open(asked("a", "1000"));
  directory.failing.add("a");
  const isKnown = (x: string): Promise<boolean> =>
    known.open(asked("a", x)).then(
      () => true,
      () => false,
    );
  expect(await Promise.all(["0", "1", "2", "1000"].map(isKnown))).toEqual([true, false, true, true]);
});

it("tells nothing from memory for what may not be, and for what is gone", async () => {
  const clock = new FakeClock();
  const directory = new FakeDirectory();
  directory.add(new FakePath("a", clock));
  const all = new KnownDescriptions(clock, silentLogger);
  await all.over(directory, () => true).open(asked("a"));
  directory.failing.add("a");
  await expect(all.over(directory, () => false).open(asked("a"))).rejects.toMatchObject({ code: "path-not-ready" });
  await expect(all.over(directory, () => true).open(asked("a"))).resolves.toMatchObject({ path: { name: "a" } });
  directory.failing.clear();
  directory.remove("a");
  await expect(all.over(directory, () => true).open(asked("a"))).rejects.toMatchObject({ code: "path-not-found" });
});
