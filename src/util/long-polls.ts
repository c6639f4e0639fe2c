/**
 * How many clients may wait for events at once: pull points of a camera, and connections that wait for an answer and are
 * therefore not counted among those of a web server. The two go together, or clients with pull points shut others out.
 */
export const MAX_LONG_POLLS = 64;
