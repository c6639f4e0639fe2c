/** The stream of a camera that an address names: both numbers from 1, 1 where nothing is said. */
export interface CameraStream {
  readonly channel: number;
  readonly stream: number;
}

/** A pattern for addresses, ready to be tried. */
export interface AliasPattern {
  /** The stream that a path, decoded and without its first slash, and its parameters name; undefined: it does not fit. */
  match(path: string, parameters: ReadonlyMap<string, string>): CameraStream | undefined;
}

/** Longer paths fit no pattern, so that trying one costs little. */
const MAX_PATH_LENGTH = 256;
/** With the length above: what a hostile path can cost. */
const MAX_STARS = 3;
const MAX_PATTERN_LENGTH = 256;
const WORDS = String.raw`[^{}|/?*]*`;
const PART = new RegExp(String.raw`\{(channel|stream)(0|=${WORDS}(?:\|${WORDS})*)?\}|(\*)|([^{}*]+)`, "gy");

interface Placeholder {
  readonly what: "channel" | "stream";
  readonly numberOf: (text: string) => number;
}

/**
 * Reads a pattern such as `cam/realmonitor?channel={channel}&subtype={stream0}`: `{channel}` and `{stream}` are numbers
 * from 1, `{channel0}` and `{stream0}` from 0, `{stream=main|sub}` words for 1, 2 …; `*` is anything but a slash. Of two
 * numbers side by side the second has two digits. Behind `?` stand parameters that must be there, in any order, beside
 * any others. Upper and lower case are the same. Undefined for what is no pattern.
 */
export function readAliasPattern(pattern: string): AliasPattern | undefined {
  if (pattern === "" || pattern.length > MAX_PATTERN_LENGTH) return undefined;
  if ((pattern.match(/\*/g)?.length ?? 0) > MAX_STARS) return undefined;
  const question = pattern.indexOf("?");
  const path = readPart((question < 0 ? pattern : pattern.slice(0, question)).replace(/^\/+/, ""));
  const query = question < 0 ? [] : pattern.slice(question + 1).split("&");
  const parameters = query.map((one) => {
    const equals = one.indexOf("=");
    return { name: one.slice(0, Math.max(equals, 0)).toLowerCase(), value: readPart(one.slice(equals + 1)) };
  });
  if (!path || parameters.some(({ name, value }) => name === "" || !value)) return undefined;
  return {
    match: (text, given) => {
      const found = text.length <= MAX_PATH_LENGTH ? path(text) : undefined;
      if (!found) return undefined;
      const place = { channel: 1, stream: 1, ...found };
      for (const { name, value } of parameters) {
        const [, written] = [...given].find(([key]) => key.toLowerCase() === name) ?? [];
        const more = written !== undefined && written.length <= MAX_PATH_LENGTH ? value?.(written) : undefined;
        if (!more) return undefined;
        Object.assign(place, more);
      }
      return place;
    },
  };
}

type PartMatch = (text: string) => Partial<CameraStream> | undefined;

function readPart(pattern: string): PartMatch | undefined {
  const placeholders: Placeholder[] = [];
  let source = "";
  let isBesideNumber = false;
  let end = 0;
  for (const [all, what, how = "", star, plain = ""] of pattern.matchAll(PART)) {
    end += all.length;
    const isNumber = what !== undefined && !how.startsWith("=");
    if (what === "channel" || what === "stream") {
      const words = how.startsWith("=") ? how.slice(1).toLowerCase().split("|") : undefined;
      source += words
        ? `(${words.map(escape).join("|")})`
        : isBesideNumber
          ? String.raw`(\d\d)`
          : String.raw`(\d{1,4})`;
      const offset = how === "0" ? 1 : 0;
      placeholders.push({
        what,
        numberOf: (text) => (words ? words.indexOf(text.toLowerCase()) + 1 : Number(text) + offset),
      });
    } else source += star === undefined ? escape(plain) : "[^/]*";
    isBesideNumber = isNumber;
  }
  if (end !== pattern.length) return undefined;
  const form = new RegExp(`^${source}$`, "iu");
  return (text) => {
    const found = form.exec(text);
    if (!found) return undefined;
    return Object.fromEntries(
      placeholders.map(({ what, numberOf }, index) => [what, numberOf(found[index + 1] ?? "")]),
    );
  };
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
