import { notAuthorized } from "../../faults.js";
import { accessPolicyFromWire, accessPolicyToWire } from "../../mapping/access-policy.js";
import { roleFromWire, roleToWire, userFromWire, userToWire } from "../../mapping/user.js";
import { forAnyCaller, type Handlers } from "../../registry.js";
import type { users as operations } from "../../schema/device/security.js";

export const users = {
  GetEndpointReference: (_, { camera }) => ({ GUID: camera.device.identity.endpointAddress }),

  GetUsers: (_, { camera }) => ({ User: camera.device.users.list().map(userToWire) }),

  CreateUsers: ({ User }, { camera }) => {
    camera.device.users.createUsers(User.map(userFromWire));
    return {};
  },

  DeleteUsers: ({ Username }, { camera }) => {
    camera.device.users.deleteUsers(Username);
    return {};
  },

  /** Who may not write to the system may still change the own password; the level is then ignored (Core §8.4.6). */
  SetUser: forAnyCaller(({ User }, { camera, caller }) => {
    const { device } = camera;
    if (device.access.mayCall(caller, "WRITE_SYSTEM", ["tds:SetUser"])) {
      device.users.setUser(User.map(userFromWire));
      return {};
    }
    const [own, ...others] = User;
    if (!own || others.length > 0 || own.Username !== caller.name || !device.users.has(own.Username))
      throw notAuthorized(`a user of the level ${caller.level} may change the own password only`);
    device.users.changeOwnPassword(own.Username, own.Password);
    return {};
  }),

  GetRemoteUser: (_, { camera }) => {
    const { user } = camera.device.access.remoteUser;
    return user ? { RemoteUser: { Username: user.username, UseDerivedPassword: user.usesDerivedPassword } } : {};
  },

  SetRemoteUser: ({ RemoteUser }, { camera }) => {
    camera.device.access.remoteUser.set(
      RemoteUser && {
        username: RemoteUser.Username,
        ...(RemoteUser.Password !== undefined && { password: RemoteUser.Password }),
        usesDerivedPassword: RemoteUser.UseDerivedPassword,
      },
    );
    return {};
  },

  GetUserRoles: ({ UserRole }, { camera }) => ({
    UserRole: camera.device.access.roles.list(UserRole).map(roleToWire),
  }),

  SetUserRole: ({ UserRole }, { camera }) => {
    camera.device.access.roles.set(roleFromWire(UserRole), (name) => camera.registry.offersFunction(name));
    return {};
  },

  DeleteUserRole: ({ UserRole }, { camera }) => {
    camera.device.users.deleteRole(UserRole);
    return {};
  },

  GetAccessPolicy: (_, { camera }) => ({ PolicyFile: accessPolicyToWire(camera.device.access.policy.rules) }),

  SetAccessPolicy: ({ PolicyFile }, { camera }) => {
    camera.device.access.policy.set(accessPolicyFromWire(PolicyFile));
    return {};
  },

  /** Some clients put commas between the hashes, as the examples of Core §5.9.3 do. */
  SetHashingAlgorithm: ({ Algorithm }, { camera }) => {
    const names = Algorithm.flatMap((one) => one.split(",")).filter((one) => one !== "");
    camera.device.access.digestAlgorithms.set(names);
    return {};
  },
} satisfies Handlers<typeof operations>;
