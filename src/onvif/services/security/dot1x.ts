import type { Dot1xConfiguration, Dot1xStage } from "#device/security/dot1x";
import type { Handlers } from "../../registry.js";
import type { Dot1X } from "../../schema/security/dot1x.js";
import type { Dot1XConfiguration, Dot1XStage } from "../../schema/security/types.js";

export const dot1x = {
  AddDot1XConfiguration: ({ Dot1XConfiguration: { Outer, Alias } }, { camera }) => ({
    Dot1XID: camera.device.security.dot1x.add(stageFromWire(Outer), Alias),
  }),

  GetAllDot1XConfigurations: (_, { camera }) => ({
    Configuration: camera.device.security.dot1x.configurations.list().map(toWire),
  }),

  GetDot1XConfiguration: ({ Dot1XID }, { camera }) => ({
    Dot1XConfiguration: toWire(camera.device.security.dot1x.configurations.get(Dot1XID)),
  }),

  DeleteDot1XConfiguration: ({ Dot1XID }, { camera }) => {
    camera.device.security.dot1x.delete(Dot1XID);
    return {};
  },

  SetNetworkInterfaceDot1XConfiguration: ({ token, Dot1XID }, { camera }) => {
    camera.device.security.dot1x.assign(token, Dot1XID);
    return { RebootNeeded: false };
  },

  GetNetworkInterfaceDot1XConfiguration: ({ token }, { camera }) => ({
    Dot1XID: camera.device.security.dot1x.of(token),
  }),

  DeleteNetworkInterfaceDot1XConfiguration: ({ token }, { camera }) => {
    camera.device.security.dot1x.unassign(token);
    return { RebootNeeded: false };
  },
} satisfies Handlers<typeof Dot1X.operations>;

const stageFromWire = (stage: Dot1XStage): Dot1xStage => ({
  method: stage.Method,
  identity: stage.Identity,
  pathId: stage.CertificationPathID,
  passphraseId: stage.PassphraseID,
  policyId: stage.CertPathValidationPolicyID,
  inner: stage.Inner && stageFromWire(stage.Inner),
});

const stageToWire = (stage: Dot1xStage): Dot1XStage => ({
  Method: stage.method,
  Identity: stage.identity,
  CertificationPathID: stage.pathId,
  PassphraseID: stage.passphraseId,
  CertPathValidationPolicyID: stage.policyId,
  Inner: stage.inner && stageToWire(stage.inner),
});

const toWire = ({ id, alias, outer }: Dot1xConfiguration): Dot1XConfiguration => ({
  Dot1XID: id,
  Alias: alias,
  Outer: stageToWire(outer),
});
