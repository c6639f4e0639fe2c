import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";
import { civilOf, instantOf, offsetAt, parseTimeZone, type CivilDateTime, type TimeZone } from "./time-zone.js";

/** Whether the time is set by clients or taken from NTP. */
export type DateTimeType = "Manual" | "NTP";

/** The clock as clients may change it; all of it is kept across restarts. */
export interface ClockState {
  /** Camera time minus host time. */
  readonly offsetMs: number;
  readonly dateTimeType: DateTimeType;
  /** Whether the daylight saving rules of the zone are followed. */
  readonly daylightSavings: boolean;
  /** POSIX form, for example `CET-1CEST,M3.5.0,M10.5.0/3`. */
  readonly timeZone: string;
}

/** The answer to GetSystemDateAndTime. */
export interface SystemDateAndTime {
  readonly dateTimeType: DateTimeType;
  readonly daylightSavings: boolean;
  readonly timeZone: string;
  readonly utc: CivilDateTime;
  readonly local: CivilDateTime;
}

/** The request of SetSystemDateAndTime; what is absent stays as it is. */
export interface SystemDateAndTimeSetting {
  readonly dateTimeType: DateTimeType;
  readonly daylightSavings: boolean;
  readonly timeZone?: string | undefined;
  /** Without meaning when the type is NTP. */
  readonly utc?: CivilDateTime | undefined;
}

/** The camera's own time: an offset over the host's, and a zone. Nothing of the host is changed. */
export class CameraClock {
  #state: ClockState;
  #zone: TimeZone;

  /** `hostNow` is wall time in ms; `ntpServerDefined` tells whether NTP may be chosen. */
  constructor(
    state: ClockState,
    private readonly hostNow: () => number,
    private readonly ntpServerDefined: () => boolean,
    private readonly emit: Emit,
  ) {
    this.#zone = this.#zoneOf(state.timeZone);
    this.#state = state;
  }

  get dateTimeType(): DateTimeType {
    return this.#state.dateTimeType;
  }

  /** Camera time, ms since the Unix epoch, UTC. */
  now(): number {
    return this.hostNow() + this.#state.offsetMs;
  }

  /** What the camera's clock showed, or will show, when the host's shows `hostMs`. */
  toCameraTime(hostMs: number): number {
    return hostMs + this.#state.offsetMs;
  }

  /** Local date and time of an instant of camera time. */
  localOf(utcMs: number): CivilDateTime {
    return civilOf(utcMs + offsetAt(this.#zone, utcMs, this.#state.daylightSavings) * 1000);
  }

  /** Core §8.3.6. */
  getSystemDateAndTime(): SystemDateAndTime {
    const { dateTimeType, daylightSavings, timeZone } = this.#state;
    const now = this.now();
    return { dateTimeType, daylightSavings, timeZone, utc: civilOf(now), local: this.localOf(now) };
  }

  /** Core §8.3.7. With NTP the camera shows the host's time, which stands for the server's. */
  setSystemDateAndTime(setting: SystemDateAndTimeSetting): void {
    const { dateTimeType, daylightSavings, timeZone = this.#state.timeZone } = setting;
    const zone = this.#zoneOf(timeZone);
    if (dateTimeType === "NTP" && !this.ntpServerDefined())
      throw refusal("ntp-server-undefined", "NTP needs a server, and none is defined");
    let offsetMs = dateTimeType === "NTP" ? 0 : this.#state.offsetMs;
    if (dateTimeType === "Manual" && setting.utc !== undefined) {
      const instant = instantOf(setting.utc);
      if (instant === undefined) throw refusal("invalid-date-time", "no such date or time", { utc: setting.utc });
      offsetMs = instant - this.hostNow();
    }
    this.#zone = zone;
    this.#state = { offsetMs, dateTimeType, daylightSavings, timeZone };
    this.emit({ slice: "clock", what: "set" });
  }

  snapshot(): ClockState {
    return this.#state;
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(state: ClockState): () => void {
    const zone = this.#zoneOf(state.timeZone);
    return () => {
      this.#zone = zone;
      this.#state = { ...state };
    };
  }

  #zoneOf(text: string): TimeZone {
    const zone = parseTimeZone(text);
    if (!zone) throw refusal("invalid-time-zone", "not a POSIX time zone", { timeZone: text.slice(0, 128) });
    return zone;
  }
}
