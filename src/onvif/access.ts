import type { Access } from "#device/access/access";
import type { Caller } from "./call.js";
import type { BoundOperation } from "./registry.js";

/** True when that caller may call an operation by the access policy of the camera (Core §5.9.4). */
export const mayCall = (access: Access, caller: Caller, { operation, functions }: BoundOperation): boolean =>
  access.mayCall(caller, operation.access, functions);
