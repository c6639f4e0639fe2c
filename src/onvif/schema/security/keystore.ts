import { declareService } from "../../operation.js";
import { tas } from "../namespaces.js";
import { certificates } from "./keystore-certificates.js";
import { keys } from "./keystore-keys.js";
import { validation } from "./keystore-validation.js";

/** The keystore: keys, certificates, and what says whom to trust (Security §5.2). */
export const Keystore = declareService({
  namespace: tas,
  name: "Keystore",
  version: "26.06",
  operations: {
    ...keys,
    ...certificates,
    ...validation,
  },
});
