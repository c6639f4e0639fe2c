import type { SerialExchange } from "#device/io/serial-line";
import type { SerialPortConfiguration, SerialPortOptions } from "#device/io/serial-ports";
import { illegalAt } from "#xml/characters";
import type {
  SerialData,
  SerialPortConfiguration as WireConfiguration,
  SerialPortConfigurationOptions,
} from "../schema/deviceio/types.js";

export const serialPortToWire = (configuration: SerialPortConfiguration): WireConfiguration => ({
  token: configuration.token,
  type: configuration.kind,
  BaudRate: configuration.baudRate,
  ParityBit: configuration.parity,
  CharacterLength: configuration.characterBits,
  StopBit: configuration.stopBits,
});

export const serialPortFromWire = (wire: WireConfiguration): SerialPortConfiguration => ({
  token: wire.token,
  kind: wire.type,
  baudRate: wire.BaudRate,
  parity: wire.ParityBit,
  characterBits: wire.CharacterLength,
  stopBits: wire.StopBit,
});

export const serialPortOptionsToWire = (token: string, options: SerialPortOptions): SerialPortConfigurationOptions => ({
  token,
  BaudRateList: { Items: options.baudRates },
  ParityBitList: { Items: options.parities },
  CharacterLengthList: { Items: options.characterBits },
  StopBitList: { Items: options.stopBits },
});

interface WireExchange {
  readonly SerialData?: SerialData | undefined;
  readonly TimeOut?: number | undefined;
  readonly DataLength?: number | undefined;
  readonly Delimiter?: string | undefined;
}

/** Text goes over the line in UTF-8. */
export const serialExchangeFromWire = ({
  SerialData,
  TimeOut,
  DataLength,
  Delimiter,
}: WireExchange): SerialExchange => ({
  data: SerialData && (SerialData.Binary ?? Buffer.from(SerialData.String ?? "")),
  timeoutMs: TimeOut,
  dataLength: DataLength,
  delimiter: Delimiter === undefined ? undefined : Buffer.from(Delimiter),
});

/** Bytes, or text to a call that sent text, as long as they are text that XML can hold; undefined for none. */
export function serialDataToWire(bytes: Uint8Array, sent: SerialData | undefined): SerialData | undefined {
  if (bytes.length === 0) return undefined;
  const text = sent?.String === undefined ? undefined : textOf(bytes);
  return text === undefined ? { Binary: bytes } : { String: text };
}

function textOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text).equals(bytes) && illegalAt(text) < 0 ? text : undefined;
}
