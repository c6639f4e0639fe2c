import { describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { parseTransport } from "#wire/rtsp/headers/transport";
import { parseSdp } from "#wire/sdp/parser";
import type { SdpSession } from "#wire/sdp/session";
import type { XmlElement } from "#xml/tree";
import { writeElement } from "#xml/writer";
import { textsOf } from "../support/camera-client.js";
import { joinGroup } from "../support/group-listener.js";
import { MetadataDocuments, MetadataScene, topicsOf } from "../support/metadata-scene.js";
import { clientPorts, rtcpPackets, type RtspClient } from "../support/rtsp-client.js";

/*
 * Cases of the official device test specifications that are about metadata streams, each by its id, over a fake network.
 * Those through tunnels are covered by real clients, those over IPv6 differ in nothing else.
 */

/** What the annexes "configure a media profile for metadata streaming" give. */
interface Chosen {
  readonly profile: string;
  readonly uri: string;
  /** The metadata configuration as the camera tells it. */
  readonly configuration: XmlElement;
}

async function choose(scene: MetadataScene, protocol: string): Promise<Chosen> {
  const { children } = await scene.call("GetProfiles", "<tr2:Type>All</tr2:Type>", Media2);
  const usable = children.find((one) => one.child("Configurations")?.child("Metadata"));
  expect(usable?.child("Configurations")?.child("VideoSource")).toBeDefined();
  const configuration = usable?.child("Configurations")?.child("Metadata");
  const profile = usable?.attribute("token");
  if (!configuration || profile === undefined) throw new Error("no profile with metadata");
  const asked = `<tr2:Protocol>${protocol}</tr2:Protocol><tr2:ProfileToken>${profile}</tr2:ProfileToken>`;
  const [uri = ""] = textsOf(await scene.call("GetStreamUri", asked, Media2), "Uri");
  return { profile, uri, configuration };
}

/** SetMetadataConfiguration as it was, but for the topic. */
async function wantConfigurationChanges(scene: MetadataScene, { configuration }: Chosen): Promise<void> {
  const dialect = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet";
  const filter = `<tt:Events><tt:Filter><wsnt:TopicExpression xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics" Dialect="${dialect}">tns1:Media/ConfigurationChanged</wsnt:TopicExpression></tt:Filter></tt:Events>`;
  const text = writeElement(configuration)
    .replaceAll(/(<\/?)tr2:Metadata\b/g, "$1tr2:Configuration")
    .replace(/<tt:Events[^>]*\/>|<tt:Events.*<\/tt:Events>/s, filter);
  expect(text).toContain("ConfigurationChanged");
  expect((await scene.call("SetMetadataConfiguration", text, Media2)).name).toBe("SetMetadataConfigurationResponse");
}

/** The address of the metadata in a description, which has it as the specification wants. */
function controlOf({ media }: SdpSession): string {
  const [section, ...more] = media.filter(
    ({ kind, attributes }) =>
      kind === "application" &&
      attributes.some(({ name, value }) => name === "rtpmap" && /^\d+ vnd\.onvif\.metadata\/90000$/.test(value ?? "")),
  );
  expect(more).toEqual([]);
  expect(section?.attributes.map(({ name }) => name)).not.toContain("sendonly");
  return section?.attributes.find(({ name }) => name === "control")?.value ?? "";
}

/** DESCRIBE, SETUP with that transport, PLAY; how to end it. */
async function start(scene: MetadataScene, uri: string, transport: string) {
  const client = await scene.connect();
  const described = await scene.ask(client, "DESCRIBE", uri);
  expect(described.status).toBe(200);
  const sdp = parseSdp(described.body.toString());
  const setUp = await scene.ask(client, "SETUP", controlOf(sdp), { Transport: transport });
  expect(setUp.status).toBe(200);
  const Session = (setUp.headers.get("Session") ?? "").replace(/;.*/, "");
  const aggregate = sdp.attributes.find(({ name }) => name === "control")?.value ?? "";
  const played = await scene.ask(client, "PLAY", aggregate, { Session });
  expect([played.status, played.headers.get("RTP-Info")]).toEqual([200, expect.stringContaining("url=")]);
  const end = async (): Promise<void> =>
    expect((await scene.ask(client, "TEARDOWN", aggregate, { Session })).status).toBe(200);
  return { client, sdp, setUp, end };
}

function read(packets: readonly Buffer[]): readonly (readonly string[])[] {
  const documents = new MetadataDocuments();
  for (const packet of packets) documents.push(packet);
  return documents.take().map(topicsOf);
}

const CHANGED = ["Media/ConfigurationChanged"];

/** Valid RTP with the event that the client has asked for, and valid RTCP. */
function expectStream(rtp: readonly Buffer[], rtcp: readonly Buffer[]): void {
  expect(read(rtp)).toContainEqual(CHANGED);
  expect(rtcp.flatMap(rtcpPackets).map(({ type }) => type)).toContain("SR");
}

const frames = (client: RtspClient, channel: number): readonly Buffer[] => client.frames(channel);

const cases: Readonly<Record<string, () => Promise<void>>> = {
  "MEDIA2_RTSS-4-1-1": async () => {
    await using scene = await MetadataScene.open();
    const chosen = await choose(scene, "RtspUnicast");
    const { transport, rtp, rtcp } = await clientPorts(scene.reader.net, "192.0.2.20", 50_000);
    const stream = await start(scene, chosen.uri, transport);
    await wantConfigurationChanges(scene, chosen);
    await scene.pass(1_000);
    expectStream(rtp, rtcp);
    await stream.end();
  },

  "MEDIA2_RTSS-4-1-3": async () => {
    await using scene = await MetadataScene.open();
    const chosen = await choose(scene, "RTSP");
    const stream = await start(scene, chosen.uri, "RTP/AVP/TCP;unicast;interleaved=0-1");
    await wantConfigurationChanges(scene, chosen);
    await scene.pass(1_000);
    expectStream(frames(stream.client, 0), frames(stream.client, 1));
    await stream.end();
  },

  "MEDIA2_RTSS-4-1-4": async () => {
    await using scene = await MetadataScene.open();
    const chosen = await choose(scene, "RtspUnicast");
    const { transport, rtp, rtcp } = await clientPorts(scene.reader.net, "192.0.2.20", 50_000);
    const stream = await start(scene, chosen.uri, transport);
    await wantConfigurationChanges(scene, chosen);
    await scene.pass(500);
    expectStream(rtp.splice(0), rtcp.splice(0));
    const token = `<tr2:ProfileToken>${chosen.profile}</tr2:ProfileToken>`;
    await scene.call("SetSynchronizationPoint", token, Media2);
    // The document before is closed, as each is at once; a new one begins.
    expect(read(rtp)).toHaveLength(1);
    await stream.end();
  },

  "MEDIA2_RTSS-4-2-1": async () => {
    await using scene = await MetadataScene.open({ rtsp: { multicast: "1" } });
    const chosen = await choose(scene, "RtspMulticast");
    const stream = await start(scene, chosen.uri, "RTP/AVP;multicast;client_port=50000-50001");
    const [spec] = parseTransport(stream.setUp.headers.get("Transport") ?? "");
    expect(spec?.destination).toBe(textsOf(chosen.configuration, "IPv4Address")[0]);
    const { rtp, rtcp } = await joinGroup(scene.reader, stream.setUp);
    await wantConfigurationChanges(scene, chosen);
    await scene.pass(6_000);
    expectStream(rtp, rtcp);
    await stream.end();
  },

  "RTSS-4-1-3": async () => {
    await using scene = await MetadataScene.open();
    const created = await scene.call("CreateProfile", "<trt:Name>Test</trt:Name>");
    const token = created.child("Profile")?.attribute("token") ?? "";
    const ofProfile = `<trt:ProfileToken>${token}</trt:ProfileToken>`;
    const add = (operation: string, configuration: string): Promise<XmlElement> =>
      scene.call(operation, `${ofProfile}<trt:ConfigurationToken>${configuration}</trt:ConfigurationToken>`);
    const [configuration] = (await scene.call("GetMetadataConfigurations", "")).children;
    const [source] = (await scene.call("GetVideoSourceConfigurations", "")).children;
    if (!configuration || !source) throw new Error("no configurations");
    await add("AddVideoSourceConfiguration", source.attribute("token") ?? "");
    await add("AddMetadataConfiguration", configuration.attribute("token") ?? "");
    const all = writeElement(configuration)
      .replaceAll(/(<\/?)trt:Configurations\b/g, "$1trt:Configuration")
      .replace(/<tt:Events.*<\/tt:Events>/s, "<tt:Events/>");
    await scene.call("SetMetadataConfiguration", `${all}<trt:ForcePersistence>false</trt:ForcePersistence>`, Media);
    const setup =
      '<trt:StreamSetup xmlns:tt="http://www.onvif.org/ver10/schema"><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>UDP</tt:Protocol></tt:Transport></trt:StreamSetup>';
    const [uri = ""] = textsOf(await scene.call("GetStreamUri", setup + ofProfile), "Uri");
    const { transport, rtp } = await clientPorts(scene.reader.net, "192.0.2.20", 50_000);
    const stream = await start(scene, uri, transport);
    expect(stream.sdp.media).toHaveLength(1);
    await scene.pass(500);
    rtp.splice(0);
    await scene.call("SetSynchronizationPoint", ofProfile);
    await scene.pass(100);
    const documents = new MetadataDocuments();
    for (const packet of rtp) documents.push(packet);
    const events = documents.take().flat();
    expect(events.length).toBeGreaterThan(0);
    for (const { operation } of events) expect(["Initialized", "Changed"]).toContain(operation);
    await stream.end();
    await scene.call("DeleteProfile", ofProfile);
  },
};

describe("the device test specifications, of metadata streams", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});
