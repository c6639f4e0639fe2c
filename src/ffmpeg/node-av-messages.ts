/** What the worker answers; it gets a `PictureRequest` and gives one answer to each, after `ready` or `unusable`. */
export type WorkerAnswer =
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "unusable"; readonly reason: string }
  | { readonly kind: "jpeg"; readonly data: Uint8Array }
  | { readonly kind: "failed"; readonly reason: string };

const textIn = (message: object, member: string): string | undefined => {
  const value: unknown = Reflect.get(message, member);
  return typeof value === "string" ? value : undefined;
};

/** The message as an answer, or undefined when it is none. */
export function asAnswer(message: unknown): WorkerAnswer | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const kind = textIn(message, "kind");
  const reason = textIn(message, "reason") ?? "";
  if (kind === "ready") return { kind, version: textIn(message, "version") ?? "" };
  if (kind === "unusable" || kind === "failed") return { kind, reason };
  const data: unknown = Reflect.get(message, "data");
  return kind === "jpeg" && data instanceof Uint8Array ? { kind, data } : undefined;
}
