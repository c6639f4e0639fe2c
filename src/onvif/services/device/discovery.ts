import { actionNotSupported } from "../../faults.js";
import type { Handlers } from "../../registry.js";
import type { discovery as operations } from "../../schema/device/discovery.js";

/** The standard has dropped it, and nobody runs one. */
const NO_PROXY = "this camera tells no discovery proxy of itself";

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

  GetRemoteDiscoveryMode: () => ({ RemoteDiscoveryMode: "NonDiscoverable" }),

  SetRemoteDiscoveryMode: ({ RemoteDiscoveryMode }) => {
    if (RemoteDiscoveryMode === "Discoverable") throw actionNotSupported(NO_PROXY);
    return {};
  },

  GetDPAddresses: () => ({ DPAddress: [] }),

  SetDPAddresses: ({ DPAddress = [] }) => {
    if (DPAddress.length > 0) throw actionNotSupported(NO_PROXY);
    return {};
  },
} satisfies Handlers<typeof operations>;
