import { attribute, content, group, optional, repeated } from "./schema.js";
import { choice, decimal, integer, text } from "./values.js";

/** What `onvifrun.cfg` keeps of the network beyond servers and ports. Checked when it was set. */

const word = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc });

export const dynamicDns = group(
  { tag: "dynamic_dns", doc: "How the camera's name gets into DNS." },
  {
    type: choice({
      tag: "type",
      values: ["NoUpdate", "ClientUpdates", "ServerUpdates"],
      default: "NoUpdate",
      doc: "Who is to update it.",
    }),
    name: optional(word("name", "The name.")),
    ttlMs: optional(decimal({ tag: "ttl_ms", default: 0, min: 0, max: 1e15, doc: "Time to live, in milliseconds." })),
  },
);

/** An address with the length of its prefix. */
export const prefixedAddress = (tag: string, doc: string) =>
  group(
    { tag, doc },
    {
      prefixLength: attribute(integer({ tag: "prefix", default: 0, min: 0, max: 128, doc: "Length of the prefix." })),
      address: content(word(tag, "The address.")),
    },
  );

export const ipFilter = group(
  { tag: "ip_filter", doc: "Addresses that may connect, or that may not." },
  {
    type: choice({ tag: "type", values: ["Allow", "Deny"], default: "Deny", doc: "Which of the two." }),
    ipv4: repeated(prefixedAddress("ipv4", "An IPv4 network.")),
    ipv6: repeated(prefixedAddress("ipv6", "An IPv6 network.")),
  },
);
