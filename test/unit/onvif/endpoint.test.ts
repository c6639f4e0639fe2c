import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { refusal } from "#device/refusal";
import { invalidArgument } from "#onvif/faults";
import { declareService, operation } from "#onvif/operation";
import { implement } from "#onvif/registry";
import { deviceService } from "#onvif/services/device/service";
import { type Logger, silentLogger } from "#util/log";
import { SOAP_FAULT_ACTION, WSA_10, WSA_2004 } from "#wire/soap/addressing";
import { SOAP_11, SOAP_12 } from "#wire/soap/envelope";
import { TER } from "#wire/soap/fault";
import { xs } from "#xml/datatypes";
import { readXml } from "#xml/reader";
import { element, schemaNamespace } from "#xml/schema";
import { mutants } from "../../support/fuzz.js";
import { aCamera, envelopeOf, send, soap, type SoapReply } from "../../support/soap.js";

const a = schemaNamespace("urn:a", "a");
const empty = a.sequence({});
const Things = declareService({
  namespace: a,
  name: "Things",
  version: "26.06",
  operations: {
    Echo: operation({
      access: "PRE_AUTH",
      spec: "Things 1",
      request: a.sequence({ Text: element(xs.string) }),
      response: a.sequence({ Text: element(xs.string) }),
    }),
    Crash: operation({ access: "PRE_AUTH", spec: "Things 2", request: empty, response: empty }),
    Reject: operation({ access: "PRE_AUTH", spec: "Things 3", request: empty, response: empty }),
    Refuse: operation({ access: "PRE_AUTH", spec: "Things 4", request: empty, response: empty }),
    Fault: operation({ access: "PRE_AUTH", spec: "Things 5", request: empty, response: empty }),
    Unwritable: operation({ access: "PRE_AUTH", spec: "Things 6", request: empty, response: empty }),
    Guarded: operation({
      access: "READ_SYSTEM",
      spec: "Things 7",
      request: a.sequence({ Text: element(xs.string) }),
      response: empty,
    }),
  },
});
const secret = "the database is at 10.0.0.1";
const things = implement(
  Things,
  { path: "/things" },
  {
    Echo: ({ Text }) => ({ Text }),
    Crash: () => {
      throw new TypeError(secret);
    },
    Reject: () => Promise.reject(new Error(secret)),
    Refuse: () => {
      throw refusal("too-many-scopes", "at most 3 <scopes> & no more");
    },
    Fault: () => {
      throw invalidArgument("no such thing", "NoThing");
    },
    // A value that its schema cannot write is a mistake of ours.
    Unwritable: () => Promise.resolve(JSON.parse("7") as object),
    Guarded: () => ({}),
  },
);

const errors: string[] = [];
const log: Logger = { ...silentLogger, error: (message) => void errors.push(message) };
beforeEach(() => void errors.splice(0));

const camera = aCamera({ services: [deviceService, things], log });
const ask = (body: string, header = "", version: "1.1" | "1.2" = "1.2"): Promise<SoapReply> =>
  send(camera, envelopeOf(body, header, version));
const echo = '<a:Echo xmlns:a="urn:a"><a:Text>x</a:Text></a:Echo>';

describe("the version of SOAP", () => {
  it.each([
    ["1.2", SOAP_12, "application/soap+xml; charset=utf-8"],
    ["1.1", SOAP_11, "text/xml; charset=utf-8"],
  ] as const)("%s is answered in kind (rule 13)", async (version, namespace, contentType) => {
    const reply = await ask(echo, "", version);
    expect(reply).toMatchObject({ status: 200, contentType });
    expect(reply.envelope).toMatchObject({ namespace, name: "Envelope" });
  });

  it("1.1 has faults of its own form, always under 500 (rule 14)", async () => {
    const reply = await ask("<a:Fault xmlns:a='urn:a'/>", "", "1.1");
    expect(reply).toMatchObject({
      status: 500,
      fault: "Client InvalidArgVal NoThing",
      contentType: "text/xml; charset=utf-8",
    });
    expect(reply.text).toContain("<faultcode>s:Client</faultcode>");
  });

  it.each([
    ["another envelope", `<s:Envelope xmlns:s="urn:soap-3"><s:Body>${echo}</s:Body></s:Envelope>`],
    ["no envelope at all", echo],
  ])("is missed in %s", async (_, message) => {
    expect(await send(camera, message)).toMatchObject({ status: 500, fault: "VersionMismatch" });
  });
});

