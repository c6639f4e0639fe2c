import type { Service } from "../registry.js";
import { deviceService } from "./device/service.js";
import { deviceIoService } from "./deviceio/service.js";
import { notificationProducerService } from "./events/notification-producer.js";
import { pullPointService } from "./events/pull-point.js";
import { eventService } from "./events/service.js";
import { pausableSubscriptionManagerService, subscriptionManagerService } from "./events/subscription-manager.js";
import { mediaService } from "./media/service.js";
import {
  authorizationServerService,
  dot1xService,
  jwtService,
  keystoreService,
  mediaSigningService,
  securityService,
  tlsServerService,
} from "./security/service.js";
import { media2Service } from "./media2/service.js";

/** Every service of the camera, in the order in which GetServices lists them: clients take the first Media. */
export const services: readonly Service[] = [
  deviceService,
  mediaService,
  media2Service,
  eventService,
  deviceIoService,
  pullPointService,
  notificationProducerService,
  subscriptionManagerService,
  pausableSubscriptionManagerService,
  securityService,
  keystoreService,
  tlsServerService,
  dot1xService,
  authorizationServerService,
  mediaSigningService,
  jwtService,
];
