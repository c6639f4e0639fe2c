import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import { Media } from "#onvif/schema/media/service";
import { withIo } from "../../support/a-device.js";
import { createPullPoint, eventProperties, told, topicFilter, topicsIn } from "../../support/event-client.js";
import { aCamera, call, soap, theUsers, type TestCamera } from "../../support/soap.js";

const R1 = "relay_output_1";
const D1 = "digital_input_1";
const S1 = "serial_port_1";
const camera = (): TestCamera => aCamera({ setup: withIo });
const at = { reachedAt: "http://192.0.2.10:8000/onvif/deviceio_service" };

describe("the DeviceIO service", () => {
  it("says how many of each there are, the same in all three places", async () => {
    const counts = { VideoSources: 1, VideoOutputs: 0, AudioSources: 1, AudioOutputs: 1, RelayOutputs: 2 };
    const { Capabilities: own } = await call(camera(), DeviceIo, "GetServiceCapabilities", {}, at);
    expect(own).toEqual({ ...counts, SerialPorts: 1, DigitalInputs: 2, DigitalInputOptions: true });
    const { Service } = await call(camera(), Device, "GetServices", { IncludeCapability: true });
    const listed = Service.find(({ Namespace }) => Namespace === "http://www.onvif.org/ver10/deviceIO/wsdl");
    expect(listed).toMatchObject({ XAddr: at.reachedAt, Version: { Major: 21, Minor: 6 } });
    expect(listed?.Capabilities?.Any?.[0]?.attribute("DigitalInputs")).toBe("2");
    const { Capabilities: all } = await call(camera(), Device, "GetCapabilities", { Category: ["All"] });
    expect(all.Extension?.DeviceIO).toEqual({ XAddr: at.reachedAt, ...counts });
    expect(all.Device?.IO).toMatchObject({ InputConnectors: 2, RelayOutputs: 2 });
  });

  it("says that there is nothing where there is nothing", async () => {
    const bare = aCamera();
    const { Capabilities: own } = await call(bare, DeviceIo, "GetServiceCapabilities", {});
    expect(own).toMatchObject({ RelayOutputs: 0, DigitalInputs: 0, SerialPorts: 0, DigitalInputOptions: false });
    expect((await soap(bare, { service: DeviceIo, operation: "SendReceiveSerialCommand" })).fault).toBe(
      "Sender InvalidArgVal InvalidSerialPort",
    );
    expect([...topicsIn((await eventProperties(bare)).TopicSet.Any).keys()].join()).not.toContain("Trigger");
  });

  it("has the sources of the media service, and their configurations", async () => {
    const one = camera();
    const { VideoSources = [] } = await call(one, Media, "GetVideoSources", {});
    expect((await call(one, DeviceIo, "GetVideoSources", {})).Token).toEqual(VideoSources.map(({ token }) => token));
    const { AudioSources = [] } = await call(one, Media, "GetAudioSources", {});
    expect((await call(one, DeviceIo, "GetAudioSources", {})).Token).toEqual(AudioSources.map(({ token }) => token));

    const video = await call(one, DeviceIo, "GetVideoSourceConfiguration", { VideoSourceToken: "video_source_1" });
    const { Configurations: videos = [] } = await call(one, Media, "GetVideoSourceConfigurations", {});
    expect(video.VideoSourceConfiguration).toEqual(videos[0]);
    const Configuration = { ...video.VideoSourceConfiguration, Name: "gate" };
    await call(one, DeviceIo, "SetVideoSourceConfiguration", { Configuration, ForcePersistence: true });
    expect((await call(one, Media, "GetVideoSourceConfigurations", {})).Configurations?.[0]?.Name).toBe("gate");
    const { VideoSourceConfigurationOptions: options } = await call(
      one,
      DeviceIo,
      "GetVideoSourceConfigurationOptions",
      { VideoSourceToken: "video_source_1" },
    );
    expect(options.VideoSourceTokensAvailable).toEqual(["video_source_1"]);

    const AudioSourceToken = "audio_source_1";
    const audio = await call(one, DeviceIo, "GetAudioSourceConfiguration", { AudioSourceToken });
    const microphone = { ...audio.AudioSourceConfiguration, Name: "desk" };
    await call(one, DeviceIo, "SetAudioSourceConfiguration", { Configuration: microphone, ForcePersistence: true });
    const { Configurations: audios = [] } = await call(one, Media, "GetAudioSourceConfigurations", {});
    expect(audios).toEqual([microphone]);
    const { AudioSourceOptions } = await call(one, DeviceIo, "GetAudioSourceConfigurationOptions", {
      AudioSourceToken,
    });
    expect(AudioSourceOptions.InputTokensAvailable).toEqual([AudioSourceToken]);
  });

  it("has a loudspeaker with a level, and no monitors", async () => {
    const one = camera();
    expect((await call(one, DeviceIo, "GetAudioOutputs", {})).Token).toEqual(["audio_output_1"]);
    const asked = { AudioOutputToken: "audio_output_1" };
    const { AudioOutputConfiguration: before } = await call(one, DeviceIo, "GetAudioOutputConfiguration", asked);
    const { AudioOutputOptions } = await call(one, DeviceIo, "GetAudioOutputConfigurationOptions", asked);
    expect(AudioOutputOptions).toMatchObject({ OutputTokensAvailable: ["audio_output_1"] });
    const Configuration = { ...before, OutputLevel: AudioOutputOptions.OutputLevelRange.Max };
    await call(one, DeviceIo, "SetAudioOutputConfiguration", { Configuration, ForcePersistence: true });
    const { AudioOutputConfiguration: after } = await call(one, DeviceIo, "GetAudioOutputConfiguration", asked);
    expect(after).toEqual(Configuration);
    expect((await call(one, DeviceIo, "GetVideoOutputs", {})).VideoOutputs).toBeUndefined();
  });

  it("lets users look and operators switch", async () => {
    const one = camera();
    const { user, operator } = theUsers;
    const content = `<tds:RelayOutputToken>${R1}</tds:RelayOutputToken><tds:LogicalState>active</tds:LogicalState>`;
    const switching = { operation: "SetRelayOutputState", content };
    expect((await soap(one, { service: DeviceIo, operation: "GetDigitalInputs" }, { user })).fault).toBeUndefined();
    expect((await soap(one, switching, { user, ...at })).fault).toBe("Sender NotAuthorized");
    expect(one.device.io.relays.state(R1)).toBe("inactive");
    expect((await soap(one, switching, { user: operator, ...at })).fault).toBeUndefined();
    expect(one.device.io.relays.state(R1)).toBe("active");
  });
});

