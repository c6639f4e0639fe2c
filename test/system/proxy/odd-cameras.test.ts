import { describe, expect, test } from "vitest";
import type { RtspRequest } from "#wire/rtsp/message";
import { proxyOf, proxyStage } from "../../support/proxy-stage.js";
import {
  always,
  cameraSdp,
  ok,
  ScriptedCamera,
  status,
  type CameraQuirks,
  type Reply,
  type Script,
} from "../../support/scripted-camera.js";

const url = "rtsp://192.0.2.10/live";
const login = { username: "admin", password: "secret" };

/** A camera that wants a new nonce for each request. */
const freshNonces = (): ((request: RtspRequest, camera: ScriptedCamera) => Reply) => {
  let nonce = 0;
  return (request, camera) => {
    if (request.headers.get("Authorization")?.includes(`nonce="n${nonce}"`)) {
      nonce++;
      return camera.usual(request);
    }
    return status("401 Unauthorized", `WWW-Authenticate: Digest realm="r", nonce="n${++nonce}"`);
  };
};
const transport = (first: number, more = ""): Script => ({
  SETUP: ({ target }) => {
    const channel = target.endsWith("1") ? first + 2 : first;
    return ok("Session: 4711", `Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}${more}`);
  },
});
const without = (name: string) => (text: string) => text.replace(new RegExp(`^${name}:.*\r\n`, "gim"), "");

const withLf = (text: string): string => {
  const end = text.indexOf("\r\n\r\n") + 4;
  return text.slice(0, end).replaceAll("\r\n", "\n") + text.slice(end);
};

/** What cameras do that they should not, and on which channel their video comes. */
const quirks: readonly (readonly [
  string,
  CameraQuirks & { readonly channel?: number; readonly wantsLogin?: boolean },
])[] = [
  ["nothing odd", {}],
  ["no timeout in Session", { mangle: (text) => text.replace(";timeout=60", "") }],
  ["a timeout of 0", { mangle: (text) => text.replace("timeout=60", "timeout=0") }],
  ["a timeout in quotes, with blanks", { mangle: (text) => text.replace(";timeout=60", ' ; timeout="60"') }],
  ["no Session at all", { mangle: without("Session") }],
  [
    "another Session in each answer to SETUP",
    {
      script: {
        SETUP: ({ headers }, { requests }) =>
          ok(`Session: s${requests.length}`, `Transport: ${headers.get("Transport")}`),
      },
    },
  ],
  ["other channels than asked for", { script: transport(10), channel: 10 }],
  ["odd channels", { script: transport(5), channel: 5 }],
  ["one channel where two belong", { mangle: (text) => text.replace(/interleaved=(\d)-\d/, "interleaved=$1") }],
  ["no channels in the answer", { mangle: (text) => text.replace(/;interleaved=\d-\d/, "") }],
  ["no Transport in the answer", { mangle: without("Transport") }],
  ["RTP/AVP where TCP was asked for", { mangle: (text) => text.replace("RTP/AVP/TCP", "RTP/AVP") }],
  [
    "blanks and unknown fields in Transport",
    { mangle: (text) => text.replace(";unicast", " ; unicast ; x-y=1;mode=PLAY") },
  ],
  ["no ssrc", { mangle: (text) => text.replace(/;ssrc=\w+/, "") }],
  ["another ssrc than in its packets", { mangle: (text) => text.replace("5EED", "0001") }],
  ["lines that end in LF", { mangle: (text) => withLf(text) }],
  ["empty lines before its answers", { mangle: (text) => `\r\n\r\n${text}` }],
  ["no CSeq in its answers", { mangle: without("CSeq") }],
  ["a CSeq that is no number", { mangle: (text) => text.replace(/^CSeq: .*$/m, "CSeq: x") }],
  ["odd case and blanks", { mangle: (text) => text.replace("CSeq:", "cseq :").replace("Session:", "SESSION:   ") }],
  ["100 Continue before each answer", { mangle: (text) => `RTSP/1.0 100 Continue\r\n\r\n${text}` }],
  ["another version of RTSP", { mangle: (text) => text.replace("RTSP/1.0", "RTSP/2.0") }],
  ["no reason in the status line", { mangle: (text) => text.replace(" OK", "") }],
  [
    "RTP-Info that is wrong",
    { script: { PLAY: () => ok("Session: 4711", "RTP-Info: url=x;seq=nan;rtptime=-1,url=y") } },
  ],
  [
    "no start that could be asked for",
    {
      script: {
        PLAY: ({ headers }) => (headers.get("Range") === undefined ? ok() : status("457 Invalid Range")),
      },
    },
  ],
  ["no OPTIONS", { script: { OPTIONS: () => status("405 Method Not Allowed") } }],
  ["no Public", { script: { OPTIONS: () => ok() } }],
  ["a login for each request", { script: always(freshNonces()), wantsLogin: true }],
  [
    "frames before the answer to PLAY",
    {
      script: {
        PLAY: (_request, camera) => (camera.connection?.write(camera.picture()), ok("Session: 4711")),
      },
    },
  ],
  [
    "frames of channels that nobody knows",
    { script: { PLAY: (_request, camera) => (camera.connection?.write(camera.picture(77)), ok()) } },
  ],
  [
    "a base at an address of its own",
    {
      script: {
        DESCRIBE: () => ({ head: "RTSP/1.0 200 OK\r\nContent-Base: rtsp://10.9.8.7:554/live/", body: cameraSdp() }),
      },
    },
  ],
  [
    "a base that is none",
    { script: { DESCRIBE: () => ({ head: "RTSP/1.0 200 OK\r\nContent-Base: live", body: cameraSdp() }) } },
  ],
  ["no controls", { sdp: cameraSdp("a=x", "a=x") }],
  [
    "a track that it refuses",
    {
      script: {
        SETUP: (request, camera) =>
          request.target.endsWith("1") ? status("415 Unsupported Media Type") : camera.usual(request),
      },
    },
  ],
  ["a medium that is not RTP", { sdp: `${cameraSdp()}m=application 0 TCP/MSRP *\r\n` }],
  ["a medium without a clock rate", { sdp: `${cameraSdp()}m=application 0 RTP/AVP 107\r\na=control:x\r\n` }],
  ["an encrypted medium", { sdp: `${cameraSdp()}m=audio 0 RTP/SAVP 0\r\n` }],
  [
    "a back channel that nobody asked for",
    { sdp: `${cameraSdp()}m=audio 0 RTP/AVP 0\r\na=control:back\r\na=sendonly\r\n` },
  ],
  [
    "sendonly for all that it sends",
    { sdp: cameraSdp("a=sendonly\r\na=control:trackID=0", "a=sendonly\r\na=control:trackID=1") },
  ],
  [
    "SDP with LF and without t=, c= and s=",
    {
      sdp: cameraSdp()
        .replaceAll("\r\n", "\n")
        .replace(/^[tcs]=.*\n/gm, ""),
    },
  ],
  [
    "requests of its own",
    {
      script: {
        PLAY: (_request, camera) => (
          camera.connection?.write("OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\nFOO * RTSP/1.0\r\n\r\n"),
          ok()
        ),
      },
    },
  ],
  ["an answer that nobody has asked for", { mangle: (text) => `RTSP/1.0 200 OK\r\nCSeq: 999\r\n\r\n${text}` }],
];

