import { MAXIMUM_ROLES } from "#device/access/user-roles";
import { type BadInput, incomplete, row } from "./row.js";

const VALUE = "Sender InvalidArgVal";
const FORMAT = "Sender InvalidArgs PolicyFormat";

const member = (name: string, value: string | number | boolean): string => `<tds:${name}>${value}</tds:${name}>`;
const role = (name: string, functions = ""): string =>
  `<tds:UserRole><tt:Name>${name}</tt:Name><tt:Functions>${functions}</tt:Functions></tds:UserRole>`;
const file = (text: string): string =>
  `<tds:PolicyFile><tt:Data>${Buffer.from(text).toString("base64")}</tt:Data></tds:PolicyFile>`;
const remote = (name: string, password = "x"): string =>
  `<tds:RemoteUser><tt:Username>${name}</tt:Username><tt:Password>${password}</tt:Password>` +
  `<tt:UseDerivedPassword>false</tt:UseDerivedPassword></tds:RemoteUser>`;
const warning = (period: number | string, failures: number | string): string =>
  member("Enabled", true) + member("MonitorPeriod", period) + member("MaxAuthFailures", failures);
const history = (length: number | string): string => member("Enabled", true) + member("Length", length);
const extended = (roles: string): string =>
  `<tds:User><tt:Username>new</tt:Username><tt:Password>x</tt:Password><tt:UserLevel>Extended</tt:UserLevel>` +
  `<tt:Extension><tt:Roles>${roles}</tt:Roles></tt:Extension></tds:User>`;

const locked = [
  { operation: "SetPasswordComplexityConfiguration", content: member("PolicyConfigurationLocked", true) },
];
const manyRoles = Array.from({ length: MAXIMUM_ROLES - 3 }, (_, n) => ({
  operation: "SetUserRole",
  content: role(`role${n}`),
}));

