import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in this order, by their names in `test`. */
const LONGEST = [
  ...["interop/codecs", "interop/start-sh", "interop/discovery", "interop/command-line", "interop/tunnels"],
  ...["interop/publish", "interop/back-channel", "interop/multicast"],
  ...["fuzz/pkcs12", "fuzz/codec", "fuzz/certificates", "fuzz/srtp", "fuzz/keys", "fuzz/rtsp-client"],
  ...["system/rtsp/limits", "system/rtsp/soak"],
];

/**
 * Begins with what takes longest, so that the others need not wait for it alone at the end. Vitest itself begins with the
 * biggest files where it has not run them yet.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return place < 0 ? LONGEST.length : place;
    };
    return files.toSorted((one, other) => rank(one) - rank(other) || (one.moduleId < other.moduleId ? -1 : 1));
  }
}
