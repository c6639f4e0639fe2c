import { expect } from "vitest";
import type { MediaSetup } from "#device/setup";
import type { Operations, RequestOf, ServiceDeclaration } from "#onvif/operation";
import { encodeElement } from "#xml/codec";
import { aProfile, aSubProfile, aVideoEncoder } from "./a-device.js";
import { aCamera, soap, type SoapOptions, type TestCamera } from "./soap.js";

/** A camera with a main and a sub profile, and what else is given. */
export const aMediaCamera = (media: Partial<MediaSetup> = {}): TestCamera =>
  aCamera({ setup: { media: { profiles: [aProfile(), aSubProfile()], ...media } } });

/** A profile with video alone. */
export const aSilentProfile = () => aProfile({ audio: undefined });

/** The main profile in H.265, the sub profile in H.264. */
export const withH265: Partial<MediaSetup> = {
  profiles: [
    aProfile({
      video: {
        source: { width: 1280, height: 720 },
        encoder: aVideoEncoder({ encoding: "H265", encodingProfile: "Main" }),
      },
    }),
    aSubProfile(),
  ],
};

/**
 * The fault that answers a typed request, as code and subcodes; undefined where there is none. A refusal must have left
 * everything as it was.
 */
export async function faultOf<const Ops extends Operations, K extends keyof Ops & string>(
  camera: TestCamera,
  { namespace, operations }: ServiceDeclaration<Ops>,
  operation: K,
  request: RequestOf<Ops[K]>,
  options: SoapOptions = {},
): Promise<string | undefined> {
  const declared = operations[operation];
  if (!declared) throw new Error(`no operation ${operation}`);
  const before = { state: camera.device.snapshot(), told: camera.changes.length };
  const reply = await soap(camera, encodeElement(namespace, operation, declared.request, request), options);
  if (reply.fault !== undefined)
    expect({ state: camera.device.snapshot(), told: camera.changes.length }, operation).toEqual(before);
  return reply.fault;
}

/** The fault for a request written as text. */
export async function faultOfText(
  camera: TestCamera,
  service: Pick<ServiceDeclaration, "namespace">,
  operation: string,
  content: string,
): Promise<string | undefined> {
  const before = camera.device.snapshot();
  const reply = await soap(camera, { service, operation, content });
  if (reply.fault !== undefined) expect(camera.device.snapshot()).toEqual(before);
  return reply.fault;
}

/** What a list holds at a place. */
export function at<T>(list: readonly T[] | undefined, index = 0): T {
  const item = list?.[index];
  if (item === undefined) throw new Error(`the list has no item ${index}`);
  return item;
}
