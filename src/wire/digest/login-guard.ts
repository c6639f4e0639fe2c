/** Is told of failed logins, and shuts those out who fail too often. */
export interface LoginGuard {
  /** True while that user cannot log in from that address, whatever the password. */
  isLocked(username: string, address: string): boolean;
  /** A password was wrong, or there is no such user. */
  failed(username: string, address: string): void;
}
