import { storageFromWire, storageToWire } from "../../mapping/storage.js";
import type { Handlers } from "../../registry.js";
import type { storage as operations } from "../../schema/device/storage.js";

export const storage = {
  GetStorageConfigurations: (_, { camera }) => ({
    StorageConfigurations: camera.device.storage.list().map(storageToWire),
  }),

  CreateStorageConfiguration: ({ StorageConfiguration }, { camera }) => ({
    Token: camera.device.storage.create(storageFromWire(StorageConfiguration)),
  }),

  GetStorageConfiguration: ({ Token }, { camera }) => ({
    StorageConfiguration: storageToWire(camera.device.storage.get(Token)),
  }),

  SetStorageConfiguration: ({ StorageConfiguration: { token, Data } }, { camera }) => {
    camera.device.storage.set(token, storageFromWire(Data));
    return {};
  },

  DeleteStorageConfiguration: ({ Token }, { camera }) => {
    camera.device.storage.delete(Token);
    return {};
  },
} satisfies Handlers<typeof operations>;
