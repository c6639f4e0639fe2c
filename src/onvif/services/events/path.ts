/** Where the event service is on the web server. */
export const EVENT_SERVICE_PATH = "/onvif/event_service";