describe("an operation", () => {
  it.each([
    ["none", ""],
    ["that of another operation", "<wsa:Action>http://www.onvif.org/ver10/device/wsdl/SystemReboot</wsa:Action>"],
    ["an empty one", "<wsa:Action/>"],
    ["its own", "<wsa:Action s:mustUnderstand='1'>urn:a/Echo</wsa:Action>"],
  ])("is found by its element whatever the action of the header: %s (rule 12)", async (_, header) => {
    expect((await ask(echo, header)).body).toMatchObject({ namespace: "urn:a", name: "EchoResponse" });
  });

  it.each([
    ["another prefix", '<n0:Echo xmlns:n0="urn:a"><n0:Text>x</n0:Text></n0:Echo>'],
    ["a default namespace", '<Echo xmlns="urn:a"><Text>x</Text></Echo>'],
    ["members of another namespace", '<Echo xmlns="urn:a"><Text xmlns="urn:b">x</Text></Echo>'],
    ["members without a namespace", '<a:Echo xmlns:a="urn:a"><Text>x</Text></a:Echo>'],
    ["attributes of others", '<a:Echo xmlns:a="urn:a" b="c"><a:Text xml:lang="en">x</a:Text></a:Echo>'],
  ])("is understood with %s (rule 21)", async (_, body) => {
    expect(await ask(body)).toMatchObject({ status: 200 });
  });

  it("is not understood with members of another namespace where the camera is strict (rule 21)", async () => {
    const strict = aCamera({ services: [things], strict: true });
    const body = '<Echo xmlns="urn:a"><Text xmlns="urn:b">x</Text></Echo>';
    expect(await send(strict, envelopeOf(body))).toMatchObject({ fault: "Sender InvalidArgs" });
  });

  it.each([
    ["of a known service", '<a:Nothing xmlns:a="urn:a"/>'],
    ["of an unknown service", '<b:Echo xmlns:b="urn:b"/>'],
    ["without a namespace", '<Echo xmlns=""/>'],
  ])("that does not exist, %s, is an action that is not implemented (rule 16)", async (_, body) => {
    const reply = await ask(body);
    expect(reply).toMatchObject({ status: 500, fault: "Receiver ActionNotSupported" });
    expect(reply.reason).toMatch(/not implemented/i);
  });

  it("is decoded only for those who may call it", async () => {
    const guarded = '<a:Guarded xmlns:a="urn:a"><a:Wrong/></a:Guarded>';
    expect(await soap(camera, guarded, { user: "nobody" })).toMatchObject({ fault: "Sender NotAuthorized" });
    expect(await soap(camera, guarded)).toMatchObject({ fault: "Sender InvalidArgs" });
  });
});

describe("WS-Addressing", () => {
  const headersOf = (reply: SoapReply): readonly string[][] =>
    reply.headers.map(({ namespace, name, text }) => [namespace, name, text]);

  it("is not spoken to those who do not speak it", async () => {
    expect((await ask(echo)).headers).toEqual([]);
  });

  it.each([WSA_10, WSA_2004])("is answered in the version of the request: %s", async (namespace) => {
    const header =
      `<w:MessageID xmlns:w="${namespace}"> urn:uuid:1&amp;2 </w:MessageID>` +
      `<w:To s:mustUnderstand="true" xmlns:w="${namespace}">http://192.0.2.10/</w:To>` +
      `<w:ReplyTo xmlns:w="${namespace}"><w:Address>${namespace}/anonymous</w:Address></w:ReplyTo>`;
    expect(headersOf(await ask(echo, header))).toEqual([
      [namespace, "Action", "urn:a/EchoResponse"],
      [namespace, "RelatesTo", "urn:uuid:1&2"],
    ]);
  });

  it("is answered in faults too", async () => {
    const reply = await ask('<a:Fault xmlns:a="urn:a"/>', "<wsa:MessageID>urn:uuid:3</wsa:MessageID>");
    expect(headersOf(reply)).toEqual([
      [WSA_10, "Action", SOAP_FAULT_ACTION],
      [WSA_10, "RelatesTo", "urn:uuid:3"],
    ]);
  });

  it("needs no MessageID", async () => {
    const reply = await ask(echo, "<wsa:Action>urn:a/Echo</wsa:Action>");
    expect(headersOf(reply)).toEqual([[WSA_10, "Action", "urn:a/EchoResponse"]]);
  });
});

