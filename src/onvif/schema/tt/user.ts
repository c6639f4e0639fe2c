import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional } from "#xml/schema";
import { tt } from "../namespaces.js";
import { StringList } from "./common.js";

/** Users of a device and the user it has at another. Passwords are given and never read back (Core §8.4.3). */

export const UserLevel = enumeration(xs.string, "Administrator", "Operator", "User", "Anonymous", "Extended");
export type UserLevel = Infer<typeof UserLevel>;

export const UserExtension = tt.sequence({ Roles: element(StringList) }).open({ attributes: false });
export interface UserExtension extends Infer<typeof UserExtension> {}

export const User = tt
  .sequence({
    Username: element(xs.string),
    Password: optional(xs.string),
    UserLevel: element(UserLevel),
    Extension: optional(UserExtension),
  })
  .open({ elements: false });
export interface User extends Infer<typeof User> {}

export const UserRole = tt
  .sequence({ Name: element(xs.string), Functions: element(StringList) })
  .open({ elements: false });
export interface UserRole extends Infer<typeof UserRole> {}

export const RemoteUser = tt
  .sequence({
    Username: element(xs.string),
    Password: optional(xs.string),
    UseDerivedPassword: element(xs.boolean),
  })
  .open();
export interface RemoteUser extends Infer<typeof RemoteUser> {}
