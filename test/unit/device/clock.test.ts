import { describe, expect, it } from "vitest";
import { aDevice, codeOf, noon } from "../../support/a-device.js";

const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
const july = { year: 2026, month: 7, day: 1, hour: 12, minute: 0, second: 0 };

describe("the camera's clock", () => {
  it("shows the host's time, in UTC and local", () => {
    const { device } = aDevice({ clock: { timeZone: berlin } });
    expect(device.clock.getSystemDateAndTime()).toEqual({
      dateTimeType: "Manual",
      daylightSavings: true,
      timeZone: berlin,
      utc: { year: 2026, month: 1, day: 15, hour: 12, minute: 0, second: 0 },
      local: { year: 2026, month: 1, day: 15, hour: 13, minute: 0, second: 0 },
    });
  });

  it("starts ahead of the host by the configured offset", () => {
    const { device } = aDevice({ clock: { offsetMs: 90_000 } });
    expect(device.clock.now()).toBe(noon + 90_000);
  });

  it("runs on from the time a client sets", () => {
    const { device, changes, at } = aDevice({ clock: { timeZone: berlin } });
    device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: true, utc: july });
    at.ms += 61_000;
    const shown = device.clock.getSystemDateAndTime();
    expect(shown.utc).toEqual({ ...july, minute: 1, second: 1 });
    expect(shown.local.hour).toBe(14);
    expect(device.clock.toCameraTime(noon)).toBe(Date.UTC(2026, 6, 1, 12));
    expect(changes).toEqual([{ slice: "clock", what: "set" }]);
  });

  it("keeps time and zone where a client gives neither", () => {
    const { device } = aDevice({ clock: { timeZone: berlin, offsetMs: 5000 } });
    device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false });
    expect(device.clock.now()).toBe(noon + 5000);
    expect(device.clock.getSystemDateAndTime()).toMatchObject({ timeZone: berlin, daylightSavings: false });
  });

  it("follows NTP only with a server, and then shows the host's time", () => {
    const { device } = aDevice({ clock: { offsetMs: 5000 } });
    const toNtp = (): void =>
      device.clock.setSystemDateAndTime({ dateTimeType: "NTP", daylightSavings: true, utc: july });
    expect(codeOf(toNtp)).toBe("ntp-server-undefined");
    device.network.setNtp({ fromDhcp: false, manual: [{ family: "dns", address: "pool.example" }] });
    toNtp();
    expect(device.clock.now()).toBe(noon);
    expect(codeOf(() => device.network.setNtp({ fromDhcp: false, manual: [] }))).toBe("time-synced-to-ntp");
    device.network.setNtp({ fromDhcp: true, manual: [] });
  });

  it.each([
    ["invalid-time-zone", { timeZone: "INVALIDTIMEZONE" }],
    ["invalid-date-time", { utc: { ...july, hour: 25 } }],
  ])("refuses with %s and stays as it was", (code, part) => {
    const { device, changes } = aDevice({ clock: { timeZone: berlin } });
    const before = device.clock.getSystemDateAndTime();
    const set = (): void =>
      device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false, timeZone: "UTC0", ...part });
    expect(codeOf(set)).toBe(code);
    expect(device.clock.getSystemDateAndTime()).toEqual(before);
    expect(changes).toEqual([]);
  });

  it("is not made with a zone that is none", () => {
    expect(codeOf(() => aDevice({ clock: { timeZone: "Europe/Berlin" } }))).toBe("invalid-time-zone");
  });
});
