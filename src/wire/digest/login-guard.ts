/** Where a login comes from. To find out the address costs more than to check a password: it is asked for when it is needed. */
export interface Origin {
  /** The client's address. */
  readonly peer: string;
}

/** Is told of failed logins, and shuts those out who fail too often. */
export interface LoginGuard {
  /** True while that user cannot log in from there, whatever the password. */
  isLocked(username: string, from: Origin): boolean;
  /** A password was wrong, or there is no such user. */
  failed(username: string, from: Origin): void;
}
