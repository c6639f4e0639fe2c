import { isIpv4, isIpv6 } from "#device/addresses";
import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Core §8.5. */
const authFailed = eventType({
  topic: onvifTopic("Device/SecurityPolicy/AuthFailed"),
  isProperty: false,
  source: { NetworkInterface: "tt:ReferenceToken" },
  data: { SourceIPv4: "tt:IPv4Address", SourceIPv6: "tt:IPv6Address" },
});

/** The camera does not see by which interface a request came; it tells the first one. */
export const failedLogins: Producer = {
  types: () => [authFailed],
  changed: (change, { network }, hub) => {
    if (change.slice !== "logins") return;
    const address = change.address.replace(/%.*$/, "");
    hub.publish(
      authFailed,
      { NetworkInterface: network.interfaces[0]?.token ?? "" },
      {
        SourceIPv4: isIpv4(address) ? address : undefined,
        SourceIPv6: isIpv6(address) ? address : undefined,
      },
    );
  },
};