describe("a camera that has", () => {
  test.each(quirks)("%s plays", async (_name, { channel = 0, wantsLogin = false, ...quirk }) => {
    const camera = await ScriptedCamera.start(quirk);
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url, ...(wantsLogin && login) })]);
    const { reader, lease } = await proxy.read();
    await camera.send(camera.picture(channel));
    await camera.send(camera.picture(channel));
    await proxy.host.clock.advance(100);
    expect(reader.units.length).toBeGreaterThanOrEqual(2);
    expect(reader.units.every(({ track, randomAccess }) => track === 0 && randomAccess)).toBe(true);
    expect(lease.description.tracks[0]?.format.encodingName).toBe("H264");
    expect(camera.connections).toBe(1);
  });
});

describe("a camera whose controls are", () => {
  const refuses =
    (known: RegExp) =>
    (request: RtspRequest, camera: ScriptedCamera): Reply =>
      known.test(request.target) ? camera.usual(request) : status("404 Not Found");
  test.each<[string, string, CameraQuirks, readonly string[]]>([
    [
      "relative",
      "/live",
      {},
      [
        "SETUP rtsp://192.0.2.10/live/trackID=0",
        "SETUP rtsp://192.0.2.10/live/trackID=1",
        "PLAY rtsp://192.0.2.10/live",
      ],
    ],
    [
      "behind the query",
      "/cam?channel=1&subtype=0",
      {},
      [
        "SETUP rtsp://192.0.2.10/cam?channel=1&subtype=0/trackID=0",
        "SETUP rtsp://192.0.2.10/cam?channel=1&subtype=0/trackID=1",
        "PLAY rtsp://192.0.2.10/cam?channel=1&subtype=0",
      ],
    ],
    [
      "before the query",
      "/cam?channel=1",
      { script: { SETUP: refuses(/\/cam\/trackID=\d\?channel=1$/) } },
      [
        "SETUP rtsp://192.0.2.10/cam?channel=1/trackID=0",
        "SETUP rtsp://192.0.2.10/cam/trackID=0?channel=1",
        "SETUP rtsp://192.0.2.10/cam?channel=1/trackID=1",
        "SETUP rtsp://192.0.2.10/cam/trackID=1?channel=1",
        "PLAY rtsp://192.0.2.10/cam?channel=1",
      ],
    ],
    [
      "absolute",
      "/live",
      {
        sdp: cameraSdp("a=control:rtsp://192.0.2.10/x/1", "a=control:rtsp://192.0.2.10/x/2").replace(
          "control:*",
          "control:rtsp://192.0.2.10/x",
        ),
      },
      ["SETUP rtsp://192.0.2.10/x/1", "SETUP rtsp://192.0.2.10/x/2", "PLAY rtsp://192.0.2.10/x"],
    ],
  ])("%s is found", async (_name, path, quirk, expected) => {
    const camera = await ScriptedCamera.start(quirk);
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url: `rtsp://192.0.2.10${path}` })]);
    await proxy.read();
    expect(camera.asked.slice(2)).toEqual(expected);
  });
});

