import { xs } from "#xml/datatypes";
import { attribute, element, enumeration, type Infer, many, optional, optionalAttribute, some } from "#xml/schema";
import { tmd } from "../namespaces.js";
import { DeviceEntity, FloatItems, FloatList, IntItems, ReferenceToken } from "../tt/common.js";
import { DigitalIdleState, RelayMode } from "../tt/io.js";

/** Types of the DeviceIO service itself. */

/** How many of each the device has. */
export const Capabilities = tmd
  .sequence({
    VideoSources: optionalAttribute(xs.int),
    VideoOutputs: optionalAttribute(xs.int),
    AudioSources: optionalAttribute(xs.int),
    AudioOutputs: optionalAttribute(xs.int),
    RelayOutputs: optionalAttribute(xs.int),
    SerialPorts: optionalAttribute(xs.int),
    DigitalInputs: optionalAttribute(xs.int),
    DigitalInputOptions: optionalAttribute(xs.boolean),
  })
  .open();
export interface Capabilities extends Infer<typeof Capabilities> {}

export const RelayOutputOptionsExtension = tmd.sequence({}).open({ attributes: false });
export interface RelayOutputOptionsExtension extends Infer<typeof RelayOutputOptionsExtension> {}

/** `DelayTimes` in seconds: the two ends of a range, or if `Discrete` all that may be chosen. */
export const RelayOutputOptions = tmd
  .sequence({
    Mode: some(RelayMode),
    DelayTimes: optional(FloatList),
    Discrete: optional(xs.boolean),
    Extension: optional(RelayOutputOptionsExtension),
    token: attribute(ReferenceToken),
  })
  .open({ elements: false });
export interface RelayOutputOptions extends Infer<typeof RelayOutputOptions> {}

export const Get = tmd.sequence({});
export interface Get extends Infer<typeof Get> {}

export const GetResponse = tmd.sequence({ Token: many(ReferenceToken) });
export interface GetResponse extends Infer<typeof GetResponse> {}

export const DigitalInputConfigurationOptions = tmd.sequence({ IdleState: some(DigitalIdleState) }).open();
export interface DigitalInputConfigurationOptions extends Infer<typeof DigitalInputConfigurationOptions> {}

/** What goes over a serial line, as bytes or as text. */
export const SerialData = tmd
  .sequence({ Binary: optional(xs.base64Binary), String: optional(xs.string) })
  .oneOf("Binary", "String")
  .open({ elements: false });
export interface SerialData extends Infer<typeof SerialData> {}

export const SerialPort = tmd.extend(DeviceEntity, {}).open();
export interface SerialPort extends Infer<typeof SerialPort> {}

export const SerialPortType = enumeration(
  xs.string,
  "RS232",
  "RS422HalfDuplex",
  "RS422FullDuplex",
  "RS485HalfDuplex",
  "RS485FullDuplex",
  "Generic",
);
export type SerialPortType = Infer<typeof SerialPortType>;

export const ParityBit = enumeration(xs.string, "None", "Even", "Odd", "Mark", "Space", "Extended");
export type ParityBit = Infer<typeof ParityBit>;

export const ParityBitList = tmd.sequence({ Items: many(ParityBit) });
export interface ParityBitList extends Infer<typeof ParityBitList> {}

export const SerialPortConfiguration = tmd
  .sequence({
    token: attribute(ReferenceToken),
    type: attribute(SerialPortType),
    BaudRate: element(xs.int),
    ParityBit: element(ParityBit),
    /** In bits. */
    CharacterLength: element(xs.int),
    StopBit: element(xs.float),
  })
  .open();
export interface SerialPortConfiguration extends Infer<typeof SerialPortConfiguration> {}

export const SerialPortConfigurationOptions = tmd
  .sequence({
    token: attribute(ReferenceToken),
    BaudRateList: element(IntItems),
    ParityBitList: element(ParityBitList),
    CharacterLengthList: element(IntItems),
    StopBitList: element(FloatItems),
  })
  .open();
export interface SerialPortConfigurationOptions extends Infer<typeof SerialPortConfigurationOptions> {}
