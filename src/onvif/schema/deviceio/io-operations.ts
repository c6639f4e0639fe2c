import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { io } from "../device/io.js";
import { tds, tmd } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { DigitalInput, RelayOutput } from "../tt/io.js";
import { deviceIoAction as action } from "./action.js";
import {
  DigitalInputConfigurationOptions,
  RelayOutputOptions,
  SerialData,
  SerialPort,
  SerialPortConfiguration,
  SerialPortConfigurationOptions,
} from "./types.js";

const serialPort = tmd.sequence({ SerialPortToken: element(ReferenceToken) });

/** Relays, digital inputs and serial ports. Two of the operations have the messages of the device service. */
export const ioOperations = {
  GetRelayOutputs: operation({
    ...io.GetRelayOutputs,
    namespace: tds,
    spec: "DeviceIo 5.7.1",
    action: action("GetRelayOutputs"),
  }),
  GetRelayOutputOptions: operation({
    access: "PRE_AUTH",
    spec: "DeviceIo 5.7.2",
    action: action("GetRelayOutputOptions"),
    request: tmd.sequence({ RelayOutputToken: optional(ReferenceToken) }),
    response: tmd.sequence({ RelayOutputOptions: many(RelayOutputOptions) }),
  }),
  SetRelayOutputSettings: operation({
    access: "ACTUATE",
    spec: "DeviceIo 5.7.3",
    action: action("SetRelayOutputSettings"),
    request: tmd.sequence({ RelayOutput: element(RelayOutput) }),
    response: tmd.sequence({}),
  }),
  SetRelayOutputState: operation({
    ...io.SetRelayOutputState,
    namespace: tds,
    spec: "DeviceIo 5.7.4",
    action: action("SetRelayOutputState"),
  }),

  GetDigitalInputs: operation({
    access: "READ_SYSTEM",
    spec: "DeviceIo 5.8.1",
    action: action("GetDigitalInputs"),
    request: tmd.sequence({}),
    response: tmd.sequence({ DigitalInputs: many(DigitalInput) }),
  }),
  GetDigitalInputConfigurationOptions: operation({
    access: "READ_SYSTEM",
    spec: "DeviceIo 5.8.2",
    action: action("GetDigitalInputConfigurationOptions"),
    request: tmd.sequence({ Token: optional(ReferenceToken) }),
    response: tmd.sequence({ DigitalInputOptions: element(DigitalInputConfigurationOptions) }),
  }),
  SetDigitalInputConfigurations: operation({
    access: "ACTUATE",
    spec: "DeviceIo 5.8.3",
    action: action("SetDigitalInputConfigurations"),
    request: tmd.sequence({ DigitalInputs: some(DigitalInput) }),
    response: tmd.sequence({}),
  }),

  GetSerialPorts: operation({
    access: "READ_SYSTEM",
    spec: "DeviceIo 5.9.1",
    action: action("GetSerialPorts"),
    request: tmd.sequence({}),
    response: tmd.sequence({ SerialPort: many(SerialPort) }),
  }),
  GetSerialPortConfiguration: operation({
    access: "READ_SYSTEM",
    spec: "DeviceIo 5.9.2",
    action: action("GetSerialPortConfigurations"),
    request: serialPort,
    response: tmd.sequence({ SerialPortConfiguration: element(SerialPortConfiguration) }),
  }),
  SetSerialPortConfiguration: operation({
    access: "ACTUATE",
    spec: "DeviceIo 5.9.3",
    action: action("SetSerialPortConfiguration"),
    request: tmd.sequence({
      SerialPortConfiguration: element(SerialPortConfiguration),
      ForcePersistance: element(xs.boolean),
    }),
    response: tmd.sequence({}),
  }),
  GetSerialPortConfigurationOptions: operation({
    access: "READ_SYSTEM",
    spec: "DeviceIo 5.9.4",
    action: action("GetSerialPortConfigurationOptions"),
    request: serialPort,
    response: tmd.sequence({ SerialPortOptions: element(SerialPortConfigurationOptions) }),
  }),
  SendReceiveSerialCommand: operation({
    access: "ACTUATE",
    spec: "DeviceIo 5.9.5",
    action: action("SendReceiveSerialCommand"),
    request: tmd.sequence({
      Token: optional(ReferenceToken),
      SerialData: optional(SerialData),
      /** Negative: until the data are there. */
      TimeOut: optional(xs.duration),
      /** In bytes. */
      DataLength: optional(xs.integer),
      Delimiter: optional(xs.string),
    }),
    response: tmd.sequence({ SerialData: optional(SerialData) }),
  }),
};