describe("a header block that must be understood", () => {
  const block = (attributes: string): string => `<x:Policy xmlns:x="urn:x" ${attributes}/>`;

  it("is refused when it is unknown", async () => {
    expect(await ask(echo, block('s:mustUnderstand="1"'))).toMatchObject({ status: 500, fault: "MustUnderstand" });
    expect(await ask(echo, block('s:mustUnderstand="true"'))).toMatchObject({ fault: "MustUnderstand" });
    expect(await ask(echo, block('s:mustUnderstand="1"'), "1.1")).toMatchObject({ fault: "MustUnderstand" });
  });

  it.each([
    ["one that need not be", block('s:mustUnderstand="0"')],
    ["one without a word on it", block("")],
    ["one with the attribute of no namespace", block('mustUnderstand="1"')],
    ["one for another role", block('s:mustUnderstand="1" s:role="urn:a-firewall"')],
    ["one of WS-Security (rule 21)", '<Security s:mustUnderstand="1"/>'],
    ["one of WS-Addressing", '<wsa:To s:mustUnderstand="1">x</wsa:To>'],
  ])("is no reason to refuse %s (rule 21)", async (_, header) => {
    expect(await ask(echo, header)).toMatchObject({ status: 200 });
  });

  it("is refused when it is for the next or the last role", async () => {
    for (const role of ["next", "ultimateReceiver"]) {
      const header = block(`s:mustUnderstand="1" s:role="${SOAP_12}/role/${role}"`);
      expect(await ask(echo, header)).toMatchObject({ fault: "MustUnderstand" });
    }
    const actor = block('s:mustUnderstand="1" s:actor="http://schemas.xmlsoap.org/soap/actor/next"');
    expect(await ask(echo, actor, "1.1")).toMatchObject({ fault: "MustUnderstand" });
    const other = block('s:mustUnderstand="1" s:actor="urn:a-firewall"');
    expect(await ask(echo, other, "1.1")).toMatchObject({ status: 200 });
  });
});

describe("a fault", () => {
  const nested = (depth: number): string => `${"<x>".repeat(depth)}${"</x>".repeat(depth)}`;

  it.each<readonly [string, string | Uint8Array, number, string]>([
    ["text", "hello", 400, "Sender WellFormed"],
    ["a message cut short", envelopeOf(echo).slice(0, -5), 400, "Sender WellFormed"],
    ["bytes that are not UTF-8", Buffer.from([0x3c, 0xff, 0xfe]), 400, "Sender WellFormed"],
    ["a DTD", `<!DOCTYPE x [<!ENTITY e "e">]>${envelopeOf(echo)}`, 400, "Sender WellFormed"],
    ["an entity", envelopeOf(echo.replace(">x<", ">&e;<")), 400, "Sender WellFormed"],
    ["too deep a tree", envelopeOf(nested(60)), 400, "Sender WellFormed"],
    ["too many elements", envelopeOf(`<x>${"<y/>".repeat(20_001)}</x>`), 400, "Sender WellFormed"],
    ["too long a message", envelopeOf(`<x>${"y".repeat(1 << 20)}</x>`), 400, "Sender WellFormed"],
    ["two operations at once", envelopeOf(echo + echo), 400, "Sender WellFormed"],
    ["no Body", `<s:Envelope xmlns:s="${SOAP_12}"/>`, 400, "Sender WellFormed"],
    ["an empty Body", envelopeOf(""), 400, "Sender InvalidArgs"],
    ["a missing argument", envelopeOf('<a:Echo xmlns:a="urn:a"/>'), 400, "Sender InvalidArgs"],
    ["an argument twice", envelopeOf(echo.replace("</a:Echo>", "<a:Text/></a:Echo>")), 400, "Sender InvalidArgs"],
    ["an unknown argument", envelopeOf(echo.replace("</a:Echo>", "<a:More/></a:Echo>")), 400, "Sender InvalidArgs"],
    ["an element where text should be", envelopeOf(echo.replace(">x<", "><a:y/><")), 400, "Sender InvalidArgs"],
  ])("answers %s (rule 14)", async (_, message, status, fault) => {
    expect(await send(camera, message)).toMatchObject({ status, fault });
  });

  it("asks to log in when there is no body, since libcurl sends it only then (rule 7)", async () => {
    const reply = await send(camera, "");
    expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
    expect(reply.challenges[0]).toContain("Digest");
  });

  it("says where in the message the mistake is", async () => {
    const { reason } = await ask('<a:Echo xmlns:a="urn:a"/>');
    expect(reason).toMatch(/^Invalid Args: Echo \(line 1, column \d+\): element Text is missing$/);
  });

  it("names the codes of the model's refusals, and tells its sentence", async () => {
    const reply = await ask('<a:Refuse xmlns:a="urn:a"/>');
    expect(reply).toMatchObject({ status: 500, fault: "Receiver Action TooManyScopes" });
    expect(reply.reason).toBe("Action Failed: at most 3 <scopes> & no more");
    expect(errors).toEqual([]);
  });

  it("declares the ter prefix on each element whose content uses it, one code within the other (rule 14)", async () => {
    const { text } = await ask('<a:Fault xmlns:a="urn:a"/>');
    const value = (code: string): string => `<s:Value xmlns:ter="${TER}">ter:${code}</s:Value>`;
    expect(text).toContain(
      `<s:Code><s:Value>s:Sender</s:Value><s:Subcode>${value("InvalidArgVal")}` +
        `<s:Subcode>${value("NoThing")}</s:Subcode></s:Subcode></s:Code>`,
    );
  });

  it("has a Detail of elements only, if any (rule 15)", async () => {
    const modern = await ask('<a:Fault xmlns:a="urn:a"/>');
    expect(modern.body.child("Detail")?.text.trim() ?? "").toBe("");
    const legacy = await ask('<a:Fault xmlns:a="urn:a"/>', "", "1.1");
    expect(legacy.body.child("detail")?.text.trim()).toBe("");
  });

  it.each(["Crash", "Reject", "Unwritable"])(
    "says nothing of our own mistakes, which the log has: %s",
    async (name) => {
      const reply = await ask(`<a:${name} xmlns:a="urn:a"/>`);
      expect(reply).toMatchObject({ status: 500, fault: "Receiver Action" });
      expect(reply.text).not.toContain(secret);
      expect(errors).toEqual(["a SOAP request failed"]);
    },
  );
});

