import { xs } from "#xml/datatypes";
import { element, many, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { DiscoveryMode, Scope } from "../tt/discovery.js";
import { NetworkHost } from "../tt/network.js";

/** Scopes and discovery modes (Core §8.3.14 to §8.3.19); the remote discovery proxy has left the specification. */
export const discovery = {
  GetScopes: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.3.14",
    request: tds.sequence({}),
    response: tds.sequence({ Scopes: some(Scope) }),
  }),
  SetScopes: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.15",
    request: tds.sequence({ Scopes: some(xs.anyURI) }),
    response: tds.sequence({}),
  }),
  AddScopes: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.16",
    request: tds.sequence({ ScopeItem: some(xs.anyURI) }),
    response: tds.sequence({}),
  }),
  RemoveScopes: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.17",
    request: tds.sequence({ ScopeItem: some(xs.anyURI) }),
    response: tds.sequence({ ScopeItem: many(xs.anyURI) }),
  }),
  GetDiscoveryMode: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.3.18",
    request: tds.sequence({}),
    response: tds.sequence({ DiscoveryMode: element(DiscoveryMode) }),
  }),
  SetDiscoveryMode: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.19",
    request: tds.sequence({ DiscoveryMode: element(DiscoveryMode) }),
    response: tds.sequence({}),
  }),
  GetRemoteDiscoveryMode: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "2.6.1",
    request: tds.sequence({}),
    response: tds.sequence({ RemoteDiscoveryMode: element(DiscoveryMode) }),
  }),
  SetRemoteDiscoveryMode: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "2.6.1",
    request: tds.sequence({ RemoteDiscoveryMode: element(DiscoveryMode) }),
    response: tds.sequence({}),
  }),
  GetDPAddresses: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "2.6.1",
    request: tds.sequence({}),
    response: tds.sequence({ DPAddress: many(NetworkHost) }),
  }),
  SetDPAddresses: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "2.6.1",
    request: tds.sequence({ DPAddress: many(NetworkHost) }),
    response: tds.sequence({}),
  }),
};
