import { basicNotificationCases } from "./event-cases/basic-notification.js";
import { eventBrokerCases } from "./event-cases/event-brokers.js";
import { messageCases } from "./event-cases/messages.js";
import { monitoringCases } from "./event-cases/monitoring.js";
import { pullPointCases } from "./event-cases/pull-point.js";
import { runOfficialCases } from "./official-cases.js";

/*
 * All cases of the Event Handling device test specification, and those of Base, Imaging and Media2 about the events that
 * this camera has.
 */
runOfficialCases(
  "Event Handling",
  { ...basicNotificationCases, ...pullPointCases, ...messageCases, ...monitoringCases, ...eventBrokerCases },
  {
    ids: /^(?:EVENT-\d+|DEVICE-9)-\d+-\d+(?=\t)/gm,
    atLeast: 63,
    notRun: { "DEVICE-9-1-9": "the camera has no fan", "DEVICE-9-1-10": "the camera does not watch its power supply" },
  },
);
