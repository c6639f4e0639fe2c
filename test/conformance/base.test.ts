import { relayCases } from "./base-cases/relays.js";
import { securityCases } from "./base-cases/security.js";
import { systemCases } from "./base-cases/system.js";
import { runOfficialCases } from "./official-cases.js";

/*
 * Cases of the Base device test specification, of the chapters that are here. Those about events are with the events.
 */
runOfficialCases(
  "Base",
  { ...systemCases, ...relayCases, ...securityCases },
  { ids: /^(?:DEVICE-[3458]|SECURITY-1)-\d+-\d+(?=\t)/gm, atLeast: 38 },
);
