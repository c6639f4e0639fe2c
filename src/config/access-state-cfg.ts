import { ACCESS_CLASSES, POLICY_LEVELS } from "#device/access/access-policy";
import { DIGEST_ALGORITHMS } from "#device/access/digest-algorithms";
import { attribute, group, optional, repeated } from "./schema.js";
import { choice, flag, integer, text } from "./values.js";

/** How `onvifrun.cfg` keeps who may log in, how, and what that entitles to. Ranges are those of the state model. */

const count = (tag: string, fallback: number, doc: string) =>
  integer({ tag, default: fallback, min: 0, max: 1_000_000, doc });
const yes = (tag: string, fallback: boolean, doc: string) => flag({ tag, default: fallback, doc });
const name = (tag: string, doc: string) => text({ tag, default: "", maxLength: 4096, secret: true, doc });

const securityPolicies = group(
  { tag: "security_policies", doc: "Rules for passwords and failed logins." },
  {
    complexity: group(
      { tag: "complexity", doc: "What a new password must have." },
      {
        minimumLength: count("minimum_length", 1, "Characters."),
        uppercase: count("uppercase", 0, "Uppercase letters."),
        numbers: count("numbers", 0, "Digits."),
        specialCharacters: count("special_characters", 0, "Characters that are neither letters nor digits."),
        blocksUsername: yes("blocks_username", false, "Whether it must not hold the name of its user."),
        isLocked: yes("locked", false, "Whether these policies can no longer be changed."),
      },
    ),
    history: group(
      { tag: "history", doc: "Passwords that do not come again." },
      { enabled: yes("enabled", false, "Whether there is such a rule."), length: count("length", 5, "How many.") },
    ),
    authFailures: group(
      { tag: "auth_failures", doc: "When failed logins are told." },
      {
        enabled: yes("enabled", true, "Whether they are."),
        monitorPeriod: count("monitor_period", 60, "Seconds in which they are counted."),
        maximumFailures: count("maximum_failures", 10, "Failures that are not told."),
      },
    ),
  },
);

/** Who may do what, beside the users themselves. */
export const access = group(
  { tag: "access", doc: "Who may do what, beside the users themselves." },
  {
    securityPolicies,
    formerPasswords: repeated(
      group(
        { tag: "former_passwords", doc: "Passwords that a user had before, as hashes." },
        { username: name("username", "The user."), hashes: repeated(name("hash", "The latest one first.")) },
      ),
    ),
    policy: repeated(
      group(
        { tag: "access_class", doc: "A line of the access policy; none of them for the default policy." },
        {
          accessClass: attribute(
            choice({ tag: "name", values: ACCESS_CLASSES, default: "PRE_AUTH", doc: "The class." }),
          ),
          levels: repeated(
            choice({
              tag: "level",
              values: POLICY_LEVELS,
              default: "Administrator",
              doc: "Levels that may call its operations.",
            }),
          ),
        },
      ),
    ),
    roles: repeated(
      group(
        { tag: "user_role", doc: "A role for users of the level Extended." },
        { name: attribute(name("name", "Its name.")), functions: repeated(name("function", "What it allows.")) },
      ),
    ),
    remoteUser: optional(
      group(
        { tag: "remote_user", doc: "The user that a remote system logs in as." },
        {
          username: name("username", "Name."),
          password: optional(name("password", "Password.")),
          usesDerivedPassword: yes("derived", false, "Whether the login takes what is derived from the password."),
        },
      ),
    ),
    digestAlgorithms: repeated(
      choice({ tag: "digest_algorithm", values: DIGEST_ALGORITHMS, default: "MD5", doc: "Hashes that are offered." }),
    ),
  },
);
