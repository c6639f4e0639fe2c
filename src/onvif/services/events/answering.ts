import type { EventRefusalCode } from "#events/refusal";
import { Refusal } from "#util/errors";
import { xs } from "#xml/datatypes";
import { declarations } from "#xml/writer";
import type { Call } from "../../call.js";
import { OnvifFault } from "../../faults.js";
import { baseFault } from "../../mapping/base-fault.js";
import type { Handler } from "../../registry.js";
import { tev, wsnt } from "../../schema/namespaces.js";

type LifeFault = "UnacceptableInitialTerminationTimeFault" | "UnacceptableTerminationTimeFault";

/** A client that tries again with the least time that we name needs time to do so. */
const RETRY_MS = 5_000;

/**
 * A handler whose refusals become the faults that Core §9 and WS-BaseNotification name for them; `onLife` is the one for
 * a life that is too short or too long.
 */
export const answering =
  <Req, Res>(
    handler: (request: Req, call: Call) => Res | Promise<Res>,
    onLife: LifeFault = "UnacceptableTerminationTimeFault",
  ): Handler<Req, Res> =>
  async (request, call) => {
    try {
      return await handler(request, call);
    } catch (error) {
      throw error instanceof Refusal ? faultFor(error, onLife, call) : error;
    }
  };

function faultFor(refusal: Refusal, onLife: LifeFault, call: Call): Error {
  const { message, context } = refusal;
  switch (refusal.code as EventRefusalCode) {
    case "subscription-unknown":
      return baseFault("ResourceUnknownFault", message, call);
    case "too-many-subscriptions":
      return baseFault("SubscribeCreationFailedFault", message, call);
    case "pull-already-waits":
      return baseFault("UnableToGetMessagesFault", message, call);
    case "unacceptable-life":
      return baseFault(onLife, message, call, lifeLimits(Number(context["minMs"]), Number(context["maxMs"]), call));
    case "pull-too-long":
      return pullFault(message, Number(context["maxMs"]), Number(context["maxMessages"]));
  }
}

function lifeLimits(minMs: number, maxMs: number, call: Call): string {
  const now = call.camera.device.clock.now();
  const limit = (name: string, ms: number): string =>
    `<${wsnt.prefix}:${name}>${xs.dateTime.print(new Date(now + ms))}</${wsnt.prefix}:${name}>`;
  return limit("MinimumTime", minMs + RETRY_MS) + limit("MaximumTime", maxMs);
}

/** Core §9.1.2: the limits of a pull. */
function pullFault(reason: string, maxMs: number, maxMessages: number): OnvifFault {
  const { prefix } = tev;
  const detail =
    `<${prefix}:PullMessagesFaultResponse${declarations([tev])}>` +
    `<${prefix}:MaxTimeout>${xs.duration.print(maxMs)}</${prefix}:MaxTimeout>` +
    `<${prefix}:MaxMessageLimit>${maxMessages}</${prefix}:MaxMessageLimit></${prefix}:PullMessagesFaultResponse>`;
  return new OnvifFault("Receiver", [], `PullMessagesFaultResponse: ${reason}`, detail);
}
