/** What the URLs of a described presentation are made from. All texts are as the server has written them. */
export interface ControlBase {
  /** The URL of the DESCRIBE. */
  readonly requested: string;
  readonly contentBase?: string | undefined;
  readonly contentLocation?: string | undefined;
  /** `a=control` of the session. */
  readonly sessionControl?: string | undefined;
}

const ABSOLUTE = /^rtsp[stu]?:\/\//i;

/**
 * The URL for PLAY and TEARDOWN of the whole presentation (RFC 2326 C.1.1): what the session's `a=control` says, absolute,
 * relative to the base or `*` for the base itself.
 */
export function presentationUrl(from: ControlBase): string {
  const base = baseUrl(from);
  const control = from.sessionControl?.trim() ?? "";
  return isWhole(control) ? base : ABSOLUTE.test(control) ? withoutUser(control) : joined(base, control);
}

/**
 * The URLs that a track's `a=control` may mean, the likeliest first; the next one is for a server that does not know the
 * one before. Most servers want a relative control behind whatever the base ends in, its query included, as ffmpeg and
 * live555 write it (`/cam?channel=1/trackID=0`); some want it in the path before the query, or by the rules of RFC 3986.
 */
export function trackUrls(from: ControlBase, control: string | undefined): readonly string[] {
  const base = baseUrl(from);
  const presentation = presentationUrl(from);
  const text = control?.trim() ?? "";
  if (isWhole(text)) return [presentation];
  if (ABSOLUTE.test(text)) return [withoutUser(text)];
  const [path, query] = splitQuery(base);
  const candidates = [
    joined(presentation, text),
    joined(base, text),
    ...(query === undefined ? [] : [`${joined(path, text)}?${query}`]),
    ...resolved(base, text),
  ];
  // A control that repeats the path of the base is a path of its own.
  const inner = path.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/\/+$/, "");
  const ordered = inner !== "" && text.startsWith(`${inner}/`) ? candidates.toReversed() : candidates;
  return [...new Set(ordered)];
}

const isWhole = (control: string): boolean => control === "" || control === "*";

/** Content-Base, then Content-Location, then the URL of the request. A path alone is one of the server asked. */
function baseUrl({ requested, contentBase, contentLocation }: ControlBase): string {
  for (const text of [contentBase?.trim() ?? "", contentLocation?.trim() ?? ""]) {
    if (ABSOLUTE.test(text)) return withoutUser(text);
    const authority = /^[a-z]+:\/\/[^/]*/i.exec(requested)?.[0];
    if (text.startsWith("/") && authority !== undefined) return `${authority}${text}`;
  }
  return requested;
}

function joined(base: string, control: string): string {
  if (control.startsWith("?")) return `${base}${control}`;
  return `${base.replace(/\/+$/, "")}/${control.replace(/^\/+/, "")}`;
}

function resolved(base: string, control: string): string[] {
  return URL.canParse(control, base) ? [new URL(control, base).href] : [];
}

function splitQuery(url: string): readonly [path: string, query?: string] {
  const question = url.indexOf("?");
  return question < 0 ? [url] : [url.slice(0, question), url.slice(question + 1).replace(/\/+$/, "")];
}

const withoutUser = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/]*@/i, "$1");
