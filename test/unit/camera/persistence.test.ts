import { describe, expect, it } from "vitest";
import { deviceStateOf, keepState, restoreDevice, runConfigOf } from "#camera/persistence";
import { readRunFile } from "#config/load";
import { onvifCfg } from "#config/onvif-cfg";
import { type RunConfig, runCfg } from "#config/run-cfg";
import { RunStore } from "#config/run-store";
import { defaultsOf } from "#config/schema";
import { writeCfg } from "#config/write";
import type { Device } from "#device/device";
import { silentLogger } from "#util/log";
import { aDevice, aDeviceSetup, aProfile, aSubProfile, withIo, withWireless } from "../../support/a-device.js";
import { fakeHost } from "../../support/fake-host.js";

const basis = { onvif: defaultsOf(onvifCfg), onvifDigest: "the digest" };
const full = { ...withIo, ...withWireless() };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** What the run file of that device says when it is read again. */
async function readBack(device: Device): Promise<RunConfig | undefined> {
  const { files } = fakeHost();
  files.set("/cam/onvifrun.cfg", writeCfg(runCfg, runConfigOf(device, basis, NOW), {}));
  const file = await readRunFile(files, "/cam/onvifrun.cfg");
  expect(file?.issues).toEqual([]);
  return file?.value;
}

/** Something that clients change in each slice. */
const changes: readonly (readonly [string, (device: Device) => void])[] = [
  [
    "clock",
    ({ clock }) =>
      clock.setSystemDateAndTime({
        dateTimeType: "Manual",
        daylightSavings: true,
        timeZone: "CET-1CEST,M3.5.0,M10.5.0/3",
        utc: { year: 2030, month: 2, day: 3, hour: 4, minute: 5, second: 6 },
      }),
  ],
  ["host name", ({ hostname }) => hostname.set("gate-7")],
  ["host name from DHCP", ({ hostname }) => hostname.setFromDhcp(true)],
  [
    "name servers",
    ({ network }) =>
      network.setDns({
        fromDhcp: false,
        searchDomains: ["a.example", "b.example"],
        manual: [
          { family: "ipv4", address: "192.0.2.53" },
          { family: "ipv6", address: "2001:db8::53" },
        ],
      }),
  ],
  [
    "time servers",
    ({ network }) => network.setNtp({ fromDhcp: true, manual: [{ family: "dns", address: "ntp.example" }] }),
  ],
  ["gateways", ({ network }) => network.setDefaultGateway({ ipv4: ["192.0.2.254"], ipv6: ["2001:db8::1"] })],
  ["link-local addressing", ({ network }) => network.setZeroConfiguration("eth0", true)],
  ["discovery mode", ({ discovery }) => discovery.setDiscoveryMode("NonDiscoverable")],
  ["scopes", ({ scopes }) => scopes.addScopes(["onvif://www.onvif.org/location/caf%C3%A9", "urn:a&b<c>"])],
  [
    "users",
    ({ users }) =>
      users.createUsers([
        { username: "olga", password: "operate it", level: "Operator" },
        { username: "a&b <c>", password: ' spaces, <tags> & "quotes" ', level: "User" },
        { username: "Ünïcödé", password: "пароль", level: "User" },
        { username: " blanks  around ", password: "a\r\nb\tc", level: "User" },
        { username: "😀".repeat(64), password: "]]>&#13;<!--", level: "User" },
      ]),
  ],
  ["a password", ({ users }) => users.setUser([{ username: "admin", password: "new", level: "Administrator" }])],
  ["a profile", ({ media }) => void media.profiles.createProfile({ name: "Made by & for <you>" })],
  [
    "what a profile holds",
    ({ media }) => media.profiles.removeConfiguration(media.profiles.list()[0]?.token ?? "", ["audio-encoder"]),
  ],
  [
    "an encoder",
    ({ media }) => {
      const [encoder] = media.video.encoderConfigurations.list();
      if (!encoder) throw new Error("no encoder");
      media.video.setEncoderConfiguration({
        ...encoder,
        name: "mine",
        quality: 3.5,
        resolution: { width: 640, height: 360 },
        rateControl: { ...encoder.rateControl, bitrateLimitKbps: 777 },
        govLength: 13,
      });
    },
  ],
  ["link-local addressing", ({ network }) => network.setZeroConfiguration("eth0", true)],
  [
    "wireless network",
    ({ network }) =>
      network.setInterface({
        token: "wlan0",
        wireless: [
          {
            alias: " a&b <c> ",
            ssid: "00ff",
            priority: 31,
            security: { mode: "PSK", algorithm: "TKIP", key: "0a".repeat(32), passphrase: " blanks & <tags> " },
          },
          { alias: "open", ssid: "61", priority: 0, security: { mode: "None" } },
        ],
      }),
  ],
  [
    "relay",
    ({ io }) => io.relays.setSettings("relay_output_2", { mode: "Monostable", delayMs: 2_500, idleState: "closed" }),
  ],
  ["state of a relay", ({ io }) => io.relays.setState("relay_output_1", "active")],
  ["digital input", ({ io }) => io.digitalInputs.configure([{ token: "digital_input_2", idleState: "closed" }])],
  [
    "serial port",
    ({ io }) =>
      io.serialPorts.set({ ...io.serialPorts.get("serial_port_1"), baudRate: 1_200, parity: "Odd", stopBits: 2 }),
  ],
  [
    "loudspeaker",
    ({ io }) => io.audioOutputs.set({ ...io.audioOutputs.ofOutput("audio_output_1"), name: "a&b <c>", outputLevel: 0 }),
  ],
];

