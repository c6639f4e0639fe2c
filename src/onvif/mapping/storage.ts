import type { ListedStorage, StorageSetting } from "#device/storage";
import { given } from "#util/given";
import type { StorageConfiguration, StorageConfigurationData } from "../schema/device/types.js";

export const storageToWire = (storage: ListedStorage): StorageConfiguration => ({
  token: storage.token,
  Data: {
    type: storage.kind,
    LocalPath: storage.localPath,
    StorageUri: storage.uri,
    User: storage.userName === undefined ? undefined : { UserName: storage.userName },
    CertPathValidationPolicyID: storage.certPathValidationPolicyId,
    Region: storage.region,
  },
});

export const storageFromWire = (wire: StorageConfigurationData): StorageSetting =>
  given({
    kind: wire.type,
    localPath: wire.LocalPath,
    uri: wire.StorageUri,
    user: wire.User && given({ userName: wire.User.UserName, password: wire.User.Password, token: wire.User.Token }),
    region: wire.Region,
    certPathValidationPolicyId: wire.CertPathValidationPolicyID,
    renewal: wire.ConfigurationRenewal !== undefined,
  });
