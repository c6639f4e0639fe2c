import { describe, expect, it } from "vitest";
import { summaryText } from "#app/summary";

const camera = {
  name: "Maker Model (0001)",
  services: ["http://192.0.2.10:8000/onvif/device_service", "https://192.0.2.10:8443/onvif/device_service"],
  streams: [{ profile: "main", address: "rtsp://192.0.2.10:8554/test.mp4" }],
  users: ["admin (Administrator)", "uma (User)"],
  needsLogin: true,
};

describe("what is printed after the start", () => {
  it("has device addresses, streams, users and the log, a line each", () => {
    expect(summaryText({ cameras: [camera] }, "/cam/x.log").split("\n")).toEqual([
      "Maker Model (0001)",
      "  device  http://192.0.2.10:8000/onvif/device_service",
      "  device  https://192.0.2.10:8443/onvif/device_service",
      "  stream  rtsp://192.0.2.10:8554/test.mp4  (main)",
      "  users   admin (Administrator), uma (User)",
      "  log     /cam/x.log",
    ]);
  });

  it("says where nobody has to log in", () => {
    const text = summaryText({ cameras: [{ ...camera, needsLogin: false }] }, "off");
    expect(text).toContain("uma (User) (no login needed)");
  });

  it("says where there is no user", () => {
    expect(summaryText({ cameras: [{ ...camera, users: [] }] }, "off")).toContain("users   none");
  });
});
