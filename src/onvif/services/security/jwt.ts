import type { Handlers } from "../../registry.js";
import type { JWT } from "../../schema/security/jwt.js";

export const jwt = {
  GetJWTConfiguration: (_, { camera }) => {
    const { audiences, trustedIssuers, keyIds, policyId, customClaims } = camera.device.security.jwt.state;
    return {
      Configuration: {
        Audiences: audiences,
        TrustedIssuers: trustedIssuers,
        KeyID: keyIds,
        ValidationPolicy: policyId || undefined,
        CustomClaims: customClaims.map(({ name, values }) => ({ Name: name, SupportedValues: values })),
      },
    };
  },

  SetJWTConfiguration: ({ Configuration }, { camera }) => {
    const { Audiences, TrustedIssuers = [], KeyID = [], ValidationPolicy = "", CustomClaims = [] } = Configuration;
    camera.device.security.jwt.set({
      audiences: Audiences,
      trustedIssuers: TrustedIssuers,
      keyIds: KeyID,
      policyId: ValidationPolicy,
      customClaims: CustomClaims.map(({ Name, SupportedValues }) => ({ name: Name, values: SupportedValues })),
    });
    return {};
  },
} satisfies Handlers<typeof JWT.operations>;
