import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files of test/interop that take longest, in this order. */
const LONGEST = ["codecs", "start-sh", "discovery", "command-line", "tunnels", "publish", "back-channel", "multicast"];

/** Begins with what takes longest, so that the others need not wait for it alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(basename(moduleId, ".test.ts"));
      return place < 0 ? LONGEST.length : place;
    };
    return files.toSorted((one, other) => rank(one) - rank(other) || (one.moduleId < other.moduleId ? -1 : 1));
  }
}
