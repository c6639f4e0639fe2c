import type { StreamTraits } from "./stream-traits.js";

/** The traits of an encoding whose units all stand for themselves and that has no parameter sets. */
export const plainTraits: StreamTraits = Object.freeze<StreamTraits>({
  isReadable: () => true,
  isRandomAccess: () => true,
  hasStart: () => true,
  setsAreSent: false,
  setsOf: () => [],
  setsIn: () => [],
  withSets: (format) => format,
});
