import { inputCases } from "./device-io-cases/inputs.js";
import { relayCases } from "./device-io-cases/relays.js";
import { serialPortCases } from "./device-io-cases/serial-ports.js";
import { runOfficialCases } from "./official-cases.js";

/* All cases of the DeviceIO device test specification. */
runOfficialCases(
  "DeviceIO",
  { ...relayCases, ...inputCases, ...serialPortCases },
  { ids: /^DEVICEIO-\d+-\d+-\d+(?=\t)/gm, atLeast: 27 },
);
