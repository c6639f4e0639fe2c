import { defaultPolicyCases } from "./access-policy-cases/default-policy.js";
import { runOfficialCases } from "./official-cases.js";

/* Cases of the Access Policy device test specification. */
runOfficialCases("Access Policy", defaultPolicyCases, { ids: /^ACCESS_POLICY-\d+-\d+-\d+(?=\t)/gm, atLeast: 5 });