describe("a camera is asked to go on", () => {
  const after = async (quirk: CameraQuirks, seconds: number): Promise<readonly string[]> => {
    const camera = await ScriptedCamera.start(quirk);
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
    await proxy.read();
    const before = camera.requests.length;
    for (let second = 0; second < seconds; second++) {
      await camera.send(camera.picture());
      await proxy.host.clock.advance(1000);
    }
    expect(camera.connections).toBe(1);
    return camera.requests.slice(before).map(({ method, headers }) => `${method} ${headers.get("Session")}`);
  };
  test.each<[string, CameraQuirks, number, readonly string[]]>([
    ["by GET_PARAMETER at half of the timeout", {}, 61, ["GET_PARAMETER 4711", "GET_PARAMETER 4711"]],
    [
      "more often when the timeout is short",
      { mangle: (text) => text.replace("=60", "=10") },
      12,
      ["GET_PARAMETER 4711", "GET_PARAMETER 4711"],
    ],
    [
      "every 30 s when the timeout is long",
      { mangle: (text) => text.replace("=60", "=3600") },
      31,
      ["GET_PARAMETER 4711"],
    ],
    [
      "by OPTIONS where that is all it knows",
      { script: { OPTIONS: () => ok("Public: DESCRIBE, PLAY") } },
      31,
      ["OPTIONS 4711"],
    ],
    [
      "by OPTIONS when it refuses what it lists",
      { script: { GET_PARAMETER: () => status("501 Not Implemented") } },
      62,
      ["GET_PARAMETER 4711", "OPTIONS 4711"],
    ],
  ])("%s", async (_name, quirk, seconds, expected) => {
    expect(await after(quirk, seconds)).toEqual(expected);
  });

  test("and is connected anew when it has forgotten the session", async () => {
    const camera = await ScriptedCamera.start({ script: { GET_PARAMETER: () => status("454 Session Not Found") } });
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
    const { reader } = await proxy.read();
    for (let second = 0; second < 33; second++) {
      await camera.send(camera.picture());
      await proxy.host.clock.advance(1000);
    }
    expect(camera.connections).toBe(2);
    expect(reader.endings).toEqual([]);
  });
});

test("an encoding that nobody knows here is passed on with its parameters", async () => {
  const sdp = cameraSdp()
    .replace("H264/90000", "X-NEW/12345")
    .replace(/a=fmtp:96 .*/, "a=fmtp:96 a=1;b=2");
  const camera = await ScriptedCamera.start({ sdp });
  await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
  const { reader, lease } = await proxy.read();
  await camera.send(camera.picture());
  expect(lease.description.tracks[0]?.format).toMatchObject({
    encodingName: "X-NEW",
    clockRate: 12_345,
    fmtp: "a=1;b=2",
  });
  expect(reader.units.length).toBeGreaterThan(0);
});

test("parameter sets that are not described are waited for and told", async () => {
  const camera = await ScriptedCamera.start({
    sdp: cameraSdp().replace(/a=fmtp:96 .*/, "a=fmtp:96 packetization-mode=1"),
  });
  await using proxy = proxyStage(camera.host.network, [proxyOf({ url })]);
  const opened = proxy.read("proxy", 3000);
  await proxy.host.clock.advance(200);
  await camera.send(camera.picture());
  await camera.send(camera.picture());
  const { lease } = await opened;
  expect(lease.description.tracks[0]?.format.fmtp).toMatch(/sprop-parameter-sets=/);
});
