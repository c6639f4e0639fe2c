import { MAXIMUM_SERIAL_BYTES } from "#device/io/serial-line";
import { type BadInput, incomplete, row } from "./row.js";

const ARGS = "Sender InvalidArgs";
const VALUE = "Sender InvalidArgVal";
const LONG = "a".repeat(65);
const PERSIST = "<tmd:ForcePersistence>true</tmd:ForcePersistence>";

const properties = (mode: string, delay: string, idle = "open"): string =>
  `<tt:Mode>${mode}</tt:Mode><tt:DelayTime>${delay}</tt:DelayTime><tt:IdleState>${idle}</tt:IdleState>`;
const relay = (token: string, inner = properties("Bistable", "PT5S")): string =>
  `<tmd:RelayOutput token="${token}"><tt:Properties>${inner}</tt:Properties></tmd:RelayOutput>`;

/** Settings that a relay refuses. */
const wrongSettings: readonly (readonly [what: string, inner: string, fault: string])[] = [
  ["an endless delay", properties("Monostable", "P1Y"), `${VALUE} ModeError`],
  ["no delay", properties("Monostable", "PT0S"), `${VALUE} ModeError`],
  ["a delay before now", properties("Monostable", "-PT5S"), `${VALUE} ModeError`],
  ["a delay that is none", properties("Monostable", "soon"), VALUE],
  ["a mode that is none", properties("Unstable", "PT5S"), VALUE],
  ["an idle state that is none", properties("Bistable", "PT5S", "ajar"), VALUE],
  ["no mode", "<tt:DelayTime>PT5S</tt:DelayTime><tt:IdleState>open</tt:IdleState>", ARGS],
];

const inputs = (...list: readonly (readonly [token: string, idle: string])[]): string =>
  list.map(([token, idle]) => `<tmd:DigitalInputs token="${token}" IdleState="${idle}"/>`).join("");

interface Serial {
  readonly token?: string;
  readonly type?: string;
  readonly baud?: string;
  readonly parity?: string;
  readonly bits?: string;
  readonly stop?: string;
}
const serial = ({ token = "serial_port_1", type = "RS232", ...rest }: Serial): string =>
  `<tmd:SerialPortConfiguration token="${token}" type="${type}"><tmd:BaudRate>${rest.baud ?? "1200"}</tmd:BaudRate>` +
  `<tmd:ParityBit>${rest.parity ?? "Odd"}</tmd:ParityBit><tmd:CharacterLength>${rest.bits ?? "7"}</tmd:CharacterLength>` +
  `<tmd:StopBit>${rest.stop ?? "2"}</tmd:StopBit></tmd:SerialPortConfiguration>` +
  "<tmd:ForcePersistance>true</tmd:ForcePersistance>";

const command = (inner: string, token = "serial_port_1"): string => `<tmd:Token>${token}</tmd:Token>${inner}`;
const text = (length: number): string =>
  `<tmd:SerialData><tmd:String>${"a".repeat(length)}</tmd:String></tmd:SerialData>`;

const audioOutput = (token: string, output: string, level: string, name = "loud", primacy = ""): string =>
  `<tmd:Configuration token="${token}"><tt:Name>${name}</tt:Name><tt:UseCount>0</tt:UseCount>` +
  `<tt:OutputToken>${output}</tt:OutputToken>${primacy}<tt:OutputLevel>${level}</tt:OutputLevel></tmd:Configuration>${PERSIST}`;

/** Operations that are asked about one input or output: member, and subcode for one that is not there. */
const byToken: readonly (readonly [operation: string, member: string, subcode: string])[] = [
  ["GetVideoSourceConfiguration", "VideoSourceToken", "NoVideoSource"],
  ["GetVideoSourceConfigurationOptions", "VideoSourceToken", "NoVideoSource"],
  ["GetVideoOutputConfiguration", "VideoOutputToken", "NoVideoOutput"],
  ["GetVideoOutputConfigurationOptions", "VideoOutputToken", "NoVideoOutput"],
  ["GetAudioSourceConfiguration", "AudioSourceToken", "NoAudioSource"],
  ["GetAudioSourceConfigurationOptions", "AudioSourceToken", "NoAudioSource"],
  ["GetAudioOutputConfiguration", "AudioOutputToken", "NoAudioOutput"],
  ["GetAudioOutputConfigurationOptions", "AudioOutputToken", "NoAudioOutput"],
  ["GetSerialPortConfiguration", "SerialPortToken", "InvalidSerialPort"],
  ["GetSerialPortConfigurationOptions", "SerialPortToken", "InvalidSerialPort"],
];

