import { describe, expect, it } from "vitest";
import { accountOf } from "#camera/setup";
import { type OnvifConfig, onvifCfg } from "#config/onvif-cfg";
import { readCfg } from "#config/read";
import { type RunConfig, runCfg } from "#config/run-cfg";
import { defaultsOf } from "#config/schema";
import { writeCfg } from "#config/write";
import type { DeviceState } from "#device/device";
import { aDevice } from "../../support/a-device.js";

/** What the run file keeps of a device. */
function runOf(base: OnvifConfig, { users, scopes, ...state }: DeviceState): RunConfig {
  return {
    ...base,
    users: users.map((user) => ({ ...user, roles: user.roles ?? [] })),
    scopes,
    runtime: { baseDigest: "d", savedAt: "2026-01-01T00:00:00Z", endpointUuid: "u", state },
  };
}

/** What a device can be restored from. */
function stateOf({ users, scopes, runtime }: RunConfig): DeviceState | undefined {
  return (
    runtime.state && {
      ...runtime.state,
      users: users.map(accountOf),
      scopes: scopes.map(({ uri, fixed = false }) => ({ uri, fixed })),
    }
  );
}

const throughTheFile = (run: RunConfig): RunConfig => {
  const { value, issues } = readCfg("onvifrun.cfg", Buffer.from(writeCfg(runCfg, run)), runCfg);
  expect(issues).toEqual([]);
  return value;
};

describe("onvifrun.cfg", () => {
  it("keeps all of a device's state", () => {
    const { device } = aDevice();
    const state = device.snapshot();
    expect(stateOf(throughTheFile(runOf(defaultsOf(onvifCfg), state)))).toEqual(state);
  });

  it("keeps what clients have changed, and a device can be restored from it", () => {
    const { device } = aDevice({ health: ["temperature"] });
    device.scopes.addScopes(["onvif://www.onvif.org/location/hall", "a&b<c"]);
    device.users.createUsers([{ username: " blank ", password: " p&<w> ", level: "Operator" }]);
    device.hostname.set("hall-camera");
    device.discovery.setDiscoveryMode("NonDiscoverable");
    device.clock.setSystemDateAndTime({
      dateTimeType: "Manual",
      daylightSavings: true,
      timeZone: "CET-1CEST,M3.5.0,M10.5.0/3",
      utc: { year: 2031, month: 2, day: 3, hour: 4, minute: 5, second: 6 },
    });
    device.network.setDns({
      fromDhcp: false,
      searchDomains: ["example.org", "example.net"],
      manual: [
        { family: "ipv4", address: "192.0.2.53" },
        { family: "ipv6", address: "2001:db8::53" },
      ],
    });
    device.network.setNtp({ fromDhcp: false, manual: [{ family: "dns", address: "ntp.example.org" }] });
    device.network.setDefaultGateway({ ipv4: ["192.0.2.1"], ipv6: [] });
    const profile = device.media.profiles.createProfile({ name: "made by a client" });
    const [metadata] = device.media.metadata.configurations.list();
    if (!metadata) throw new Error("no metadata configuration");
    device.media.profiles.addConfiguration(profile.token, [{ kind: "metadata", token: metadata.token }]);
    device.media.metadata.setConfiguration({
      token: metadata.token,
      eventFilter: "",
      sensorFilter: { sensorIds: ["one", "two"], types: [] },
    });
    const state = device.snapshot();
    const kept = stateOf(throughTheFile(runOf(defaultsOf(onvifCfg), state)));
    expect(kept).toEqual(state);
    const { device: again } = aDevice();
    if (kept) again.restore(kept);
    expect(again.snapshot()).toEqual(state);
  });

  it("is also an onvif.cfg that was copied there by hand", () => {
    const { value, issues } = readCfg(
      "onvifrun.cfg",
      Buffer.from("<config><http_port>81</http_port></config>"),
      runCfg,
    );
    expect(issues).toEqual([]);
    expect(value).toStrictEqual({
      ...defaultsOf(onvifCfg),
      httpPort: 81,
      runtime: { baseDigest: "", savedAt: "", endpointUuid: "" },
    });
  });
});
