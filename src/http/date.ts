/** What time it is, as HTTP writes it (RFC 9110 §5.6.7); `now` is wall time in ms. The text is made once for each second. */
export function httpDate(now: () => number): () => string {
  let second = NaN;
  let text = "";
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1000).toUTCString();
    }
    return text;
  };
}