describe("relays", () => {
  it("are the same in both services", async () => {
    const one = camera();
    const Properties = { Mode: "Monostable", DelayTime: 2_500, IdleState: "closed" } as const;
    await call(one, DeviceIo, "SetRelayOutputSettings", { RelayOutput: { token: R1, Properties } });
    const { RelayOutputs: here = [] } = await call(one, DeviceIo, "GetRelayOutputs", {}, at);
    const { RelayOutputs: there = [] } = await call(one, Device, "GetRelayOutputs", {});
    expect(here).toEqual(there);
    expect(here[0]).toEqual({ token: R1, Properties });
    const bistable = { ...Properties, Mode: "Bistable" } as const;
    await call(one, Device, "SetRelayOutputSettings", { RelayOutputToken: R1, Properties: bistable });
    const { RelayOutputs: after = [] } = await call(one, Device, "GetRelayOutputs", {});
    expect(after.map(({ Properties: { Mode } }) => Mode)).toEqual(["Bistable", "Bistable"]);
  });

  it("tell their options, one by one and together", async () => {
    const { RelayOutputOptions: all = [] } = await call(camera(), DeviceIo, "GetRelayOutputOptions", {});
    const { RelayOutputOptions: one } = await call(camera(), DeviceIo, "GetRelayOutputOptions", {
      RelayOutputToken: R1,
    });
    expect(one).toEqual([{ token: R1, Mode: ["Bistable", "Monostable"], DelayTimes: [0.1, 3600], Discrete: false }]);
    expect(all).toHaveLength(2);
  });

  it("tell each change of their state, and when a monostable one goes back", async () => {
    const one = camera();
    const Properties = { Mode: "Monostable", DelayTime: 1_000, IdleState: "open" } as const;
    await call(one, DeviceIo, "SetRelayOutputSettings", { RelayOutput: { token: R1, Properties } });
    const address = await createPullPoint(one, topicFilter("tns1:Device/Trigger/Relay"));
    const state = (operation: string, token: string, value: string): string =>
      `tns1:Device/Trigger/Relay ${operation} RelayToken=${token} LogicalState=${value}`;
    expect(await told(one, address)).toEqual([
      state("Initialized", R1, "inactive"),
      state("Initialized", "relay_output_2", "inactive"),
    ]);
    const active = { RelayOutputToken: R1, LogicalState: "active" } as const;
    await call(one, DeviceIo, "SetRelayOutputState", active);
    await call(one, DeviceIo, "SetRelayOutputState", active);
    expect(await told(one, address)).toEqual([state("Changed", R1, "active")]);
    await one.host.clock.advance(999);
    expect(await told(one, address)).toEqual([]);
    await one.host.clock.advance(1);
    expect(await told(one, address)).toEqual([state("Changed", R1, "inactive")]);
  });
});

