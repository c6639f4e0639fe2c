/** The memory of the process. */
export interface Memory {
  /**
   * Says that streams flow from now on, until `tidy`: what they leave behind is collected as it grows, a few milliseconds at
   * a time, and given back to the system.
   */
  watch(): void;
  /** Says that somebody has come to a stream. What a crowd leaves behind is collected when nobody has come for a second. */
  joined(): void;
  /**
   * Says that much has become free and that little happens now: memory is given back to the system in a few seconds. Takes
   * about 20 ms then; what is said again meanwhile counts once.
   */
  tidy(): void;
}
