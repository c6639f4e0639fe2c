/** Something wrong in a cfg file. Errors keep the program from starting. */
export interface Issue {
  readonly severity: "error" | "warning";
  /** The file as the user would name it. */
  readonly file: string;
  /** Both count from 1; 0 when the issue is about the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** Tag that it is about; empty for the file itself. */
  readonly tag: string;
  /** What is wrong and what is allowed; never a secret. */
  readonly message: string;
}

/** `file:line:column: error: <tag> message`, on one line. */
export function formatIssue({ severity, file, line, column, tag, message }: Issue): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${severity}: ${tag === "" ? "" : `<${tag}> `}${message}`;
}

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some(({ severity }) => severity === "error");

/** In the order of the file; what is about the file as a whole comes first. */
export const inFileOrder = (issues: readonly Issue[]): readonly Issue[] =>
  issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