/** The DeviceIO service. */
export const deviceIoRows: readonly BadInput[] = [
  ...byToken.flatMap(([operation, member, subcode]) => [
    ...incomplete(operation),
    row(operation, "an unknown token", `<tmd:${member}>nothing_9</tmd:${member}>`, `${VALUE} ${subcode}`),
    row(operation, "a long token", `<tmd:${member}>${LONG}</tmd:${member}>`, VALUE),
  ]),

  row(
    "GetRelayOutputOptions",
    "an unknown token",
    "<tmd:RelayOutputToken>relay_output_9</tmd:RelayOutputToken>",
    `${VALUE} RelayToken`,
  ),
  row("GetRelayOutputOptions", "a long token", `<tmd:RelayOutputToken>${LONG}</tmd:RelayOutputToken>`, VALUE),
  ...incomplete("SetRelayOutputSettings"),
  row("SetRelayOutputSettings", "an unknown token", relay("relay_output_9"), `${VALUE} RelayToken`),
  row("SetRelayOutputSettings", "a long token", relay(LONG), VALUE),
  ...wrongSettings.map(([what, inner, fault]) =>
    row("SetRelayOutputSettings", what, relay("relay_output_1", inner), fault),
  ),

  row("GetDigitalInputConfigurationOptions", "an unknown token", "<tmd:Token>x</tmd:Token>", `${VALUE} NoConfig`),
  row("GetDigitalInputConfigurationOptions", "a long token", `<tmd:Token>${LONG}</tmd:Token>`, VALUE),
  ...incomplete("SetDigitalInputConfigurations"),
  row(
    "SetDigitalInputConfigurations",
    "an input and one that is not there",
    inputs(["digital_input_1", "closed"], ["digital_input_9", "closed"]),
    `${VALUE} NoConfig`,
  ),
  row(
    "SetDigitalInputConfigurations",
    "an input twice",
    inputs(["digital_input_1", "closed"], ["digital_input_1", "open"]),
    `${VALUE} SettingsInvalid`,
  ),
  row("SetDigitalInputConfigurations", "an idle state that is none", inputs(["digital_input_1", "ajar"]), VALUE),
  row("SetDigitalInputConfigurations", "a long token", inputs([LONG, "open"]), VALUE),

  ...incomplete("SetSerialPortConfiguration"),
  row(
    "SetSerialPortConfiguration",
    "an unknown token",
    serial({ token: "serial_port_9" }),
    `${VALUE} InvalidSerialPort`,
  ),
  row("SetSerialPortConfiguration", "a long token", serial({ token: LONG }), VALUE),
  ...(
    [
      ["another kind of line", { type: "RS485HalfDuplex" }],
      ["a speed that is not offered", { baud: "1201" }],
      ["a parity that is not offered", { parity: "Mark" }],
      ["a length of characters that is not offered", { bits: "9" }],
      ["stop bits that are not offered", { stop: "1.5" }],
      ["no number of stop bits", { stop: "NaN" }],
    ] as const
  ).map(([what, change]) => row("SetSerialPortConfiguration", what, serial(change), `${VALUE} ConfigModify`)),
  row("SetSerialPortConfiguration", "a line that is none", serial({ type: "RS000" }), VALUE),
  row("SetSerialPortConfiguration", "a speed that is no number", serial({ baud: "fast" }), VALUE),

  row("SendReceiveSerialCommand", "an unknown token", command("", "serial_port_9"), `${VALUE} InvalidSerialPort`),
  row("SendReceiveSerialCommand", "a long token", command("", LONG), VALUE),
  row("SendReceiveSerialCommand", "a member of its own making", command("<tmd:Colour>red</tmd:Colour>"), ARGS),
  row(
    "SendReceiveSerialCommand",
    "too many bytes to send",
    command(text(MAXIMUM_SERIAL_BYTES + 1)),
    "Sender OperationProhibited DataLengthOver",
  ),
  row(
    "SendReceiveSerialCommand",
    "too many bytes to wait for",
    command(`<tmd:DataLength>${MAXIMUM_SERIAL_BYTES + 1}</tmd:DataLength>`),
    "Sender OperationProhibited DataLengthOver",
  ),
  row(
    "SendReceiveSerialCommand",
    "less than one byte to wait for",
    command("<tmd:DataLength>0</tmd:DataLength>"),
    VALUE,
  ),
  row(
    "SendReceiveSerialCommand",
    "an empty delimiter",
    command("<tmd:Delimiter></tmd:Delimiter>"),
    "Sender OperationProhibited DelimiterNotSupported",
  ),
  row(
    "SendReceiveSerialCommand",
    "a long delimiter",
    command(`<tmd:Delimiter>${LONG}</tmd:Delimiter>`),
    "Sender OperationProhibited DelimiterNotSupported",
  ),
  row(
    "SendReceiveSerialCommand",
    "bytes that are none",
    command("<tmd:SerialData><tmd:Binary>#</tmd:Binary></tmd:SerialData>"),
    VALUE,
  ),
  row(
    "SendReceiveSerialCommand",
    "both bytes and text",
    command("<tmd:SerialData><tmd:Binary>AA==</tmd:Binary><tmd:String>a</tmd:String></tmd:SerialData>"),
    ARGS,
  ),
  row("SendReceiveSerialCommand", "a time that is none", command("<tmd:TimeOut>soon</tmd:TimeOut>"), VALUE),

  ...["SetVideoSourceConfiguration", "SetAudioSourceConfiguration", "SetAudioOutputConfiguration"].flatMap(incomplete),
  ...incomplete("SetVideoOutputConfiguration"),
  row(
    "SetVideoSourceConfiguration",
    "an unknown token",
    `<tmd:Configuration token="x"><tt:Name>n</tt:Name><tt:UseCount>0</tt:UseCount><tt:SourceToken>video_source_1</tt:SourceToken><tt:Bounds x="0" y="0" width="1280" height="720"/></tmd:Configuration>${PERSIST}`,
    `${VALUE} NoConfig`,
  ),
  row(
    "SetVideoSourceConfiguration",
    "bounds beyond the picture",
    `<tmd:Configuration token="video_source_config_1"><tt:Name>n</tt:Name><tt:UseCount>0</tt:UseCount><tt:SourceToken>video_source_1</tt:SourceToken><tt:Bounds x="0" y="0" width="12800" height="720"/></tmd:Configuration>${PERSIST}`,
    `${VALUE} ConfigModify`,
  ),
  row(
    "SetAudioSourceConfiguration",
    "an unknown token",
    `<tmd:Configuration token="x"><tt:Name>n</tt:Name><tt:UseCount>0</tt:UseCount><tt:SourceToken>a</tt:SourceToken></tmd:Configuration>${PERSIST}`,
    `${VALUE} NoConfig`,
  ),
  row(
    "SetVideoOutputConfiguration",
    "an output that is not there",
    `<tmd:Configuration token="x"><tt:Name>n</tt:Name><tt:UseCount>0</tt:UseCount><tt:OutputToken>o</tt:OutputToken></tmd:Configuration>${PERSIST}`,
    `${VALUE} NoVideoOutput`,
  ),
  row("SetAudioOutputConfiguration", "an unknown token", audioOutput("x", "audio_output_1", "1"), `${VALUE} NoConfig`),
  ...(
    [
      ["another output", ["audio_output_config_1", "audio_output_2", "1"]],
      ["a level above all", ["audio_output_config_1", "audio_output_1", "101"]],
      ["a level below all", ["audio_output_config_1", "audio_output_1", "-1"]],
      [
        "a primacy",
        [
          "audio_output_config_1",
          "audio_output_1",
          "1",
          "n",
          "<tt:SendPrimacy>www.onvif.org/ver20/HalfDuplex/Server</tt:SendPrimacy>",
        ],
      ],
    ] as const
  ).map(([what, [token, output, level, name, primacy]]) =>
    row("SetAudioOutputConfiguration", what, audioOutput(token, output, level, name, primacy), `${VALUE} ConfigModify`),
  ),
  row(
    "SetAudioOutputConfiguration",
    "a long name",
    audioOutput("audio_output_config_1", "audio_output_1", "1", LONG),
    VALUE,
  ),
];

