import { relayCases } from "./base-cases/relays.js";
import { systemCases } from "./base-cases/system.js";
import { runOfficialCases } from "./official-cases.js";

/*
 * Cases of the Base device test specification, of the chapters that are here. Those about events are with the events.
 */
runOfficialCases("Base", { ...systemCases, ...relayCases }, { ids: /^DEVICE-[358]-\d+-\d+(?=\t)/gm, atLeast: 26 });
