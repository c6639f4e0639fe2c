import type { PullPointSubscription } from "#events/pull-point";
import type { Subscription } from "#events/subscription";
import { eventRefusal } from "#events/refusal";
import type { XmlElement } from "#xml/tree";
import type { Call } from "../call.js";
import { tev } from "../schema/namespaces.js";
import type { EndpointReferenceType } from "../schema/wsa.js";
import type { AbsoluteOrRelativeTimeType } from "../schema/wsnt.js";
import { addressOf } from "./address.js";
import { baseFault } from "./base-fault.js";

/** Subscriptions have addresses below this path, which nothing else has. */
const SUBSCRIPTIONS = "/onvif/subscription/";
const SUBSCRIPTION_ID = /\/onvif\/subscription\/([\w-]{1,64})\/?$/;

/** Where a subscription is reached, for the client that made it. */
export const subscriptionReference = (id: string, call: Pick<Call, "reachedAt">): EndpointReferenceType => ({
  Address: { URI: addressOf(SUBSCRIPTIONS + id, call) },
});

/**
 * The subscription that a call is for: that of the address to which it was sent, else that which its `To` names; there
 * are clients that send all to the address of the service. Refuses others: `subscription-unknown`.
 */
export const subscriptionOf = (call: Call): Subscription => call.camera.events.subscriptions.get(idIn(call));

/** As above, one that is pulled from. */
export const pullPointOf = (call: Call): PullPointSubscription =>
  call.camera.events.subscriptions.pullPoint(idIn(call));

function idIn({ path, to }: Call): string {
  const id = SUBSCRIPTION_ID.exec(path)?.[1] ?? SUBSCRIPTION_ID.exec(to?.replace(/\?.*$/s, "") ?? "")?.[1];
  if (id === undefined) throw eventRefusal("subscription-unknown", "this is not the address of a subscription");
  return id;
}

/** How long from now on, in ms, a client wants; undefined where it leaves that to us. Instants are of the camera's clock. */
export const lifeFromWire = (time: AbsoluteOrRelativeTimeType | null | undefined, call: Call): number | undefined =>
  time instanceof Date ? time.getTime() - call.camera.device.clock.now() : (time ?? undefined);

interface Lifetime {
  readonly CurrentTime: Date;
  readonly TerminationTime: Date;
}

/** Now, and when something ends that lives on for that long. */
export function lifetimeToWire(remainingMs: number, call: Call): Lifetime {
  const now = call.camera.device.clock.now();
  return { CurrentTime: new Date(now), TerminationTime: new Date(now + Math.ceil(remainingMs)) };
}

/** The policies of a subscription: tev:ChangedOnly is known, others are refused (WS-BaseNotification 1.3 §4.2). */
export function policyFromWire(
  policy: { readonly Any?: readonly XmlElement[] | undefined } | undefined,
  call: Call,
): { readonly changedOnly: boolean } {
  const elements = policy?.Any ?? [];
  const isChangedOnly = ({ namespace, name }: XmlElement): boolean => name === "ChangedOnly" && namespace === tev.uri;
  const unknown = elements.find((element) => !isChangedOnly(element));
  if (unknown) throw baseFault("UnrecognizedPolicyRequestFault", `the policy ${unknown.name} is not known`, call);
  return { changedOnly: elements.length > 0 };
}
