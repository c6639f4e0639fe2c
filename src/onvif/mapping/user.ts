import type { UserRole as Role } from "#device/access/user-roles";
import type { ListedUser, UserSetting } from "#device/users";
import type { User, UserRole } from "../schema/tt/user.js";

/** The roles of a user stand in the Extension (Core §5.9.4.2); the password is never read back. */
export const userToWire = ({ username, level, roles }: ListedUser): User => ({
  Username: username,
  UserLevel: level,
  ...(level === "Extended" && { Extension: { Roles: [...(roles ?? [])] } }),
});

export const userFromWire = ({ Username, Password, UserLevel, Extension }: User): UserSetting => ({
  username: Username,
  password: Password,
  level: UserLevel,
  roles: Extension?.Roles,
});

export const roleToWire = ({ name, functions }: Role): UserRole => ({ Name: name, Functions: [...functions] });
export const roleFromWire = ({ Name, Functions }: UserRole): Role => ({ name: Name, functions: Functions });
