import { describe, expect, it } from "vitest";
import { parseSdp } from "#wire/sdp/parser";
import { attributeValue } from "#wire/sdp/attributes";
import { FakePath, h264 } from "../../support/fake-path.js";
import { rtspStage, urlA } from "../../support/rtsp-client.js";

describe("DESCRIBE", () => {
  it("answers with SDP whose controls are absolute and made from the client's URL", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", "rtsp://user:pass@camera.example:8554/a/?x=y", {
      Accept: "application/sdp",
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("application/sdp");
    expect(answer.headers.get("Content-Base")).toBe("rtsp://camera.example:8554/a/");
    expect(answer.body.toString()).toBe(
      [
        "v=0",
        "o=- 4096 1 IN IP4 192.0.2.10",
        "s=a",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:rtsp://camera.example:8554/a?x=y",
        "a=range:npt=now-",
        "m=video 0 RTP/AVP 96",
        "b=AS:4000",
        "a=rtpmap:96 H264/90000",
        "a=fmtp:96 packetization-mode=1;profile-level-id=42001F",
        "a=framerate:25",
        "a=x-dimensions:1280,720",
        "a=control:rtsp://camera.example:8554/a/trackID=0?x=y",
        "m=audio 0 RTP/AVP 0",
        "a=rtpmap:0 PCMU/8000",
        "a=control:rtsp://camera.example:8554/a/trackID=1?x=y",
        "",
      ].join("\r\n"),
    );
    expect(stage.path.leases).toBe(0);
  });

  it("takes the origin address from the URL, also for IPv6", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const v4 = await client.request("DESCRIBE", "rtsp://198.51.100.1:9999/a");
    expect(parseSdp(v4.body.toString()).origin).toBe("- 4096 1 IN IP4 198.51.100.1");
    const v6 = await client.request("DESCRIBE", "rtsp://[2001:db8::1]/a");
    const sdp = parseSdp(v6.body.toString());
    expect([sdp.origin, sdp.connection?.address]).toEqual(["- 4096 1 IN IP6 2001:db8::1", "::"]);
  });

  it("completes a target without a host by the address that the client has reached", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", "/a");
    expect(answer.headers.get("Content-Base")).toBe("rtsp://192.0.2.10:554/a/");
  });

  it("says how long content is that ends by itself", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("clip", stage.host.clock, [h264], 12.5));
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", "rtsp://192.0.2.10/clip");
    expect(attributeValue(parseSdp(answer.body.toString()).attributes, "range")).toBe("npt=0-12.500");
  });

  it("splits parameters off at the first & when there is no stream of the whole name, and logs them", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("test.mp4", stage.host.clock));
    stage.directory.add(new FakePath("a&b", stage.host.clock));
    const client = await stage.connect();
    const url = "rtsp://192.0.2.10/test.mp4&t=unicast&p=udp&ve=H264?w=640&p=tcp";
    const answer = await client.request("DESCRIBE", url);
    expect(answer.status).toBe(200);
    const [whole, part] = stage.directory.requests;
    expect(whole?.name).toBe("test.mp4&t=unicast&p=udp&ve=H264");
    expect(part).toEqual({
      name: "test.mp4",
      parameters: new Map([
        ["t", "unicast"],
        ["p", "udp"],
        ["ve", "H264"],
        ["w", "640"],
      ]),
      query: "w=640&p=tcp",
    });
    const line = stage.log.find(({ facts }) => "parameters" in facts);
    expect(line?.facts["parameters"]).toEqual({ t: "unicast", p: "udp", ve: "H264", w: "640" });
    expect(attributeValue(parseSdp(answer.body.toString()).media[0]?.attributes ?? [], "control")).toBe(
      "rtsp://192.0.2.10/test.mp4&t=unicast&p=udp&ve=H264/trackID=0?w=640&p=tcp",
    );
    expect((await client.request("DESCRIBE", "rtsp://192.0.2.10/a&b")).status).toBe(200);
    expect(stage.directory.requests.at(-1)?.name).toBe("a&b");
  });

  it.each([
    ["WPS%20Office", "WPS Office"],
    ["caf%C3%A9", "café"],
    ["a:b", "a:b"],
  ])("decodes %s once", async (path, name) => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath(name, stage.host.clock));
    const client = await stage.connect();
    expect((await client.request("DESCRIBE", `rtsp://192.0.2.10/${path}`)).status).toBe(200);
  });

  it("answers 404 for no such stream, 503 for one that fails, 406 for other types", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    expect((await client.request("DESCRIBE", "rtsp://192.0.2.10/x")).status).toBe(404);
    expect((await client.request("DESCRIBE", "rtsp://192.0.2.10/failing")).status).toBe(503);
    expect((await client.request("DESCRIBE", urlA, { Accept: "text/html" })).status).toBe(406);
    expect((await client.request("DESCRIBE", urlA, { Accept: "text/html, */*;q=0.1" })).status).toBe(200);
  });

  it("answers 503 after 8 s for a stream that does not start, and lets go of it when it does", async () => {
    await using stage = await rtspStage();
    const late = stage.directory.add(new FakePath("late", stage.host.clock));
    const client = await stage.connect();
    await client.send("DESCRIBE rtsp://192.0.2.10/late RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await stage.host.clock.advance(7999);
    expect(client.arrived).toEqual([]);
    await stage.host.clock.advance(1);
    expect(client.takeResponse().status).toBe(503);
    stage.directory.release();
    await stage.host.clock.settle();
    expect(late.leases).toBe(0);
  });

  it("check 50: answers a Require that it does not know with 551 and names it", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", urlA, { Require: "www.onvif.org/ver20/fly, x" });
    expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, "www.onvif.org/ver20/fly, x"]);
    expect((await client.request("OPTIONS", urlA, { Require: "x" })).status).toBe(551);
    expect((await client.request("OPTIONS", urlA)).status).toBe(200);
  });
});
