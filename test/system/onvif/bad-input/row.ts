import type { SoapCall } from "../../../support/soap.js";

/** A request that is refused. */
export interface BadInput {
  readonly operation: string;
  readonly what: string;
  /** Content of the operation's element. */
  readonly content: string;
  /** Code and subcodes. */
  readonly fault: string;
  /** What the camera is asked first, and does; of the same service unless one is given. */
  readonly before?: readonly Pick<SoapCall, "operation" | "content" | "service">[];
}

const INVALID_ARGS = "Sender InvalidArgs";

/** What each operation refuses that has a member: to go without it, and members that it does not know in its place. */
export const incomplete = (operation: string): readonly BadInput[] => [
  { operation, what: "nothing", content: "", fault: INVALID_ARGS },
  { operation, what: "a member of its own making", content: "<tds:Colour>red</tds:Colour>", fault: INVALID_ARGS },
];

export const row = (
  operation: string,
  what: string,
  content: string,
  fault: string,
  before?: BadInput["before"],
): BadInput => ({ operation, what, content, fault, ...(before && { before }) });
