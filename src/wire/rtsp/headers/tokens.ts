/** The tokens of headers such as Require, Unsupported, Public and Allow, which may be lists and may be repeated. */
export const parseTokens = (values: readonly string[]): string[] =>
  values.flatMap((value) =>
    value
      .split(",")
      .map((token) => token.trim())
      .filter(Boolean),
  );
