/** Exit statuses (sysexits.h): called wrongly, a port or file that is not to be had, a bug, wrong configuration. */
export const EXIT_USAGE = 64;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_INTERNAL = 70;
export const EXIT_CONFIG = 78;
/** What init scripts answer for a program that does not run. */
export const EXIT_NOT_RUNNING = 3;

/** Ends the program with a status and a sentence for the person who called it. */
export class Exit extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
