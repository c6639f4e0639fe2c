import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestResponse } from "#wire/digest/algorithm";
import { aSpeaker } from "../../support/a-speaker.js";
import { projectFolder } from "../../support/camera-process.js";
import { FakePath, h264, mp2t, pcmu } from "../../support/fake-path.js";
import { rtpPacket } from "../../support/relay-packets.js";
import { groupsOf } from "#rtsp/multicast-groups";
import type { RtspServerOptions } from "#rtsp/server/options";
import { Recorded } from "../../support/recorded.js";
import { replayStage } from "../../support/replay-stage.js";
import { rtspStage, type RtspClient, type RtspStage } from "../../support/rtsp-client.js";

const folder = join(projectFolder, "test", "fixtures", "rtsp-clients");
const metadata = { kind: "metadata", encodingName: "vnd.onvif.metadata", payloadType: 107, clockRate: 90_000 } as const;

interface Step {
  /** `200 TEXT`, `wait SECONDS`, `playing` or `talking CHANNEL`. */
  readonly what: string;
  readonly lines: readonly string[];
}

interface Script {
  readonly facts: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

function read(name: string): Script {
  const [head = "", ...blocks] = readFileSync(join(folder, name), "utf8").split(/^--- /m);
  const facts = head
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const);
  const steps = blocks.map((block): Step => {
    const [what = "", ...lines] = block.trimEnd().split("\n");
    return { what, lines };
  });
  return { facts: new Map(facts), steps };
}

/** What the client learns on its way. */
class Memory {
  session = "";
  nonce = "";

  constructor(private readonly login: string) {}

  fill(line: string, method: string): string {
    const filled = line.replace("{session}", this.session).replace("{nonce}", this.nonce);
    const [, uri] = /uri="([^"]*)"/.exec(filled) ?? [];
    if (uri === undefined) return filled;
    const [username = "", password = ""] = this.login.split(":");
    const given = {
      algorithm: "MD5",
      username,
      realm: "onvifrtspserver",
      password,
      method,
      uri,
      nonce: this.nonce,
    } as const;
    return filled.replace("{response}", digestResponse(given));
  }
}

/** Media that come when the stream goes on: frames on the connection, datagrams from the server. */
async function comes(stage: RtspStage, path: FakePath, client: RtspClient): Promise<boolean> {
  client.frames(0);
  const before = stage.host.network.datagrams.length;
  path.publish(0);
  await stage.host.clock.advance(250);
  return client.frames(0).length > 0 || stage.host.network.datagrams.length > before;
}

describe("a real client's requests", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  const rows = names.map((name) => [name, read(name)] as const);

  it.each(rows.map(([name, script]) => [script.facts.get("client"), script.facts.get("shows"), name, script] as const))(
    "are answered: %s %s",
    async (_client, _shows, _name, { facts, steps }) => {
      const login = facts.get("login");
      const offered = (facts.get("transports") ?? "udp,tcp").split(",");
      const recorded = new Recorded({ sections: [[0, Number(facts.get("seconds") ?? 1)]] });
      const options: RtspServerOptions = {
        transports: {
          udp: offered.includes("udp"),
          tcp: offered.includes("tcp"),
          multicast: offered.includes("multicast"),
        },
        groups: groupsOf("clients"),
        ...(login && { authentication: { realm: "onvifrtspserver", password: () => login.split(":")[1] } }),
      };
      await using stage = facts.has("seconds") ? await replayStage(recorded, options) : await rtspStage(options);
      const name = facts.get("stream") ?? "";
      const described = stage.directory.add(
        facts.has("seconds")
          ? new FakePath(name, stage.host.clock, undefined, recorded.description.durationSeconds)
          : new FakePath(name, stage.host.clock, [h264, pcmu, metadata]),
      );
      const path = facts.has("whole")
        ? stage.directory.addTransportStream(new FakePath(described.name, stage.host.clock, [mp2t]))
        : described;
      path.publish(0);
      const { speaker, sink } = aSpeaker(stage.host.clock);
      if (facts.has("talks")) stage.directory.backChannel = speaker;
      const client = await stage.connect();
      const memory = new Memory(login ?? "");
      const end = facts.get("lines") === "LF" ? "\n" : "\r\n";
      let isPlaying = false;
      for (const { what, lines } of steps) {
        const [, seconds] = /^wait (\d+)$/.exec(what) ?? [];
        if (seconds !== undefined) {
          await stage.host.clock.advance(Number(seconds) * 1000);
          continue;
        }
        const [, channel] = /^talking (\d+)$/.exec(what) ?? [];
        if (channel !== undefined) {
          await client.sendFrame(Number(channel), rtpPacket(Buffer.alloc(160), { type: 0 }));
          expect(sink.heard.at(-1)?.units).toHaveLength(1);
          continue;
        }
        if (what === "playing") {
          expect(await comes(stage, path, client)).toBe(true);
          continue;
        }
        const [start = ""] = lines;
        const method = start.split(" ")[0] ?? "";
        await client.send([...lines.map((line) => memory.fill(line, method)), "", ""].join(end));
        for (let turns = 0; turns < 20 && !client.arrived.some(({ kind }) => kind === "response"); turns++)
          await stage.host.clock.settle();
        const answer = client.takeResponse();
        const [status, ...text] = what.split(" ");
        expect([start, answer.status]).toEqual([start, Number(status)]);
        const written = answer.headers.lines.map((line) => line.join(": ")).join("\n");
        expect(written).toContain(text.join(" "));
        memory.session = answer.headers.get("Session")?.split(";")[0] ?? memory.session;
        const challenge = answer.headers.all("WWW-Authenticate").find((one) => !one.includes("SHA-256"));
        memory.nonce = /nonce="([^"]*)"/.exec(challenge ?? "")?.[1] ?? memory.nonce;
        if (method === "PLAY") isPlaying = await comes(stage, path, client);
        if (method === "PLAY") expect(isPlaying).toBe(true);
      }
      const hasPlay = steps.some(({ lines }) => lines[0]?.startsWith("PLAY"));
      expect(isPlaying).toBe(hasPlay);
      const isTornDown = steps.at(-1)?.lines[0]?.startsWith("TEARDOWN") === true;
      expect(stage.server.sessions()).toHaveLength(hasPlay && !isTornDown ? 1 : 0);
      await client.close();
    },
  );

  it("tell where they come from", () => {
    for (const [name, { facts }] of rows)
      expect([name, [...facts.keys()].slice(0, 4)]).toEqual([name, ["client", "origin", "stream", "shows"]]);
    expect(rows.length).toBeGreaterThan(20);
  });
});
