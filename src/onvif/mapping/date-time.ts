import type { CivilDateTime } from "#device/time-zone";
import type { DateTime } from "../schema/tt/system.js";

export const dateTimeToWire = ({ year, month, day, hour, minute, second }: CivilDateTime): DateTime => ({
  Time: { Hour: hour, Minute: minute, Second: second },
  Date: { Year: year, Month: month, Day: day },
});

/** Not checked: the clock refuses what is no date or time. */
export const dateTimeFromWire = ({ Date: date, Time: time }: DateTime): CivilDateTime => ({
  year: date.Year,
  month: date.Month,
  day: date.Day,
  hour: time.Hour,
  minute: time.Minute,
  second: time.Second,
});
