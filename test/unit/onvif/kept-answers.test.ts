import { describe, expect, it } from "vitest";
import type { Device } from "#device/device";
import { refusal } from "#device/refusal";
import { profile10ToWire } from "#onvif/mapping/profile10";
import { profile20ToWire } from "#onvif/mapping/profile20";
import { declareService, operation } from "#onvif/operation";
import { implement, ofState } from "#onvif/registry";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { encodeElement } from "#xml/codec";
import { xs } from "#xml/datatypes";
import { element, schemaNamespace } from "#xml/schema";
import { aProfile, aSubProfile } from "../../support/a-device.js";
import { aCamera, soap } from "../../support/soap.js";

const a = schemaNamespace("urn:a", "a");
const text = a.sequence({ Text: element(xs.string) });
const Things = declareService({
  namespace: a,
  name: "Things",
  version: "26.06",
  operations: {
    Count: operation({ access: "READ_MEDIA", spec: "Things 1", request: text, response: text }),
  },
});

/** A camera with an operation that tells how often it has been worked out. */
function aCountingCamera(refuses: (asked: string) => boolean = () => false) {
  let count = 0;
  const things = implement(
    Things,
    { path: "/things" },
    {
      Count: ofState(({ Text }: { readonly Text: string }) => {
        if (refuses(Text)) throw refusal("no-profile", "no such thing");
        return { Text: `${Text} ${++count} ü` };
      }),
    },
  );
  const camera = aCamera({ services: [things] });
  const ask = async (asked: string) => {
    const reply = await soap(camera, { service: Things, operation: "Count", content: `<a:Text>${asked}</a:Text>` });
    return reply.fault ?? reply.body.child("Text")?.text;
  };
  return { camera, ask };
}

describe("kept answers", () => {
  it("are given again for the same request, and made for another", async () => {
    const { ask } = aCountingCamera();
    expect([await ask("one"), await ask("one"), await ask("two"), await ask("one")]).toEqual([
      "one 1 ü",
      "one 1 ü",
      "two 2 ü",
      "one 1 ü",
    ]);
  });

  it("are forgotten when anything changes in the device", async () => {
    const { camera, ask } = aCountingCamera();
    await ask("one");
    camera.device.hostname.set("porch");
    expect(await ask("one")).toBe("one 2 ü");
  });

  it("are not kept for long requests, nor for more than a few", async () => {
    const { ask } = aCountingCamera();
    const long = "x".repeat(300);
    await ask(long);
    expect(await ask(long)).toBe(`${long} 2 ü`);
    for (let n = 0; n < 40; n++) await ask(`other ${n}`);
    expect(await ask("other 0")).toBe("other 0 43 ü");
  });

  it("are not kept of refusals", async () => {
    let isGone = true;
    const { ask } = aCountingCamera(() => isGone);
    expect(await ask("one")).toBe("Sender InvalidArgVal NoProfile");
    isGone = false;
    expect(await ask("one")).toBe("one 1 ü");
  });

  it("need the same rights as answers that are made", async () => {
    const { camera, ask } = aCountingCamera();
    await ask("one");
    const call = { service: Things, operation: "Count", content: "<a:Text>one</a:Text>" };
    expect(await soap(camera, call, { user: "nobody" })).toMatchObject({ status: 401 });
  });

  it("go to each client in the version of SOAP that it speaks", async () => {
    const camera = aCamera();
    const call = { service: Media, operation: "GetProfiles" };
    const one = await soap(camera, call, { version: "1.1" });
    const other = await soap(camera, call, { version: "1.2" });
    expect(one.envelope.namespace).not.toBe(other.envelope.namespace);
    expect(one.body.children.length).toBe(other.body.children.length);
  });
});

describe("profiles", () => {
  const changes: readonly (readonly [string, (device: Device) => void])[] = [
    ["a profile is created", ({ media }) => void media.profiles.createProfile({ name: "third", token: "third" })],
    [
      "a configuration is added",
      ({ media }) =>
        media.profiles.addConfiguration("third", [
          { kind: "video-source", token: first(media.video.sourceConfigurations.list()).token },
        ]),
    ],
    ["a configuration is removed", ({ media }) => media.profiles.removeConfiguration("third", ["video-source"])],
    ["a profile is deleted", ({ media }) => media.profiles.deleteProfile("third")],
    ["multicast is started", ({ media }) => media.streams.startMulticastStreaming(first(media.profiles.list()).token)],
    ["multicast is stopped", ({ media }) => media.streams.stopMulticastStreaming(first(media.profiles.list()).token)],
    [
      "a video encoder is set",
      ({ media }) => {
        const present = first(media.video.encoderConfigurations.list());
        media.video.setEncoderConfiguration({ ...present, name: "renamed" });
      },
    ],
    [
      "the state is restored",
      (device) => {
        const state = device.snapshot();
        const [profile] = state.media.profiles;
        if (!profile) throw new Error("no profile");
        const profiles = [{ ...profile, name: "restored" }, ...state.media.profiles.slice(1)];
        device.restore({ ...state, media: { ...state.media, profiles } });
      },
    ],
  ];

  const first10 = ({ media }: Device): string =>
    encodeElement(Media.namespace, "GetProfilesResponse", Media.operations.GetProfiles.response, {
      Profiles: media.profiles.list().map((profile) => profile10ToWire(profile, media)),
    });
  const second20 = ({ media }: Device): string =>
    encodeElement(Media2.namespace, "GetProfilesResponse", Media2.operations.GetProfiles.response, {
      Profiles: media.profiles.list().map((profile) => profile20ToWire(profile, ["All"], media)),
    });

  it.each([
    ["the first media service", Media, "", first10],
    ["the second", Media2, "<tr2:Type>All</tr2:Type>", second20],
  ] as const)("are told as they are now by %s, whatever has changed", async (_, service, content, fresh) => {
    const media = {
      profiles: [aProfile(), aSubProfile()],
      maximumProfiles: 6,
      transports: ["rtsp-multicast"] as const,
    };
    const camera = aCamera({ setup: { media } });
    const told = new Set<string>();
    const check = async (when: string) => {
      const reply = await soap(camera, { service, operation: "GetProfiles", content });
      expect(reply.text, when).toContain(fresh(camera.device));
      told.add(reply.text);
    };
    await check("at first");
    for (const [when, change] of changes) {
      change(camera.device);
      await check(when);
    }
    expect(told.size).toBeGreaterThan(changes.length / 2);
  });
});

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error("there is none");
  return one;
}
