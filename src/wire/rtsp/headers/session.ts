/** The id in a Session header: cut at the first `;`, since some clients echo the timeout too (RFC 2326 §12.37). */
export const parseSessionId = (value: string): string => (value.split(";")[0] ?? "").trim();

/** `timeoutSeconds` is what is promised; absent from answers that need not repeat it. */
export const formatSession = (id: string, timeoutSeconds?: number): string =>
  timeoutSeconds === undefined ? id : `${id};timeout=${timeoutSeconds}`;

/** The value as a client reads it; 60 s when the server does not say. */
export function parseSession(value: string): { readonly id: string; readonly timeoutSeconds: number } {
  const timeout = /;\s*timeout\s*=\s*"?(\d{1,6})/i.exec(value)?.[1];
  return { id: parseSessionId(value), timeoutSeconds: timeout === undefined ? 60 : Number(timeout) };
}