describe("the run file", () => {
  it("says when it was written, what from, and who the camera is", async () => {
    const { device } = aDevice();
    expect((await readBack(device))?.runtime).toMatchObject({
      baseDigest: "the digest",
      savedAt: "2026-01-02T03:04:05.000Z",
      endpointUuid: device.identity.endpointAddress.replace("urn:uuid:", ""),
    });
  });

  it.each(changes)("brings back a changed %s, and everything else", async (_name, change) => {
    const { device } = aDevice(full);
    const before = device.snapshot();
    change(device);
    const after = device.snapshot();
    expect(after).not.toEqual(before);
    const { device: restored } = aDevice(full);
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(restored.snapshot()).toEqual(after);
  });

  it("brings back all changes together", async () => {
    const { device } = aDevice(full);
    for (const [, change] of changes) change(device);
    const { device: restored } = aDevice(full);
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(restored.snapshot()).toEqual(device.snapshot());
  });

  it("that holds no state leaves the camera as it is configured", async () => {
    const { device } = aDevice();
    const run = await readBack(device);
    const configured = aDevice().device;
    expect(restoreDevice(configured, undefined)).toBeUndefined();
    if (!run) throw new Error("no run file");
    const { baseDigest, savedAt, endpointUuid } = run.runtime;
    const withoutState = { ...run, runtime: { baseDigest, savedAt, endpointUuid } };
    expect(restoreDevice(configured, withoutState)).toBeUndefined();
    expect(configured.snapshot()).toEqual(device.snapshot());
  });

  it("brings the ports back that a client has set, and no others: the cfg files may have changed since", async () => {
    const { device } = aDevice();
    device.network.setProtocols([{ name: "RTSP", enabled: false, ports: [10_554] }]);
    const { network } = aDeviceSetup();
    const protocols = network.protocols.map((protocol) => ({ ...protocol, ports: [9000] }));
    const { device: restored } = aDevice({ network: { ...network, protocols } });
    restoreDevice(restored, await readBack(device));
    expect(restored.network.protocols).toEqual([
      { name: "HTTP", enabled: true, ports: [9000] },
      { name: "HTTPS", enabled: true, ports: [9000] },
      { name: "RTSP", enabled: false, ports: [10_554] },
    ]);
  });
});

describe("a loudspeaker, which rtsp.cfg gives and takes", () => {
  const { io, speaker } = withIo;
  const withSpeaker = () => aDevice({ io: io ?? {}, speaker }).device;
  const without = () => aDevice({ io: io ?? {} }).device;
  const held = ({ media }: Device): readonly string[] =>
    media.profiles
      .list()
      .map(({ configurations }) => `${configurations["audio-output"]} ${configurations["audio-decoder"]}`);
  const BOTH = "audio_output_config_1 audio_decoder_1";

  it("goes out of what was kept, and all else stays", async () => {
    const device = withSpeaker();
    device.hostname.set("gate-7");
    const restored = without();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual(["undefined undefined", "undefined undefined"]);
    expect(restored.io.audioOutputs.snapshot()).toEqual([]);
    expect(restored.hostname.get().name).toBe("gate-7");
  });

  it("comes into the profiles of the configuration, not into those of clients", async () => {
    const device = without();
    device.media.profiles.createProfile({ name: "mine" });
    const restored = withSpeaker();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual([BOTH, BOTH, "undefined undefined"]);
    expect(restored.media.audioDecoders.configurations.list()).toHaveLength(1);
  });

  it("stays out of a profile from which a client has taken it", async () => {
    const device = withSpeaker();
    device.media.profiles.removeConfiguration("profile_1", ["audio-output", "audio-decoder"]);
    device.media.audioDecoders.setConfiguration({ token: "audio_decoder_1", name: "a&b <c>" });
    const restored = withSpeaker();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual(["undefined undefined", BOTH]);
    expect(restored.media.audioDecoders.configurations.list()[0]?.name).toBe("a&b <c>");
  });
});

