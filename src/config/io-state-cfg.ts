import { RELAY_MODES } from "#device/io/relays";
import { SERIAL_PORT_KINDS } from "#device/io/serial-ports";
import { attribute, group, repeated } from "./schema.js";
import { choice, decimal, text } from "./values.js";

/** What `onvifrun.cfg` keeps of relays, digital inputs, serial ports and loudspeakers. Checked when it was set. */

const word = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc });
const number = (tag: string, fallback: number, doc: string) =>
  decimal({ tag, default: fallback, min: 0, max: 1e15, doc });
const token = attribute(word("token", "Token, unique among its kind."));
const idleState = choice({
  tag: "idle_state",
  values: ["open", "closed"],
  default: "open",
  doc: "How the contact is when nothing is the matter.",
});

const relay = group(
  { tag: "relay_output", doc: "A relay." },
  {
    token,
    mode: choice({ tag: "mode", values: RELAY_MODES, default: "Bistable", doc: "How it works." }),
    delayMs: number("delay_ms", 5_000, "How long a monostable one stays active, in milliseconds."),
    idleState,
    state: choice({
      tag: "state",
      values: ["active", "inactive"],
      default: "inactive",
      doc: "What clients last set.",
    }),
  },
);

const digitalInput = group({ tag: "digital_input", doc: "A digital input." }, { token, idleState });

const serialPort = group(
  { tag: "serial_port", doc: "A serial port." },
  {
    token,
    kind: choice({
      tag: "kind",
      values: SERIAL_PORT_KINDS,
      default: "RS232",
      doc: "What line it is.",
    }),
    baudRate: number("baud_rate", 9_600, "Speed, in bauds."),
    parity: choice({
      tag: "parity",
      values: ["None", "Even", "Odd", "Mark", "Space", "Extended"],
      default: "None",
      doc: "Parity bit.",
    }),
    characterBits: number("character_bits", 8, "Length of a character, in bits."),
    stopBits: number("stop_bits", 1, "Stop bits."),
  },
);

const audioOutput = group(
  { tag: "audio_output", doc: "The configuration of a loudspeaker." },
  {
    token,
    name: word("name", "Name, as clients show it."),
    outputToken: word("output", "Token of the loudspeaker."),
    outputLevel: number("level", 50, "Loudness, 0 to 100."),
  },
);

export const io = group(
  { tag: "io", doc: "Inputs and outputs." },
  {
    relays: repeated(relay),
    digitalInputs: repeated(digitalInput),
    serialPorts: repeated(serialPort),
    audioOutputs: repeated(audioOutput),
  },
);
