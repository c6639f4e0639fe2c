import { element, many } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { StorageConfiguration, StorageConfigurationData } from "./types.js";

/** Where recordings are stored (Core §8.8). */
export const storage = {
  GetStorageConfigurations: operation({
    access: "READ_MEDIA",
    spec: "Core 8.8.3",
    request: tds.sequence({}),
    response: tds.sequence({ StorageConfigurations: many(StorageConfiguration) }),
  }),
  CreateStorageConfiguration: operation({
    access: "ACTUATE",
    spec: "Core 8.8.4",
    request: tds.sequence({ StorageConfiguration: element(StorageConfigurationData) }),
    response: tds.sequence({ Token: element(ReferenceToken) }),
  }),
  GetStorageConfiguration: operation({
    access: "READ_MEDIA",
    spec: "Core 8.8.5",
    request: tds.sequence({ Token: element(ReferenceToken) }),
    response: tds.sequence({ StorageConfiguration: element(StorageConfiguration) }),
  }),
  SetStorageConfiguration: operation({
    access: "ACTUATE",
    spec: "Core 8.8.6",
    request: tds.sequence({ StorageConfiguration: element(StorageConfiguration) }),
    response: tds.sequence({}),
  }),
  DeleteStorageConfiguration: operation({
    access: "ACTUATE",
    spec: "Core 8.8.7",
    request: tds.sequence({ Token: element(ReferenceToken) }),
    response: tds.sequence({}),
  }),
};
