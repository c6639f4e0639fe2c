import { createHash } from "node:crypto";
import { DecodeError } from "#util/errors";

/**
 * SOAP messages with parts beside them: MTOM and XOP 1.0 in `multipart/related` (RFC 2387). The first part is the
 * message, the others are named by their Content-ID.
 */

export interface RelatedPart {
  /** Content-ID without angle brackets. */
  readonly id: string;
  readonly contentType: string;
  readonly data: Uint8Array;
}

export interface RelatedMessage {
  /** The message itself. */
  readonly root: Uint8Array;
  /** By Content-ID, without angle brackets. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

const MAX_PARTS = 16;
const HEAD_END = Buffer.from("\r\n\r\n");
const XOP = "application/xop+xml";

/** Whether a Content-Type is that of a message with parts beside it. */
export const isRelated = (contentType: string | undefined): boolean =>
  /^\s*multipart\/related\b/i.test(contentType ?? "");

/** The address by which a message names a part (RFC 2392). */
export const contentIdUrl = (id: string): string => `cid:${id}`;

/** The Content-ID that such an address names; undefined for another address. */
export function contentIdOf(href: string): string | undefined {
  if (!/^cid:/i.test(href)) return undefined;
  try {
    return decodeURIComponent(href.slice(4));
  } catch {
    return undefined;
  }
}

/**
 * Takes a message with parts apart; the parts share the bytes of `body`.
 *
 * @throws DecodeError `mime-related` without a boundary, for a body that does not end, and beyond 16 parts.
 */
export function readRelated(contentType: string, body: Buffer): RelatedMessage {
  const broken = (why: string): DecodeError => new DecodeError("mime-related", `the multipart message ${why}`);
  const boundary = parameter(contentType, "boundary");
  if (boundary === undefined || boundary === "" || boundary.length > 200) throw broken("has no boundary");
  const delimiter = Buffer.from(`--${boundary}`);
  const parts = new Map<string, Uint8Array>();
  const start = bare(parameter(contentType, "start"));
  let root: Uint8Array | undefined;
  let at = body.indexOf(delimiter);
  if (at < 0) throw broken("does not hold its boundary");
  for (let count = 0; ; count++) {
    at += delimiter.length;
    if (body.subarray(at, at + 2).toString("latin1") === "--") break;
    if (count === MAX_PARTS) throw broken(`has more than ${MAX_PARTS} parts`);
    const headEnd = body.indexOf(HEAD_END, at);
    const end = headEnd < 0 ? -1 : body.indexOf(Buffer.concat([Buffer.from("\r\n"), delimiter]), headEnd + 2);
    if (end < 0) throw broken("ends in the middle of a part");
    const head = body.subarray(at, headEnd).toString("latin1");
    const data = body.subarray(Math.min(headEnd + HEAD_END.length, end), end);
    const id = bare(/^content-id:[ \t]*(.+?)[ \t]*$/im.exec(head)?.[1]);
    const isRoot = start === undefined ? root === undefined : id === start;
    if (isRoot) root ??= data;
    else if (id !== undefined) parts.set(id, data);
    at = end + 2;
  }
  if (!root) throw broken("has no root part");
  return { root, parts };
}

/** Puts a message and its parts together. `type` is the media type that the message has where it is alone. */
export function writeRelated(
  root: string,
  type: string,
  parts: readonly RelatedPart[],
): { readonly contentType: string; readonly body: Buffer } {
  const hash = createHash("sha256").update(root);
  for (const { data } of parts) hash.update(data);
  // Nobody can put into a part what depends on all of them.
  const boundary = `part-${hash.digest("hex").slice(0, 40)}`;
  const chunks: Uint8Array[] = [];
  const add = (id: string, contentType: string, data: Uint8Array): void => {
    const head = `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`;
    chunks.push(Buffer.from(head), data, Buffer.from("\r\n"));
  };
  const bareType = type.replace(/;.*$/, "");
  add("message", `${XOP}; charset=utf-8; type="${bareType}"`, Buffer.from(root));
  for (const { id, contentType, data } of parts) add(id, contentType, data);
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/related; type="${XOP}"; start="<message>"; start-info="${bareType}"; boundary="${boundary}"`,
    body: Buffer.concat(chunks),
  };
}

function parameter(contentType: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;,"]+))`, "i").exec(contentType) ?? [];
  return quoted ?? plain;
}

const bare = (id: string | undefined): string | undefined => id?.replace(/^<|>$/g, "");
