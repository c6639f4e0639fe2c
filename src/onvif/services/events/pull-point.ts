import { invalidArgument } from "../../faults.js";
import { addressOf } from "../../mapping/address.js";
import { lifetimeToWire, pullPointOf, subscriptionOf } from "../../mapping/subscription.js";
import { implement } from "../../registry.js";
import { PullPointSubscription } from "../../schema/events/pull-point-subscription.js";
import { answering } from "./answering.js";
import { EVENT_SERVICE_PATH } from "./path.js";
import { manager } from "./subscription-manager.js";

/** Pull points at their own addresses. */
export const pullPointService = implement(
  PullPointSubscription,
  { path: EVENT_SERVICE_PATH, isListed: false },
  {
    PullMessages: answering(async ({ Timeout, MessageLimit }, call) => {
      if (Timeout < 0) throw invalidArgument("Timeout is negative");
      if (MessageLimit < 1) throw invalidArgument("MessageLimit is less than 1");
      const pullPoint = pullPointOf(call);
      const notifications = await pullPoint.pull(MessageLimit, Timeout, call.signal);
      const producer = addressOf(EVENT_SERVICE_PATH, call);
      return {
        ...lifetimeToWire(pullPoint.remainingMs, call),
        NotificationMessage: notifications.map((one) => call.camera.events.wire.of(one, producer)),
      };
    }),

    Seek: answering(({ UtcTime, Reverse = false }, call) => {
      pullPointOf(call).seek(UtcTime.getTime(), Reverse);
      return {};
    }),

    SetSynchronizationPoint: answering((_, call) => {
      subscriptionOf(call).synchronize();
      return {};
    }),

    Unsubscribe: manager.Unsubscribe,
  },
);
