import { CodedError, messageOf, type Facts } from "#util/errors";

/** The system's error as a `CodedError` that keeps its code. */
export function coded(error: unknown, what: string, context: Facts): CodedError {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
  return new CodedError(code, `${what}: ${messageOf(error)}`, context, { cause: error });
}