const RELAY_9 = "<tds:RelayOutputToken>relay_output_9</tds:RelayOutputToken>";
const RELAY_1 = "<tds:RelayOutputToken>relay_output_1</tds:RelayOutputToken>";
const oldSettings = (inner: string): string => `${RELAY_1}<tds:Properties>${inner}</tds:Properties>`;

/** The relays of the device service (Core §8.6). */
export const deviceRelayRows: readonly BadInput[] = [
  ...["SetRelayOutputSettings", "SetRelayOutputState"].flatMap(incomplete),
  row(
    "SetRelayOutputSettings",
    "an unknown token",
    `${RELAY_9}<tds:Properties>${properties("Bistable", "PT5S")}</tds:Properties>`,
    `${VALUE} RelayToken`,
  ),
  ...wrongSettings.map(([what, inner, fault]) => row("SetRelayOutputSettings", what, oldSettings(inner), fault)),
  row(
    "SetRelayOutputState",
    "an unknown token",
    `${RELAY_9}<tds:LogicalState>active</tds:LogicalState>`,
    `${VALUE} RelayToken`,
  ),
  row(
    "SetRelayOutputState",
    "a long token",
    `<tds:RelayOutputToken>${LONG}</tds:RelayOutputToken><tds:LogicalState>active</tds:LogicalState>`,
    VALUE,
  ),
  row("SetRelayOutputState", "a state that is none", `${RELAY_1}<tds:LogicalState>on</tds:LogicalState>`, VALUE),
];