describe("metadata, which rtsp.cfg turns on and off", () => {
  const profiles = [aProfile(), aSubProfile()];
  const withMetadata = () => aDevice({ media: { profiles, metadata: "in-profiles" } }).device;
  const without = () => aDevice({ media: { profiles, metadata: "absent" } }).device;
  const held = ({ media }: Device): readonly (string | undefined)[] =>
    media.profiles.list().map(({ configurations }) => configurations.metadata);

  it("go out of what was kept, and all else stays", async () => {
    const device = withMetadata();
    const { profiles: before } = device.media;
    before.createProfile({ name: "mine", configurations: [{ kind: "metadata", token: "metadata_1" }] });
    device.hostname.set("gate-7");
    const restored = without();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual([undefined, undefined, undefined]);
    expect(restored.hostname.get().name).toBe("gate-7");
  });

  it("come back into the profiles of the configuration", async () => {
    const device = without();
    device.media.profiles.createProfile({ name: "mine" });
    const restored = withMetadata();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual(["metadata_1", "metadata_1", undefined]);
  });

  it("stay as clients have them otherwise", async () => {
    const device = withMetadata();
    device.media.profiles.removeConfiguration("profile_2", ["metadata"]);
    const restored = withMetadata();
    expect(restoreDevice(restored, await readBack(device))).toBeUndefined();
    expect(held(restored)).toEqual(["metadata_1", undefined]);
  });
});

describe("a state that does not fit the camera", () => {
  it("is left out as a whole, and the reason is told", async () => {
    const { device } = aDevice({ media: { profiles: [aProfile({ token: "other" })] } });
    device.hostname.set("gate-7");
    const run = await readBack(device);
    const { device: configured } = aDevice();
    const before = configured.snapshot();
    expect(restoreDevice(configured, run)).toMatch(/./);
    expect(configured.snapshot()).toEqual(before);
  });

  it("is told for a value that no client could have set", async () => {
    const { device } = aDevice();
    const run = await readBack(device);
    const state = run && deviceStateOf(run);
    if (!run || !state) throw new Error("no state");
    const broken = {
      ...run,
      runtime: { ...run.runtime, state: { ...state, clock: { ...state.clock, timeZone: "?" } } },
    };
    expect(restoreDevice(aDevice().device, broken)).toMatch(/zone/i);
  });
});

describe("keeping the state", () => {
  const scene = () => {
    const host = fakeHost();
    host.files.setFolder("/cam");
    const { device } = aDevice(full);
    const store = new RunStore(host.files, host.clock, "/cam/onvifrun.cfg", silentLogger);
    const stop = keepState(device, basis, store, () => host.clock.now());
    return { host, device, stop };
  };

  it.each(changes)("writes the file half a second after a changed %s", async (_name, change) => {
    const { host, device } = scene();
    change(device);
    await host.clock.advance(499);
    expect(host.files.replaced).toEqual([]);
    await host.clock.advance(1);
    expect(host.files.replaced).toEqual(["/cam/onvifrun.cfg"]);
  });

  it("writes nothing for what the program itself does: interfaces that come, relays that move, a state restored", async () => {
    const { host, device } = scene();
    device.network.updateInterfaces([]);
    device.io.digitalInputs.setActive("digital_input_1", true);
    device.io.relays.move("relay_output_1", "active");
    device.restore(device.snapshot());
    await host.clock.advance(60_000);
    expect(host.files.replaced).toEqual([]);
  });

  it("ends when it is told to", async () => {
    const { host, device, stop } = scene();
    stop();
    device.hostname.set("gate-7");
    await host.clock.advance(60_000);
    expect(host.files.replaced).toEqual([]);
  });
});
