import { attribute, content, group, optional, repeated } from "./schema.js";
import { choice, decimal, flag, integer, text } from "./values.js";

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

const maybe = (tag: string, doc: string) => optional(flag({ tag, default: false, doc }));
const whole = (tag: string, doc: string) => integer({ tag, default: 0, min: 0, max: 1_000_000, doc });

/** Blanks around it count. */
const exact = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, secret: true, doc });

const wireless = group(
  { tag: "wireless", doc: "A wireless network. Holds its key." },
  {
    alias: attribute(exact("alias", "Its name on the interface.")),
    ssid: word("ssid", "SSID, in hexadecimal digits."),
    priority: whole("priority", "The highest first."),
    security: group(
      { tag: "security", doc: "How it is kept secret." },
      {
        mode: choice({ tag: "mode", values: ["None", "WEP", "PSK", "Dot1X"], default: "None", doc: "The mode." }),
        algorithm: optional(
          choice({ tag: "algorithm", values: ["CCMP", "TKIP", "Any"], default: "Any", doc: "The cipher." }),
        ),
        key: optional(exact("key", "Key, in hexadecimal digits.")),
        passphrase: optional(exact("passphrase", "What the key follows from.")),
        dot1x: optional(exact("dot1x", "Token of a configuration of IEEE 802.1X.")),
      },
    ),
  },
);

export const interfaceSettings = group(
  { tag: "interface", doc: "What clients have set of an interface; the rest is as this computer has it." },
  {
    token: attribute(word("token", "Name of the interface.")),
    enabled: maybe("enabled", "Whether it is on."),
    mtu: optional(whole("mtu", "In bytes.")),
    link: optional(
      group(
        { tag: "link", doc: "Its link." },
        {
          autoNegotiation: flag({ tag: "auto_negotiation", default: false, doc: "Whether the ends agree on it." }),
          speed: whole("speed", "In Mbit/s."),
          duplex: choice({ tag: "duplex", values: ["Full", "Half"], default: "Full", doc: "Both ways at once?" }),
        },
      ),
    ),
    zeroConfiguration: maybe("zero_configuration", "Whether it has a link-local address."),
    wireless: optional(repeated(wireless)),
    ipv4: optional(
      group(
        { tag: "ipv4", doc: "IPv4." },
        {
          enabled: maybe("enabled", "Whether it is on."),
          dhcp: maybe("dhcp", "Whether the address comes from DHCP."),
          manual: repeated(prefixedAddress("address", "An address.")),
        },
      ),
    ),
    ipv6: optional(
      group(
        { tag: "ipv6", doc: "IPv6." },
        {
          enabled: maybe("enabled", "Whether it is on."),
          acceptRouterAdvert: maybe("router_advertisements", "Whether routers give addresses."),
          dhcp: optional(
            choice({
              tag: "dhcp",
              values: ["Auto", "Stateful", "Stateless", "Off"],
              default: "Off",
              doc: "Use of DHCPv6.",
            }),
          ),
          manual: repeated(prefixedAddress("address", "An address.")),
        },
      ),
    ),
  },
);
