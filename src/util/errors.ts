/** Facts that locate an error: peer, stream offset, element path, line. Never secrets. */
export type Facts = Readonly<Record<string, unknown>>;

/** An error with a stable `code`, a sentence for a human and the facts needed to find the place in a capture. */
export class CodedError extends Error {
  readonly code: string;
  readonly context: Facts;

  constructor(code: string, message: string, context: Facts = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.context = context;
  }
}

/** A message from outside that is not well formed or breaks its grammar. Parsers throw this and nothing else. */
export class DecodeError extends CodedError {}

/** A request that the present state does not allow; the border that catches it maps `code` to its protocol's answer. */
export class Refusal extends CodedError {}

/** States what the surrounding code relies on; throws when it does not hold (a bug of ours, never bad input). */
export function invariant(holds: unknown, assumption: string): asserts holds {
  if (!holds) throw new CodedError("invariant", `assumption broken: ${assumption}`);
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