describe("digital inputs", () => {
  it("are told and set, and tell their state", async () => {
    const one = camera();
    const address = await createPullPoint(one, topicFilter("tns1:Device/Trigger/DigitalInput"));
    const topic = "tns1:Device/Trigger/DigitalInput";
    expect(await told(one, address)).toEqual([
      `${topic} Initialized InputToken=${D1} LogicalState=false`,
      `${topic} Initialized InputToken=digital_input_2 LogicalState=false`,
    ]);
    one.device.io.digitalInputs.setActive(D1, true);
    expect(await told(one, address)).toEqual([`${topic} Changed InputToken=${D1} LogicalState=true`]);
    const { DigitalInputOptions } = await call(one, DeviceIo, "GetDigitalInputConfigurationOptions", { Token: D1 });
    expect(DigitalInputOptions.IdleState).toEqual(["closed", "open"]);
    await call(one, DeviceIo, "SetDigitalInputConfigurations", { DigitalInputs: [{ token: D1, IdleState: "closed" }] });
    expect((await call(one, DeviceIo, "GetDigitalInputs", {})).DigitalInputs).toEqual([
      { token: D1, IdleState: "closed" },
      { token: "digital_input_2", IdleState: "open" },
    ]);
    // The circuit is still closed, and that is idle now.
    expect(await told(one, address)).toEqual([`${topic} Changed InputToken=${D1} LogicalState=false`]);
  });
});

describe("serial ports", () => {
  it("are told and set", async () => {
    const one = camera();
    const SerialPortToken = S1;
    expect((await call(one, DeviceIo, "GetSerialPorts", {})).SerialPort).toEqual([{ token: S1 }]);
    const { SerialPortConfiguration: before } = await call(one, DeviceIo, "GetSerialPortConfiguration", {
      SerialPortToken,
    });
    expect(before).toMatchObject({ token: S1, type: "RS232", BaudRate: 9600, ParityBit: "None" });
    const { SerialPortOptions } = await call(one, DeviceIo, "GetSerialPortConfigurationOptions", { SerialPortToken });
    expect(SerialPortOptions.BaudRateList.Items).toContain(115_200);
    const SerialPortConfiguration = { ...before, BaudRate: 115_200, StopBit: 2 };
    await call(one, DeviceIo, "SetSerialPortConfiguration", { SerialPortConfiguration, ForcePersistance: true });
    expect(await call(one, DeviceIo, "GetSerialPortConfiguration", { SerialPortToken })).toEqual({
      SerialPortConfiguration,
    });
  });

  it("answer bytes with bytes, and text with text as long as it is text", async () => {
    const one = camera();
    const Binary = Uint8Array.of(0xff, 1, 0, 0xa0);
    const bytes = await call(one, DeviceIo, "SendReceiveSerialCommand", {
      Token: S1,
      SerialData: { Binary },
      DataLength: 4,
    });
    expect(bytes.SerialData).toEqual({ Binary: Buffer.from(Binary) });
    const text = await call(one, DeviceIo, "SendReceiveSerialCommand", {
      SerialData: { String: "Grüße\r\n" },
      Delimiter: "\r\n",
      TimeOut: 1_000,
    });
    expect(text.SerialData).toEqual({ String: "Grüße\r\n" });
    const mixed = await call(one, DeviceIo, "SendReceiveSerialCommand", {
      SerialData: { String: "ü" },
      DataLength: 1,
    });
    expect(mixed.SerialData).toEqual({ Binary: Buffer.of(0xc3) });
    expect((await call(one, DeviceIo, "SendReceiveSerialCommand", { TimeOut: 0 })).SerialData).toEqual({
      Binary: Buffer.of(0xbc),
    });
    expect((await call(one, DeviceIo, "SendReceiveSerialCommand", { TimeOut: 0 })).SerialData).toBeUndefined();
  });
});
