import { ServiceRegistry } from "#onvif/registry";
import { services } from "#onvif/services/index";

/** The services of this program; all cameras share one registry, which holds no state. */
export const serviceRegistry = (): ServiceRegistry => new ServiceRegistry(services);
