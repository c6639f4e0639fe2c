import type { UserSetting } from "#device/users";
import { invalidArgument } from "../../faults.js";
import type { Handlers } from "../../registry.js";
import type { users as operations } from "../../schema/device/security.js";
import type { User } from "../../schema/tt/user.js";

export const users = {
  GetEndpointReference: (_, { camera }) => ({ GUID: camera.device.identity.endpointAddress }),

  GetUsers: (_, { camera }) => ({
    User: camera.device.users.list().map(({ username, level }) => ({ Username: username, UserLevel: level })),
  }),

  CreateUsers: ({ User }, { camera }) => {
    camera.device.users.createUsers(User.map(userFromWire));
    return {};
  },

  DeleteUsers: ({ Username }, { camera }) => {
    camera.device.users.deleteUsers(Username);
    return {};
  },

  SetUser: ({ User }, { camera }) => {
    camera.device.users.setUser(User.map(userFromWire));
    return {};
  },
} satisfies Handlers<typeof operations>;

function userFromWire({ Username, Password, UserLevel }: User): UserSetting {
  if (UserLevel === "Extended")
    throw invalidArgument("this camera has no user roles, so no users of the level Extended");
  return { username: Username, password: Password, level: UserLevel };
}
