import type { Tampering } from "./detection.js";
import type { HealthKind } from "./health.js";
import type { SessionKind } from "./media/active-sessions.js";
import type { ConfigurationKind } from "./media/types.js";
import type { KeyStatus } from "./security/objects.js";

/**
 * What has just changed, told once, after the state is complete. Set operations that were accepted tell it even where
 * the new value equals the old one. Further services add their slices to this union.
 */
export type Change =
  | { readonly slice: "clock"; readonly what: "set" }
  | { readonly slice: "hostname"; readonly what: "set" }
  | {
      readonly slice: "network";
      readonly what:
        | "interfaces"
        | "interface-settings"
        | "protocols"
        | "dns"
        | "ntp"
        | "default-gateway"
        | "dynamic-dns"
        | "ip-filter";
    }
  | { readonly slice: "discovery"; readonly what: "mode" }
  | { readonly slice: "scopes"; readonly what: "set" | "added" | "removed" }
  | { readonly slice: "users"; readonly what: "created" | "deleted" | "set"; readonly usernames: readonly string[] }
  | {
      readonly slice: "profiles";
      readonly what: "created" | "deleted" | "changed" | "multicast-started" | "multicast-stopped";
      readonly profileToken: string;
    }
  | {
      readonly slice: "configurations";
      readonly what: "set";
      readonly kind: ConfigurationKind;
      readonly configurationToken: string;
    }
  | {
      readonly slice: "active-sessions";
      readonly what: SessionKind;
      readonly configurationToken: string;
    }
  | { readonly slice: "geo-location"; readonly what: "set" | "deleted" }
  | { readonly slice: "storage"; readonly what: "created" | "set" | "deleted" }
  | { readonly slice: "history"; readonly what: "backup" }
  | { readonly slice: "auxiliary"; readonly what: "commanded" }
  | {
      readonly slice: "relays";
      /** `commanded`: a client has set the state, be it the same; `state`: it is another now, whoever moved it. */
      readonly what: "settings" | "commanded" | "state";
      readonly relayToken: string;
    }
  | { readonly slice: "digital-inputs"; readonly what: "configured" }
  | { readonly slice: "digital-inputs"; readonly what: "state"; readonly inputToken: string }
  | { readonly slice: "serial-ports"; readonly what: "set" }
  | { readonly slice: "event-brokers"; readonly what: "set" | "deleted" }
  | { readonly slice: "detection"; readonly what: "motion"; readonly videoSourceToken: string }
  | {
      readonly slice: "detection";
      readonly what: "tampering";
      readonly videoSourceToken: string;
      readonly tampering: Tampering;
    }
  | { readonly slice: "health"; readonly what: HealthKind }
  | { readonly slice: "speaker"; readonly what: "talk" }
  | { readonly slice: "security"; readonly what: "keystore" | "tls-server" | "settings" }
  | {
      readonly slice: "security";
      readonly what: "key-status";
      readonly keyId: string;
      /** Undefined for a new key. */
      readonly oldStatus: KeyStatus | undefined;
      readonly newStatus: KeyStatus;
    }
  | {
      readonly slice: "access";
      readonly what: "security-policies" | "policy" | "roles" | "remote-user" | "digest-algorithms";
    }
  | { readonly slice: "logins"; readonly what: "failed"; readonly address: string; readonly failures: number }
  | { readonly slice: "device"; readonly what: "restored" };

/** How a slice tells its changes. */
export type Emit = (change: Change) => void;
