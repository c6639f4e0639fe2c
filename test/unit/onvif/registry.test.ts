import { describe, expect, it } from "vitest";
import { declareService, operation } from "#onvif/operation";
import { accepting, capabilitiesElement, implement, notSupported, ServiceRegistry } from "#onvif/registry";
import { services } from "#onvif/services/index";
import { xs } from "#xml/datatypes";
import { attribute, element, optional, schemaNamespace } from "#xml/schema";
import { writeElement } from "#xml/writer";
import { aCamera, soap } from "../../support/soap.js";

const a = schemaNamespace("urn:a", "a");
const b = schemaNamespace("urn:b", "b");
const empty = a.sequence({});
const Things = declareService({
  namespace: a,
  name: "Things",
  version: "24.12",
  operations: {
    Get: operation({ access: "PRE_AUTH", spec: "Things 1", request: empty, response: empty }),
    Set: operation({
      access: "PRE_AUTH",
      spec: "Things 2",
      element: "SetThing",
      action: "urn:set/",
      request: a.sequence({ Name: element(xs.string) }),
      response: empty,
    }),
    Wipe: operation({ access: "PRE_AUTH", spec: "Things 3", request: empty, response: empty }),
    Old: operation({ access: "PRE_AUTH", spec: "Things 4", request: empty, response: empty }),
  },
});
const things = implement(
  Things,
  { path: "/things" },
  { Get: () => ({}), Set: () => ({}), Wipe: notSupported("there is no wiper") },
);

describe("the registry", () => {
  const registry = new ServiceRegistry([things]);

  it("finds an operation by the namespace and the name of its element", () => {
    expect(registry.find("urn:a", "Get")).toMatchObject({ name: "Get", element: "Get", action: "urn:a/Get" });
    expect(registry.find("urn:b", "Get")).toBeUndefined();
    expect(registry.find("urn:a", "get")).toBeUndefined();
    expect(registry.find("", "Get")).toBeUndefined();
  });

  it("finds an operation whose element and action have names of their own", () => {
    expect(registry.find("urn:a", "SetThing")).toMatchObject({ name: "Set", element: "SetThing", action: "urn:set/" });
    expect(registry.find("urn:a", "Set")).toBeUndefined();
  });

  it("offers what has a handler, and neither what is refused nor what is not there yet", () => {
    const offered = ["Get", "SetThing", "Wipe", "Old", "Other"].filter((name) => registry.offers("urn:a", name));
    expect(offered).toEqual(["Get", "SetThing"]);
  });

  it("takes no name of an object's own for an operation", () => {
    expect(registry.find("urn:a", "constructor")).toBeUndefined();
    expect(registry.find("urn:a", "__proto__")).toBeUndefined();
  });

  it("finds an operation whose messages are of another namespace by that namespace", () => {
    const Away = operation({
      access: "PRE_AUTH",
      spec: "Things 5",
      namespace: b,
      request: b.sequence({}),
      response: b.sequence({}),
    });
    const away = implement({ ...Things, operations: { Away } }, { path: "/things" }, { Away: () => ({}) });
    const both = new ServiceRegistry([away]);
    expect(both.find("urn:b", "Away")).toMatchObject({ name: "Away", namespace: b });
    expect(both.find("urn:a", "Away")).toBeUndefined();
    expect([both.hasNamespace("urn:b"), both.hasNamespace("urn:a")]).toEqual([true, false]);
  });

  it("has several operations with the same element only where the same handler answers them", () => {
    const all = new ServiceRegistry(services);
    for (const { declaration, handlers } of services)
      for (const [name, operation] of Object.entries(declaration.operations)) {
        const { element = name, namespace = declaration.namespace } = operation;
        const handler = handlers[name];
        expect(all.find(namespace.uri, element)).toMatchObject(handler ? { name, handler } : { name });
      }
  });

  it("lists each address and each namespace of the camera's services once", () => {
    const { listed } = new ServiceRegistry(services);
    expect(new Set(listed.map(({ path }) => path)).size).toBe(listed.length);
    expect(new Set(listed.map(({ declaration }) => declaration.namespace.uri)).size).toBe(listed.length);
    expect(new Set(services.map(({ path }) => path)).size).toBe(listed.length);
  });
});

describe("an operation of the registry", () => {
  const camera = aCamera({ services: [things], policy: { required: false } });

  it("is answered under its element's name and its own action", async () => {
    const header = `<wsa:MessageID>urn:1</wsa:MessageID>`;
    const reply = await soap(camera, { service: Things, operation: "SetThing" }, { header, user: "nobody" });
    expect(reply.fault).toBe("Sender InvalidArgs");
    const content = "<a:Name>x</a:Name>";
    const good = await soap(camera, { service: Things, operation: "SetThing", content }, { header, user: "nobody" });
    expect(good.body).toMatchObject({ namespace: "urn:a", name: "SetThingResponse" });
    expect(good.headers.find(({ name }) => name === "Action")?.text).toBe("urn:set/Response");
  });

  it.each([
    ["Wipe", "there is no wiper"],
    ["Old", "not implemented yet"],
  ])("that is not offered says why: %s (rule 16)", async (name, why) => {
    const reply = await soap(camera, `<${name} xmlns="urn:a"/>`, { user: "nobody" });
    expect(reply).toMatchObject({ status: 500, fault: "Receiver ActionNotSupported" });
    expect(reply.reason).toMatch(/^Optional Action Not Implemented: /);
    expect(reply.reason).toContain(why);
  });
});

describe("a handler that accepts less than the standard requires", () => {
  const seen: unknown[] = [];
  const lenient = implement(
    Things,
    { path: "/things" },
    {
      Set: accepting(a.sequence({ Name: optional(xs.string) }), ({ Name = "unnamed" }) => {
        seen.push(Name);
        return {};
      }),
    },
  );

  it("gets it, unless the camera is strict", async () => {
    const request = `<SetThing xmlns="urn:a"/>`;
    const lax = aCamera({ services: [lenient] });
    expect(await soap(lax, request, { user: "nobody" })).toMatchObject({ status: 200 });
    expect(seen).toEqual(["unnamed"]);
    const strict = aCamera({ services: [lenient], strict: true });
    expect(await soap(strict, request, { user: "nobody" })).toMatchObject({ fault: "Sender InvalidArgs" });
  });
});

describe("the Capabilities element of a service", () => {
  const { endpoint: _, ...ports } = aCamera();
  const call = {
    camera: ports,
    caller: { name: undefined, level: "Anonymous", roles: [] },
    login: { usernameToken: true, digestAlgorithms: [] },
    reachedAt: new URL("http://192.0.2.10/"),
    path: "/things",
    to: undefined,
    attachment: () => undefined,
    attach: () => "",
    peer: "192.0.2.99",
    signal: new AbortController().signal,
  } as const;

  it("is in the service's namespace and declares every prefix that it uses", () => {
    const schema = a.sequence({ Limit: element(b.sequence({ Of: element(xs.int) })), Fast: attribute(xs.boolean) });
    const service = implement(
      Things,
      { path: "/things", capabilities: { schema, of: () => ({ Limit: { Of: 3 }, Fast: true }) } },
      {},
    );
    const found = capabilitiesElement(service, call);
    expect(found && writeElement(found)).toBe(
      '<a:Capabilities xmlns:b="urn:b" xmlns:a="urn:a" Fast="true"><a:Limit><b:Of>3</b:Of></a:Limit></a:Capabilities>',
    );
  });

  it("is absent where the service has none", () => {
    expect(capabilitiesElement(things, call)).toBeUndefined();
  });
});
