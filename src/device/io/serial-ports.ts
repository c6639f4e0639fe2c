import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** The kinds of line that the standard names. */
export const SERIAL_PORT_KINDS = [
  "RS232",
  "RS422HalfDuplex",
  "RS422FullDuplex",
  "RS485HalfDuplex",
  "RS485FullDuplex",
  "Generic",
] as const;
export type SerialPortKind = (typeof SERIAL_PORT_KINDS)[number];

export type Parity = "None" | "Even" | "Odd" | "Mark" | "Space" | "Extended";

export interface SerialPortConfiguration {
  readonly token: string;
  readonly kind: SerialPortKind;
  readonly baudRate: number;
  readonly parity: Parity;
  readonly characterBits: number;
  readonly stopBits: number;
}

/** What may be chosen for a serial port; any combination. */
export interface SerialPortOptions {
  readonly baudRates: readonly number[];
  readonly parities: readonly Parity[];
  readonly characterBits: readonly number[];
  readonly stopBits: readonly number[];
}

export const serialPortOptions: SerialPortOptions = Object.freeze({
  baudRates: [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200],
  parities: ["None", "Even", "Odd"],
  characterBits: [7, 8],
  stopBits: [1, 2],
} satisfies SerialPortOptions);

const initial: Omit<SerialPortConfiguration, "token"> = Object.freeze({
  kind: "RS232",
  baudRate: 9600,
  parity: "None",
  characterBits: 8,
  stopBits: 1,
});

/** The serial ports and how they are set (DeviceIo §5.9). What goes over them is none of the state. */
export class SerialPorts {
  #ports: readonly SerialPortConfiguration[];

  /** They are `serial_port_1` and so on. */
  constructor(
    count: number,
    private readonly emit: Emit,
  ) {
    this.#ports = Array.from({ length: count }, (_, index) => ({ token: `serial_port_${index + 1}`, ...initial }));
  }

  list(): readonly SerialPortConfiguration[] {
    return this.#ports;
  }

  /** GetSerialPortConfiguration; without a token that of the first port. */
  get(token: string | undefined): SerialPortConfiguration {
    const port = token === undefined ? this.#ports[0] : this.#ports.find((one) => one.token === token);
    if (!port) throw refusal("no-serial-port", "no such serial port", { token: token?.slice(0, 64) });
    return port;
  }

  /** GetSerialPortConfigurationOptions. */
  options(token: string): SerialPortOptions {
    this.get(token);
    return serialPortOptions;
  }

  /** SetSerialPortConfiguration. */
  set(configuration: SerialPortConfiguration): void {
    const { kind } = this.get(configuration.token);
    if (configuration.kind !== kind) throw refusal("config-modify", `the serial port is and stays ${kind}`);
    if (!isOffered(configuration))
      throw refusal("config-modify", "the options of the serial port do not offer this configuration");
    this.#ports = this.#ports.map((one) => (one.token === configuration.token ? configuration : one));
    this.emit({ slice: "serial-ports", what: "set" });
  }

  snapshot(): readonly SerialPortConfiguration[] {
    return this.#ports;
  }

  /** Checks saved configurations; the result puts them in force. Those that are not among them stay. */
  prepare(saved: readonly SerialPortConfiguration[]): () => void {
    for (const configuration of saved)
      if (!this.#ports.some(({ token }) => token === configuration.token) || !isOffered(configuration))
        throw refusal("state-mismatch", "a saved serial port is not one of this camera", {
          token: configuration.token,
        });
    return () => {
      this.#ports = this.#ports.map((port) => saved.find(({ token }) => token === port.token) ?? port);
    };
  }
}

const isOffered = ({ baudRate, parity, characterBits, stopBits }: SerialPortConfiguration): boolean =>
  serialPortOptions.baudRates.includes(baudRate) &&
  serialPortOptions.parities.includes(parity) &&
  serialPortOptions.characterBits.includes(characterBits) &&
  serialPortOptions.stopBits.includes(stopBits);
