import { AUTH_FAILURES, HISTORY_LENGTHS, MONITOR_PERIODS } from "#device/access/security-policies";
import type { Handlers } from "../../registry.js";
import type { securityPolicies as operations } from "../../schema/device/security.js";
import type { IntRange } from "../../schema/tt/common.js";

const range = ({ min, max }: { readonly min: number; readonly max: number }): IntRange => ({ Min: min, Max: max });

/** What GetServiceCapabilities says of them (Core §8.1.2.3). */
export const SECURITY_POLICIES: readonly string[] = ["ModifyPassword", "PasswordComplexity", "AuthFailureWarnings"];
export const MAXIMUM_PASSWORD_HISTORY = HISTORY_LENGTHS.max;

export const securityPolicies = {
  GetPasswordComplexityOptions: (_, { camera }) => {
    const { maximumPasswordLength: max } = camera.device.access.securityPolicies;
    return {
      MinLenRange: range({ min: 1, max }),
      UppercaseRange: range({ min: 0, max }),
      NumberRange: range({ min: 0, max }),
      SpecialCharsRange: range({ min: 0, max }),
      BlockUsernameOccurrenceSupported: true,
      PolicyConfigurationLockSupported: true,
    };
  },

  GetPasswordComplexityConfiguration: (_, { camera }) => {
    const { complexity } = camera.device.access.securityPolicies;
    return {
      MinLen: complexity.minimumLength,
      Uppercase: complexity.uppercase,
      Number: complexity.numbers,
      SpecialChars: complexity.specialCharacters,
      BlockUsernameOccurrence: complexity.blocksUsername,
      PolicyConfigurationLocked: complexity.isLocked,
    };
  },

  SetPasswordComplexityConfiguration: (request, { camera }) => {
    camera.device.access.securityPolicies.setComplexity({
      minimumLength: request.MinLen,
      uppercase: request.Uppercase,
      numbers: request.Number,
      specialCharacters: request.SpecialChars,
      blocksUsername: request.BlockUsernameOccurrence,
      isLocked: request.PolicyConfigurationLocked,
    });
    return {};
  },

  GetPasswordHistoryConfiguration: (_, { camera }) => {
    const { enabled, length } = camera.device.access.securityPolicies.history;
    return { Enabled: enabled, Length: length };
  },

  SetPasswordHistoryConfiguration: ({ Enabled, Length }, { camera }) => {
    camera.device.access.securityPolicies.setHistory({ enabled: Enabled, length: Length });
    return {};
  },

  GetAuthFailureWarningOptions: () => ({
    MonitorPeriodRange: range(MONITOR_PERIODS),
    AuthFailureRange: range(AUTH_FAILURES),
  }),

  GetAuthFailureWarningConfiguration: (_, { camera }) => {
    const { enabled, monitorPeriod, maximumFailures } = camera.device.access.securityPolicies.authFailures;
    return { Enabled: enabled, MonitorPeriod: monitorPeriod, MaxAuthFailures: maximumFailures };
  },

  SetAuthFailureWarningConfiguration: ({ Enabled, MonitorPeriod, MaxAuthFailures }, { camera }) => {
    camera.device.access.securityPolicies.setAuthFailures({
      enabled: Enabled,
      monitorPeriod: MonitorPeriod,
      maximumFailures: MaxAuthFailures,
    });
    return {};
  },
} satisfies Handlers<typeof operations>;
