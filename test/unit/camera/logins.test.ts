import { describe, expect, it } from "vitest";
import { cameraLogins } from "#camera/logins";
import { aDevice } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

describe("the guard of a camera's logins", () => {
  const guarded = () => {
    const { device } = aDevice({ lockoutMs: 30_000 });
    device.access.securityPolicies.setAuthFailures({ enabled: true, monitorPeriod: 60, maximumFailures: 3 });
    const clock = new FakeClock();
    let asked = 0;
    const origin = {
      get peer() {
        asked++;
        return "192.0.2.9";
      },
    };
    return { guard: cameraLogins(device, clock).guard, clock, origin, asked: () => asked };
  };

  it("asks where a client is only while somebody is shut out", () => {
    const { guard, origin, asked } = guarded();
    expect(guard.isLocked("eve", origin)).toBe(false);
    expect(asked()).toBe(0);
    for (let n = 0; n < 4; n++) guard.failed("mallory", { peer: "192.0.2.66" });
    expect(guard.isLocked("eve", origin)).toBe(false);
    expect(asked()).toBe(1);
  });

  it("shuts a user out where too many logins have failed, for a while", async () => {
    const { guard, clock, origin } = guarded();
    for (let n = 0; n < 4; n++) guard.failed("eve", origin);
    expect(guard.isLocked("eve", origin)).toBe(true);
    expect(guard.isLocked("eve", { peer: "192.0.2.10" })).toBe(false);
    await clock.advance(30_000);
    expect(guard.isLocked("eve", origin)).toBe(false);
  });
});
