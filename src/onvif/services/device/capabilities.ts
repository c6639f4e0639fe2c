import { invariant } from "#util/errors";
import { xs } from "#xml/datatypes";
import { optional } from "#xml/schema";
import type { Call } from "../../call.js";
import { actionNotSupported } from "../../faults.js";
import { addressOf } from "../../mapping/address.js";
import type { ServiceDeclaration } from "../../operation.js";
import { accepting, capabilitiesElement, type Handlers } from "../../registry.js";
import type { capabilities as operations } from "../../schema/device/system.js";
import { tds } from "../../schema/namespaces.js";
import type { Capabilities, CapabilityCategory } from "../../schema/tt/capabilities.js";
import type { OnvifVersion } from "../../schema/tt/system.js";
import { deviceServiceCapabilities } from "./own-capabilities.js";

/** Where the web server hands out the WSDL documents. */
const WSDL_PATH = "/wsdl/";

export const capabilities = {
  // Clients leave the flag out and expect the short answer.
  GetServices: accepting(tds.sequence({ IncludeCapability: optional(xs.boolean) }), ({ IncludeCapability }, call) => ({
    Service: call.camera.registry.listed.map((service) => {
      const element = IncludeCapability ? capabilitiesElement(service, call) : undefined;
      return {
        Namespace: service.declaration.namespace.uri,
        XAddr: addressOf(service.path, call),
        Capabilities: element && { Any: [element] },
        Version: versionOf(service.declaration),
      };
    }),
  })),

  GetServiceCapabilities: (_, call) => ({ Capabilities: deviceServiceCapabilities(call) }),

  GetCapabilities: ({ Category = [] }, call) => {
    const all = legacyCapabilities(call);
    const categories = Category.filter((category) => category !== "All");
    return {
      Capabilities: categories.length < Category.length || Category.length === 0 ? all : chosen(all, categories),
    };
  },

  GetWsdlUrl: (_, call) => ({ WsdlUrl: addressOf(WSDL_PATH, call) }),
} satisfies Handlers<typeof operations>;

/** `26.06` as the numbers 26 and 6. */
export function versionOf({ version }: ServiceDeclaration): OnvifVersion {
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  invariant(Number.isInteger(major) && Number.isInteger(minor), `the release ${version} is two numbers`);
  return { Major: major, Minor: minor };
}

/** What the services say of themselves, put together. */
function legacyCapabilities(call: Call): Capabilities {
  const own = call.camera.registry.listed.map(({ path, legacyCapabilities: of }) => of?.(addressOf(path, call), call));
  const extensions = own.flatMap((part) => part?.Extension ?? []);
  return { ...merged(own), Extension: extensions.length > 0 ? merged(extensions) : undefined };
}

const merged = <T extends object>(parts: readonly (T | undefined)[]): T => Object.assign({}, ...parts) as T;

/** The categories that are asked for; refuses those that no service is behind. */
function chosen(all: Capabilities, categories: readonly Exclude<CapabilityCategory, "All">[]): Capabilities {
  const missing = categories.find((category) => all[category] === undefined);
  if (missing) throw actionNotSupported(`there is no ${missing} service here`, "NoSuchService");
  const part: { -readonly [K in keyof Capabilities]: Capabilities[K] } = {};
  const take = <K extends keyof Capabilities>(key: K): void => {
    part[key] = all[key];
  };
  for (const category of categories) take(category);
  return part;
}
