import type { UserLevel } from "./call.js";
import type { AccessClass } from "./operation.js";

/** The default access policy (Core §5.9.4.4): which levels may call the operations of a class. */
const POLICY: Readonly<Record<AccessClass, readonly UserLevel[]>> = {
  PRE_AUTH: ["Administrator", "Operator", "User", "Anonymous"],
  READ_SYSTEM: ["Administrator", "Operator", "User"],
  READ_SYSTEM_SENSITIVE: ["Administrator", "Operator"],
  READ_SYSTEM_SECRET: ["Administrator"],
  WRITE_SYSTEM: ["Administrator"],
  WRITE_SYSTEM_SECRET: ["Administrator"],
  UNRECOVERABLE: ["Administrator"],
  READ_MEDIA: ["Administrator", "Operator", "User"],
  ACTUATE: ["Administrator", "Operator"],
};

/** True when a user of that level may call an operation of that class. */
export const mayCall = (level: UserLevel, access: AccessClass): boolean => POLICY[access].includes(level);