/** Who may do what (Core §5.9, §8.4, §8.5). */
export const deviceUsersRows: readonly BadInput[] = [
  ...["CreateUsers", "DeleteUsers", "SetUser"].flatMap(incomplete),
  row("CreateUsers", "a role that is none", extended("janitor"), `${VALUE} InvalidUserRole`),
  row(
    "CreateUsers",
    "the name of the remote user",
    extended("").replace("new", "remote"),
    "Sender OperationProhibited UsernameClash",
    [{ operation: "SetRemoteUser", content: remote("remote") }],
  ),

  row("SetRemoteUser", "the name of a user", remote("olga"), "Sender OperationProhibited UsernameClash"),
  row("SetRemoteUser", "an empty name", remote(" "), "Sender OperationProhibited UsernameTooShort"),
  row("SetRemoteUser", "a long name", remote("n".repeat(65)), "Sender OperationProhibited UsernameTooLong"),
  row("SetRemoteUser", "a long password", remote("n", "x".repeat(65)), "Sender OperationProhibited PasswordTooLong"),
  row(
    "SetRemoteUser",
    "half a user",
    "<tds:RemoteUser><tt:Username>n</tt:Username></tds:RemoteUser>",
    "Sender InvalidArgs",
  ),

  row("GetUserRoles", "a role that is none", member("UserRole", "janitor"), `${VALUE} InvalidUserRole`),
  ...["SetUserRole", "DeleteUserRole"].flatMap(incomplete),
  row("SetUserRole", "the prefix of ONVIF", role("onvif:Guest"), "Sender OperationProhibited OnvifPrefix"),
  row("SetUserRole", "a predefined role", role("onvif:User"), "Sender OperationProhibited OnvifPrefix"),
  row(
    "SetUserRole",
    "an unknown function",
    role("a", "tds:GetUsers tds:Dance"),
    "Receiver Action FunctionNotImplemented",
  ),
  row("SetUserRole", "a function without prefix", role("a", "GetUsers"), "Receiver Action FunctionNotImplemented"),
  row("SetUserRole", "a blank in the name", role("a b"), VALUE),
  row("SetUserRole", "no name", role(""), VALUE),
  row("SetUserRole", "a long name", role("n".repeat(65)), VALUE),
  row("SetUserRole", "one too many", role("more"), "Receiver Action TooManyUserRoles", manyRoles),
  row("DeleteUserRole", "a role that is none", member("UserRole", "janitor"), `${VALUE} InvalidUserRole`),
  row(
    "DeleteUserRole",
    "a predefined role",
    member("UserRole", "onvif:User"),
    "Sender OperationProhibited OnvifPrefix",
  ),

  ...incomplete("SetAccessPolicy"),
  row("SetAccessPolicy", "something that is no XML", file("allow all"), FORMAT),
  row("SetAccessPolicy", "an empty file", file(""), FORMAT),
  row("SetAccessPolicy", "another document", file("<Policy/>"), FORMAT),
  row("SetAccessPolicy", "no class", file("<AccessPolicy/>"), FORMAT),
  row("SetAccessPolicy", "an unknown class", file('<AccessPolicy><Class name="PLAY"/></AccessPolicy>'), FORMAT),
  row(
    "SetAccessPolicy",
    "an unknown level",
    file('<AccessPolicy><Class name="ACTUATE"><Level>Guest</Level></Class></AccessPolicy>'),
    FORMAT,
  ),
  row("SetAccessPolicy", "bytes that are no UTF-8", file("\u0000\u00ff"), FORMAT),
  row("SetAccessPolicy", "a huge file", file(`<AccessPolicy>${" ".repeat(1 << 16)}</AccessPolicy>`), FORMAT),

  row("SetHashingAlgorithm", "no member", "", "Sender InvalidArgs"),
  row("SetHashingAlgorithm", "no hash", member("Algorithm", ""), VALUE),
  row("SetHashingAlgorithm", "an unknown hash", member("Algorithm", "MD5 SHA-512"), VALUE),
  row("SetHashingAlgorithm", "a hash twice", member("Algorithm", "MD5 MD5"), VALUE),

  row("SetPasswordComplexityConfiguration", "a length of 0", member("MinLen", 0), VALUE),
  row("SetPasswordComplexityConfiguration", "more than any password has", member("MinLen", 65), VALUE),
  row("SetPasswordComplexityConfiguration", "a negative number", member("Uppercase", -1), VALUE),
  row("SetPasswordComplexityConfiguration", "words for a number", member("Number", "some"), VALUE),
  row("SetPasswordComplexityConfiguration", "more than fits", member("Uppercase", 40) + member("Number", 40), VALUE),
  row("SetPasswordComplexityConfiguration", "a lock in force", member("MinLen", 4), VALUE, locked),
  ...incomplete("SetPasswordHistoryConfiguration"),
  row("SetPasswordHistoryConfiguration", "a length of 0", history(0), VALUE),
  row("SetPasswordHistoryConfiguration", "a length of 11", history(11), VALUE),
  row("SetPasswordHistoryConfiguration", "a length in words", history("two"), VALUE),
  row("SetPasswordHistoryConfiguration", "a lock in force", history(2), VALUE, locked),
  ...incomplete("SetAuthFailureWarningConfiguration"),
  row("SetAuthFailureWarningConfiguration", "no period", warning(0, 3), VALUE),
  row("SetAuthFailureWarningConfiguration", "a period beyond an hour", warning(3601, 3), VALUE),
  row("SetAuthFailureWarningConfiguration", "no failures", warning(60, 0), VALUE),
  row("SetAuthFailureWarningConfiguration", "101 failures", warning(60, 101), VALUE),
  row("SetAuthFailureWarningConfiguration", "a period that is none", warning("PT1M", 3), VALUE),
  row("SetAuthFailureWarningConfiguration", "a lock in force", warning(60, 3), VALUE, locked),
];
