/** Longest token and name on the wire (tt:ReferenceToken, tt:Name). */
const MAXIMUM_LENGTH = 64;

/** Whether a client may use `text` as a token: 1–64 printable characters without white space. */
export const isToken = (text: string): boolean => /^[^\s\p{Cc}\p{Cs}\p{Co}\p{Cn}]{1,64}$/u.test(text);

/** Whether `text` may be the name of a profile or configuration: at most 64 characters, none of them a control. */
export const isName = (text: string): boolean => [...text].length <= MAXIMUM_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(text);

/** `prefix_n` with the smallest n above every `prefix_number` in `taken`, so that it follows from the state alone. */
export const nextToken = (prefix: string, taken: Iterable<string>): string => {
  let highest = 0;
  const used = new Set(taken);
  for (const token of used) {
    const digits = token.startsWith(`${prefix}_`) ? token.slice(prefix.length + 1) : "";
    if (/^[1-9]\d{0,8}$/.test(digits)) highest = Math.max(highest, Number(digits));
  }
  return `${prefix}_${highest + 1}`;
};
