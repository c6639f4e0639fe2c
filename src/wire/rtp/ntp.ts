/** Seconds from the NTP era of 1900 to the Unix epoch. */
const ERA_SECONDS = 2_208_988_800;

/** A 64-bit NTP timestamp (RFC 3550 §4): seconds since 1900 modulo 2^32, and the fraction in 2^-32 s. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** `unixMs` may have a fraction. */
export function toNtp(unixMs: number): NtpTime {
  const whole = Math.floor(unixMs / 1000);
  const fraction = Math.min(Math.floor(((unixMs - whole * 1000) / 1000) * 2 ** 32), 2 ** 32 - 1);
  return { seconds: (whole + ERA_SECONDS) % 2 ** 32, fraction };
}

/** Ms since the Unix epoch, with a fraction. Seconds below 2^31 are of the era that starts in 2036. */
export function fromNtp(time: NtpTime): number {
  const era = time.seconds < 2 ** 31 ? 2 ** 32 : 0;
  return (time.seconds + era - ERA_SECONDS) * 1000 + (time.fraction / 2 ** 32) * 1000;
}

/** The middle 32 bits, as receiver reports echo them: 16 bits of seconds, 16 of fraction. */
export const ntpMiddle = (time: NtpTime): number => (((time.seconds & 0xffff) << 16) | (time.fraction >>> 16)) >>> 0;
