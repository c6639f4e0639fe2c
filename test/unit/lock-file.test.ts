import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

// `npm ci` refuses a lock file that lacks the packages of other platforms, and `npm install` leaves those out that its
// registry does not have; they are entered by hand then (version, os, cpu, libc, optional).
it("the lock file has every optional package, those of other platforms too", () => {
  const { packages } = JSON.parse(readFileSync(`${projectFolder}/package-lock.json`, "utf8")) as {
    readonly packages: Readonly<Record<string, Entry>>;
  };
  const isThere = (from: string, name: string): boolean => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
      if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`]) return true;
      if (folder === "") return false;
    }
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isThere(path, name)),
  );
  expect(missing).toEqual([]);
});
