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

/** The interface follows from the network that the client is in. */
export const failedLogins: Producer = {
  types: () => [authFailed],
  changed: (change, { network }, hub) => {
    if (change.slice !== "logins") return;
    const address = change.address.replace(/%.*$/, "");
    hub.publish(
      authFailed,
      { NetworkInterface: network.interfaceTowards(change.address) ?? "" },
      {
        SourceIPv4: isIpv4(address) ? address : undefined,
        SourceIPv6: isIpv6(address) ? address : undefined,
      },
    );
  },
};
