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

/**
 * What a change means for those who only ask that. `setting`: a client has set what is kept over a restart. `present`: it is
 * of the moment, or kept elsewhere, and answers may tell it. `event`: it is told by events alone, and no answer holds it.
 */
export type Bearing = "setting" | "present" | "event";

type WhatOf<Slice extends Change["slice"]> = Extract<Change, { readonly slice: Slice }>["what"];

const bearings: {
  readonly [Slice in Change["slice"]]: Bearing | { readonly [What in WhatOf<Slice>]: Bearing };
} = {
  clock: "setting",
  hostname: "setting",
  network: {
    // Those of the computer.
    interfaces: "present",
    "interface-settings": "setting",
    protocols: "setting",
    dns: "setting",
    ntp: "setting",
    "default-gateway": "setting",
    "dynamic-dns": "setting",
    "ip-filter": "setting",
  },
  discovery: "setting",
  scopes: "setting",
  users: "setting",
  profiles: "setting",
  configurations: "setting",
  "active-sessions": "event",
  "geo-location": "setting",
  storage: "setting",
  // When there was a backup is kept with the next setting.
  history: "present",
  auxiliary: "setting",
  relays: { settings: "setting", commanded: "setting", state: "present" },
  "digital-inputs": { configured: "setting", state: "present" },
  "serial-ports": "setting",
  "event-brokers": "setting",
  detection: "present",
  health: "present",
  speaker: "present",
  // The keystore has a file of its own.
  security: { keystore: "present", "tls-server": "setting", settings: "setting", "key-status": "present" },
  access: "setting",
  logins: "present",
  device: "present",
};

/** By its slice, and by what of it where that matters. */
export function bearingOf({ slice, what }: Change): Bearing {
  const bearing: Bearing | Readonly<Partial<Record<Change["what"], Bearing>>> = bearings[slice];
  return typeof bearing === "string" ? bearing : (bearing[what] ?? "setting");
}

/** How a slice tells its changes. */
export type Emit = (change: Change) => void;
