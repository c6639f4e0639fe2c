import type { Handlers } from "../../registry.js";
import type { discovery as operations } from "../../schema/device/discovery.js";

export const discovery = {
  GetScopes: (_, { camera }) => ({
    Scopes: camera.device.scopes
      .list()
      .map(({ uri, fixed }) => ({ ScopeDef: fixed ? "Fixed" : "Configurable", ScopeItem: uri })),
  }),

  SetScopes: ({ Scopes }, { camera }) => {
    camera.device.scopes.setScopes(Scopes);
    return {};
  },

  AddScopes: ({ ScopeItem }, { camera }) => {
    camera.device.scopes.addScopes(ScopeItem);
    return {};
  },

  RemoveScopes: ({ ScopeItem }, { camera }) => ({ ScopeItem: camera.device.scopes.removeScopes(ScopeItem) }),

  GetDiscoveryMode: (_, { camera }) => ({ DiscoveryMode: camera.device.discovery.mode }),

  SetDiscoveryMode: ({ DiscoveryMode }, { camera }) => {
    camera.device.discovery.setDiscoveryMode(DiscoveryMode);
    return {};
  },
} satisfies Handlers<typeof operations>;
