import { CodedError, DecodeError, Refusal } from "#util/errors";

/** What a method has to say. CSeq, Server and Date are added where it is written. */
export interface Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Runs in the same turn, right behind the answer. */
  readonly after?: () => void;
  /** The connection ends behind the answer. */
  readonly closes?: boolean;
}

export const ok: Answer = Object.freeze({ status: 200 });

/** A request that is answered with an error status. */
export class Rejection extends CodedError {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: readonly (readonly [name: string, value: string])[] = [],
  ) {
    super(`rtsp-${status}`, message);
  }
}

const STATUS_OF: Readonly<Record<string, number>> = {
  "path-not-found": 404,
  "path-not-allowed": 403,
  "path-not-ready": 503,
  "publish-reserved": 403,
  "publish-taken": 403,
  "back-channel-taken": 453,
  "rtsp-target-too-long": 414,
  "rtsp-body-too-large": 413,
  "range-outside": 457,
  "replay-limit": 453,
  "rtsp-range": 457,
};

/** The status that answers a failure; 500 is one that should not have happened. */
export function statusOf(error: unknown): number {
  if (error instanceof Rejection) return error.status;
  if (error instanceof DecodeError) return STATUS_OF[error.code] ?? 400;
  if (error instanceof Refusal) return STATUS_OF[error.code] ?? 403;
  return 500;
}
