import type { Device } from "#device/device";
import { eventType, itemsOf } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { type Item, itemText } from "#events/notification";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Core, Monitoring events, Link Status. */
const linkChanged = eventType({
  topic: onvifTopic("Monitoring/LinkStatus"),
  isProperty: true,
  source: { Token: "tt:ReferenceToken" },
  data: { Link: "tt:NetworkInterfaceConnectionSetting" },
});

/** Tells links as GetNetworkInterfaces does: once a client has set them; and as long as their interface is enabled. */
export const linkStatus: Producer = {
  types: ({ network }) => (network.interfaces.some(({ wireless }) => !wireless) ? [linkChanged] : []),
  begin: (device, hub) => tell(device, hub),
  changed: (change, device, hub) => {
    if (change.slice === "network" && (change.what === "interface-settings" || change.what === "interfaces"))
      tell(device, hub);
  },
};

function tell({ network }: Device, hub: EventHub): void {
  const told = new Map(hub.stateOf(linkChanged).map(({ source, data }) => [source[0]?.value ?? "", textOf(data)]));
  for (const { token: Token, enabled, link } of network.interfaces) {
    if (!enabled || !link) continue;
    const Link = { AutoNegotiation: link.autoNegotiation, Speed: link.speed, Duplex: link.duplex };
    if (told.get(Token) !== textOf(itemsOf(linkChanged.data, { Link }))) hub.publish(linkChanged, { Token }, { Link });
    told.delete(Token);
  }
  for (const Token of told.keys()) hub.remove(linkChanged, { Token });
}

const textOf = (items: readonly Item[]): string => items.map(itemText).join(" ");
