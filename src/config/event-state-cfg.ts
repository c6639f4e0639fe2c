import { group, optional } from "./schema.js";
import { integer, text } from "./values.js";

/** What `onvifrun.cfg` keeps of events. Checked when it was set. */

/** Blanks around it count. */
const exact = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc, secret: true });
const word = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc });

export const eventBroker = group(
  { tag: "event_broker", doc: "An MQTT broker that events are published to." },
  {
    address: word("address", "Where it is."),
    topicPrefix: exact("topic_prefix", "What the topics begin with."),
    username: optional(exact("username", "User name.")),
    password: optional(exact("password", "Password.")),
    publishFilter: text({ tag: "publish_filter", default: "", maxLength: 8192, doc: "Topics; empty for all events." }),
    metadataFilter: optional(
      text({ tag: "metadata_filter", default: "", maxLength: 8192, doc: "Metadata; empty for all, no tag for none." }),
    ),
    qos: integer({ tag: "qos", default: 0, min: 0, max: 2, doc: "Quality of service." }),
    certificateId: optional(word("certificate_id", "The certificate in the keystore that is shown to it.")),
    policyId: optional(word("policy_id", "The policy in the keystore that its certificate is checked by.")),
    askedFrom: word("asked_from", "Address of the client that set it."),
  },
);
