import { expect, test } from "vitest";
import fc from "fast-check";
import { fileInFolder } from "#sources/media-folder";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeFiles } from "../../support/fake-files.js";

function folder(): FakeFiles {
  const files = new FakeFiles(new FakeClock());
  files.set("/srv/media/test.mp4", "clip");
  files.set("/srv/media/a&b.mp4", "clip");
  files.set("/srv/media/Größe 1.mp4", "clip");
  files.set("/srv/media/day/one.mp4", "clip");
  files.set("/srv/media/.hidden.mp4", "clip");
  files.set("/srv/media/.git/config", "secret");
  files.set("/srv/secret.mp4", "secret");
  files.set("/srv/media-other/x.mp4", "secret");
  files.link("/srv/media/inside.mp4", "day/one.mp4");
  files.link("/srv/media/outside.mp4", "../secret.mp4");
  files.link("/srv/media/uncovered.mp4", ".hidden.mp4");
  files.link("/srv/media/up", "/srv");
  files.link("/srv/media/loop.mp4", "loop.mp4");
  files.link("/media", "/srv/media");
  return files;
}

test.each([
  ["a file", "test.mp4", "/srv/media/test.mp4"],
  ["a name with &", "a&b.mp4", "/srv/media/a&b.mp4"],
  ["a name with blanks and umlauts", "Größe 1.mp4", "/srv/media/Größe 1.mp4"],
  ["a file in a folder", "day/one.mp4", "/srv/media/day/one.mp4"],
  ["a link within the folder", "inside.mp4", "/srv/media/day/one.mp4"],
  ["nothing", "", undefined],
  ["another case", "TEST.MP4", undefined],
  ["the folder itself", ".", undefined],
  ["a folder in it", "day", undefined],
  ["what is above it", "../secret.mp4", undefined],
  ["what is above it, in the middle", "day/../../secret.mp4", undefined],
  ["an absolute path", "/srv/secret.mp4", undefined],
  ["a neighbour whose name begins alike", "../media-other/x.mp4", undefined],
  ["backslashes", "..\\secret.mp4", undefined],
  ["an end of string in the name", "test.mp4\0.jpg", undefined],
  ["a link to the outside", "outside.mp4", undefined],
  ["a folder that is a link to the outside", "up/secret.mp4", undefined],
  ["a hidden file", ".hidden.mp4", undefined],
  ["a file in a hidden folder", ".git/config", undefined],
  ["a hidden file by a link", "uncovered.mp4", undefined],
  ["a link to itself", "loop.mp4", undefined],
  ["an empty segment", "day//one.mp4", undefined],
  ["a slash at the end", "test.mp4/", undefined],
  ["a very long name", "x".repeat(5000), undefined],
])("%s", async (_what, name, path) => {
  expect(await fileInFolder(folder(), "/srv/media", name)).toBe(path);
});

test("the folder may be a link itself", async () => {
  expect(await fileInFolder(folder(), "/media", "test.mp4")).toBe("/srv/media/test.mp4");
});

test("a folder that is not there holds nothing", async () => {
  expect(await fileInFolder(folder(), "/nowhere", "test.mp4")).toBeUndefined();
});

test("no name leads out of the folder", async () => {
  const segment = fc.constantFrom(
    "..",
    ".",
    "",
    "day",
    "up",
    "one.mp4",
    "secret.mp4",
    "test.mp4",
    "srv",
    "..\\..",
    "\0",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { maxLength: 6 }), async (segments) => {
      const path = await fileInFolder(folder(), "/srv/media", segments.join("/"));
      expect(path === undefined || path.startsWith("/srv/media/")).toBe(true);
    }),
    { numRuns: 300 },
  );
});