describe("an answer", () => {
  it.each([
    ["an answer", echo],
    ["a fault", '<a:Fault xmlns:a="urn:a"/>'],
  ])("is one document without anything around it: %s (rule 17)", async (_, body) => {
    const { text } = await ask(body);
    expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s?<s:Envelope [^]*<\/s:Envelope>$/);
    expect(text.slice(text.indexOf("<s:Envelope"))).not.toMatch(/>\s+</);
  });

  it("escapes what it gives back (rule 25)", async () => {
    const body = '<a:Echo xmlns:a="urn:a"><a:Text>rtsp://x/?a=1&amp;b=&lt;2></a:Text></a:Echo>';
    const reply = await ask(body);
    expect(reply.body.child("Text")?.text).toBe("rtsp://x/?a=1&b=<2>");
  });
});

describe("hostile input", () => {
  const samples = [
    envelopeOf(echo, '<wsa:Action s:mustUnderstand="1">urn:a/Echo</wsa:Action>'),
    envelopeOf("<tds:SetHostname><tds:Name>x</tds:Name></tds:SetHostname>"),
    envelopeOf("<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>", "", "1.1"),
  ].map((text) => Buffer.from(text));
  const { endpoint } = aCamera({ services: [deviceService, things], policy: { required: false }, log });

  /** Sends bytes; the answer has to be well-formed. */
  const statusOf = async (body: Uint8Array): Promise<number> => {
    const reachedAt = new URL("http://192.0.2.10/");
    const { signal } = new AbortController();
    const http = { method: "POST", target: "/things", authorization: undefined, reachedAt, peer: "192.0.2.99", signal };
    const answer = await endpoint.handle({ body, ...http });
    readXml(String(answer.body));
    return answer.status;
  };

  it("is answered with a well-formed message, whatever it is", async () => {
    const input = fc
      .oneof(
        fc.string(),
        fc.string().map((text) => envelopeOf(text)),
      )
      .map((text) => Buffer.from(text));
    await fc.assert(
      fc.asyncProperty(fc.oneof(input, fc.uint8Array()), async (bytes) => {
        expect([200, 400, 401, 500]).toContain(await statusOf(bytes));
      }),
      { numRuns: 300 },
    );
    expect(errors).toEqual([]);
  });

  it("that is a damaged message is answered, and is no failure of ours", async () => {
    for (const bytes of mutants(samples, 3000, 7)) expect([200, 400, 401, 500]).toContain(await statusOf(bytes));
    expect(errors).toEqual([]);
  });
});

describe("a refused request", () => {
  it.each([
    [true, ["192.0.2.99"]],
    [false, []],
  ])("is told with its client's address where anybody reads that: %s", async (isOn, told) => {
    const lines: unknown[] = [];
    const log: Logger = {
      ...silentLogger,
      isOn: () => isOn,
      debug: (_message, facts) => void lines.push(facts?.["peer"]),
    };
    const { endpoint } = aCamera({ services: [deviceService, things], log });
    let asked = 0;
    const answer = await endpoint.handle({
      body: Buffer.from(envelopeOf('<a:Refuse xmlns:a="urn:a"/>')),
      method: "POST",
      target: "/things",
      authorization: undefined,
      reachedAt: new URL("http://192.0.2.10/"),
      get peer() {
        asked++;
        return "192.0.2.99";
      },
      signal: new AbortController().signal,
    });
    expect([answer.status, lines, asked]).toEqual([500, told, told.length]);
  });
});
