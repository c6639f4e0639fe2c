import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer } from "#xml/schema";
import { tt } from "../namespaces.js";

/** What a device says of itself in WS-Discovery, and whether it does. */

export const DiscoveryMode = enumeration(xs.string, "Discoverable", "NonDiscoverable");
export type DiscoveryMode = Infer<typeof DiscoveryMode>;

export const ScopeDefinition = enumeration(xs.string, "Fixed", "Configurable");
export type ScopeDefinition = Infer<typeof ScopeDefinition>;

export const Scope = tt.sequence({ ScopeDef: element(ScopeDefinition), ScopeItem: element(xs.anyURI) });
export interface Scope extends Infer<typeof Scope> {}
