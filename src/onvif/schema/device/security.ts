import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { BinaryData } from "../tt/attachment.js";
import { IntRange, StringList } from "../tt/common.js";
import { RemoteUser, User, UserRole } from "../tt/user.js";

/** Who the device is, and who may do what (Core §8.4, §5.9). */
export const users = {
  GetEndpointReference: operation({
    access: "PRE_AUTH",
    spec: "Core 8.4.9",
    request: tds.sequence({}),
    response: tds.sequence({ GUID: element(xs.string) }).open({ attributes: false }),
  }),
  GetUserRoles: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.4.10.1",
    request: tds.sequence({ UserRole: optional(xs.string) }),
    response: tds.sequence({ UserRole: many(UserRole) }),
  }),
  SetUserRole: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.10.2",
    request: tds.sequence({ UserRole: element(UserRole) }),
    response: tds.sequence({}),
  }),
  DeleteUserRole: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.10.3",
    request: tds.sequence({ UserRole: element(xs.string) }),
    response: tds.sequence({}),
  }),
  GetRemoteUser: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.4.7",
    request: tds.sequence({}),
    response: tds.sequence({ RemoteUser: optional(RemoteUser) }),
  }),
  SetRemoteUser: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.8",
    request: tds.sequence({ RemoteUser: optional(RemoteUser) }),
    response: tds.sequence({}),
  }),
  GetUsers: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core 8.4.3",
    request: tds.sequence({}),
    response: tds.sequence({ User: many(User) }),
  }),
  CreateUsers: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.4",
    request: tds.sequence({ User: some(User) }),
    response: tds.sequence({}),
  }),
  DeleteUsers: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.5",
    request: tds.sequence({ Username: some(xs.string) }),
    response: tds.sequence({}),
  }),
  SetUser: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.6",
    request: tds.sequence({ User: some(User) }),
    response: tds.sequence({}),
  }),
  GetAccessPolicy: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core 8.4.1",
    request: tds.sequence({}),
    response: tds.sequence({ PolicyFile: element(BinaryData) }),
  }),
  SetAccessPolicy: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.4.2",
    request: tds.sequence({ PolicyFile: element(BinaryData) }),
    response: tds.sequence({}),
  }),
  SetHashingAlgorithm: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 5.9.3.1",
    request: tds.sequence({ Algorithm: element(StringList) }),
    response: tds.sequence({}),
  }),
};

/** Rules for passwords and failed logins (Core §8.5). */
export const securityPolicies = {
  GetPasswordComplexityOptions: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.5.1",
    request: tds.sequence({}),
    response: tds.sequence({
      MinLenRange: optional(IntRange),
      UppercaseRange: optional(IntRange),
      NumberRange: optional(IntRange),
      SpecialCharsRange: optional(IntRange),
      BlockUsernameOccurrenceSupported: optional(xs.boolean),
      PolicyConfigurationLockSupported: optional(xs.boolean),
    }),
  }),
  GetPasswordComplexityConfiguration: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.5.2",
    request: tds.sequence({}),
    response: tds.sequence({
      MinLen: optional(xs.int),
      Uppercase: optional(xs.int),
      Number: optional(xs.int),
      SpecialChars: optional(xs.int),
      BlockUsernameOccurrence: optional(xs.boolean),
      PolicyConfigurationLocked: optional(xs.boolean),
    }),
  }),
  SetPasswordComplexityConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.5.3",
    request: tds.sequence({
      MinLen: optional(xs.int),
      Uppercase: optional(xs.int),
      Number: optional(xs.int),
      SpecialChars: optional(xs.int),
      BlockUsernameOccurrence: optional(xs.boolean),
      PolicyConfigurationLocked: optional(xs.boolean),
    }),
    response: tds.sequence({}),
  }),
  GetPasswordHistoryConfiguration: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.5.4",
    request: tds.sequence({}),
    response: tds.sequence({ Enabled: element(xs.boolean), Length: element(xs.int) }),
  }),
  SetPasswordHistoryConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.5.5",
    request: tds.sequence({ Enabled: element(xs.boolean), Length: element(xs.int) }),
    response: tds.sequence({}),
  }),
  GetAuthFailureWarningOptions: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.5.6",
    request: tds.sequence({}),
    response: tds.sequence({ MonitorPeriodRange: element(IntRange), AuthFailureRange: element(IntRange) }),
  }),
  GetAuthFailureWarningConfiguration: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.5.7",
    request: tds.sequence({}),
    response: tds.sequence({
      Enabled: element(xs.boolean),
      /** In seconds. */
      MonitorPeriod: element(xs.int),
      MaxAuthFailures: element(xs.int),
    }),
  }),
  SetAuthFailureWarningConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.5.8",
    request: tds.sequence({
      Enabled: element(xs.boolean),
      /** In seconds. */
      MonitorPeriod: element(xs.int),
      MaxAuthFailures: element(xs.int),
    }),
    response: tds.sequence({}),
  }),
};
