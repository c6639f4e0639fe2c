import { STORAGE_KINDS } from "#device/storage";
import { attribute, group, optional } from "./schema.js";
import { choice, decimal, flag, text } from "./values.js";

/** What `onvifrun.cfg` keeps of places, storage configurations and outer parts. Checked when it was set. */

const word = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, doc });
const number = (tag: string, doc: string) =>
  optional(attribute(decimal({ tag, default: 0, min: -1e15, max: 1e15, doc })));
const token = attribute(word("token", "Token, unique among its kind."));

export const location = group(
  { tag: "location", doc: "Where the camera or a part of it is." },
  {
    entity: attribute(word("entity", "Kind of what it is about.")),
    token,
    fixed: attribute(flag({ tag: "fixed", default: undefined, doc: "Whether it cannot be deleted." })),
    geoSource: optional(word("source", "What knows the place.")),
    geoPosition: optional(
      group(
        { tag: "position", doc: "On earth." },
        {
          lon: number("lon", "Longitude, in degrees."),
          lat: number("lat", "Latitude, in degrees."),
          elevation: number("elevation", "In metres."),
        },
      ),
    ),
    geoOrientation: optional(
      group(
        { tag: "orientation", doc: "How it is turned, in degrees." },
        { roll: number("roll", "Roll."), pitch: number("pitch", "Pitch."), yaw: number("yaw", "Yaw.") },
      ),
    ),
    localPosition: optional(
      group(
        { tag: "local_position", doc: "In the building, in metres." },
        { x: number("x", "X."), y: number("y", "Y."), z: number("z", "Z.") },
      ),
    ),
    localOrientation: optional(
      group(
        { tag: "local_orientation", doc: "How it is turned in the building, in degrees." },
        { pan: number("pan", "Pan."), tilt: number("tilt", "Tilt."), roll: number("roll", "Roll.") },
      ),
    ),
  },
);

export const storage = group(
  { tag: "storage", doc: "A storage configuration." },
  {
    token,
    kind: choice({
      tag: "kind",
      values: STORAGE_KINDS,
      default: "NFS",
      doc: "What it is.",
    }),
    localPath: optional(word("local_path", "Where it is mounted.")),
    uri: optional(word("uri", "Where it is.")),
    user: optional(
      group(
        { tag: "user", doc: "Who the camera logs in as." },
        {
          userName: word("name", "User name."),
          password: optional(word("password", "Password.")),
          token: optional(word("token", "Token.")),
        },
      ),
    ),
    region: optional(word("region", "Region.")),
    certPathValidationPolicyId: optional(word("validation_policy", "How its certificate is checked.")),
  },
);

const onOff = (tag: string, doc: string) => choice({ tag, values: ["On", "Off"], default: "Off", doc });

export const auxiliary = group(
  { tag: "auxiliary", doc: "Outer parts." },
  {
    wiper: onOff("wiper", "Wiper."),
    washer: onOff("washer", "Washer."),
    washingProcedure: onOff("washing_procedure", "Washing procedure."),
    irLamp: choice({ tag: "ir_lamp", values: ["On", "Off", "Auto"], default: "Auto", doc: "Infrared lamp." }),
  },
);

export const history = group(
  { tag: "history", doc: "What has been done with the settings." },
  {
    lastBackupMs: optional(
      decimal({ tag: "last_backup", default: 0, min: -1e15, max: 1e15, doc: "Last backup, in ms since 1970." }),
    ),
  },
);
