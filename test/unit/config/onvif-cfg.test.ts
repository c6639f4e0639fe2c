import { describe, expect, it } from "vitest";
import { type OnvifConfig, onvifCfg } from "#config/onvif-cfg";
import { readCfg } from "#config/read";
import { defaultsOf, type Member } from "#config/schema";

const read = (inner: string) => readCfg("onvif.cfg", Buffer.from(`<config>${inner}</config>`), onvifCfg);

const valueOf = (inner: string): OnvifConfig => {
  const { value, issues } = read(inner);
  expect(issues).toEqual([]);
  return value;
};

describe("onvif.cfg", () => {
  it("has the defaults of the manual, and safe ones where it is silent", () => {
    expect(defaultsOf(onvifCfg)).toStrictEqual({
      serverIp: "",
      httpEnable: true,
      httpPort: 8000,
      httpsEnable: true,
      httpsPort: 8443,
      certFile: "",
      keyFile: "",
      httpMaxUsers: 16,
      needAuth: false,
      authStyle: "both",
      createdSkew: 300,
      replayCheck: false,
      passwordText: false,
      lockoutTime: 0,
      openProfiles: false,
      strict: false,
      requestTimeout: 30,
      rebootTime: 5,
      logEnable: true,
      logLevel: 1,
      hostname: "",
      mac: "",
      publicAddress: "",
      ipFilterLoopback: true,
      discoveryEnable: true,
      ssdpEnable: true,
      ffmpeg: "auto",
      information: {
        manufacturer: "onvifrtspserver",
        model: "Virtual Camera",
        firmwareVersion: "1.0",
        serialNumber: "",
        hardwareId: "1.0",
      },
      users: [],
      profiles: [],
      scopes: [],
      io: { relayOutputs: 2, digitalInputs: 2, serialPorts: 1 },
      event: {
        renewInterval: 60,
        notifyAnywhere: false,
        notifyCheck: false,
        simulateEnable: true,
        simulateInterval: 10,
        simulateTopics: "motion io tampering processor temperature storage connection",
        simulateSeed: 1,
      },
    });
  });

  it("gives a profile only what its tags give it", () => {
    const [empty, video, audio] = valueOf(
      "<profile/><profile><video_source/><video_encoder/></profile><profile><audio_source></audio_source><audio_encoder/></profile>",
    ).profiles;
    expect(empty).toStrictEqual({ streamUri: { uri: "", appendParams: false } });
    expect(video).toStrictEqual({
      ...empty,
      videoSource: { width: 1280, height: 720 },
      videoEncoder: {
        width: 0,
        height: 0,
        quality: 4,
        sessionTimeout: 10,
        framerate: 25,
        encodingInterval: 1,
        bitrateLimit: 2048,
        encoding: "H264",
        h264: { govLength: 25, profile: "Main" },
        h265: { govLength: 25, profile: "Main" },
        mpeg4: { govLength: 25, profile: "SP" },
      },
    });
    expect(audio).toStrictEqual({
      ...empty,
      audioSource: {},
      audioEncoder: { sessionTimeout: 10, sampleRate: 8, bitrate: 64, encoding: "G711" },
    });
  });

  it("takes every value that the manual lists", () => {
    const encoder = (inner: string): string => `<profile><video_encoder>${inner}</video_encoder></profile>`;
    for (const encoding of ["JPEG", "MPEG4", "H264", "H265"])
      expect(valueOf(encoder(`<encoding>${encoding}</encoding>`)).profiles[0]?.videoEncoder).toMatchObject({
        encoding,
      });
    for (const profile of ["Baseline", "Main", "Extended", "High"])
      expect(
        valueOf(encoder(`<h264><gov_length>50</gov_length><h264_profile>${profile}</h264_profile></h264>`)).profiles[0],
      ).toMatchObject({ videoEncoder: { h264: { govLength: 50, profile } } });
    for (const profile of ["Main", "Main10"])
      expect(valueOf(encoder(`<h265><h265_profile>${profile}</h265_profile></h265>`)).profiles[0]).toMatchObject({
        videoEncoder: { h265: { profile } },
      });
    for (const profile of ["SP", "ASP"])
      expect(valueOf(encoder(`<mpeg4><mpeg4_profile>${profile}</mpeg4_profile></mpeg4>`)).profiles[0]).toMatchObject({
        videoEncoder: { mpeg4: { profile } },
      });
    for (const encoding of ["G711", "G726", "AAC"])
      expect(
        valueOf(`<profile><audio_encoder><encoding>${encoding}</encoding></audio_encoder></profile>`).profiles[0],
      ).toMatchObject({ audioEncoder: { encoding } });
    for (const level of ["Administrator", "Operator", "User", "Anonymous"])
      expect(
        valueOf(`<user><username>a</username><password>b</password><userlevel>${level}</userlevel></user>`).users,
      ).toEqual([{ username: "a", password: "b", level, roles: [] }]);
    for (const logLevel of [0, 1, 2, 3, 4, 5])
      expect(valueOf(`<log_level>${logLevel}</log_level>`)).toMatchObject({ logLevel });
  });

  const addresses: readonly (readonly [what: string, written: string, isAllowed: boolean])[] = [
    ["a full RTSP address", "rtsp://192.168.3.27/live", true],
    ["an address with parameters", "rtsp://127.0.0.1/test.mp4&amp;t=unicast&amp;p=udp", true],
    ["an address over TLS", "RTSPS://camera:322/live", true],
    ["an address over HTTP", "http://camera/live", true],
    ["the name of a stream here", "test_640x480.mp4", true],
    ["a name in a folder", "clips/a.mp4", true],
    ["a name with parameters", "test.mp4&amp;w=640", true],
    ["a name with a device behind =", "videodevice=FaceTime%20HD%20Camera", true],
    ["another scheme", "ftp://camera/live", false],
    ["an address without a host", "rtsp:///live", false],
    ["a name with a slash in front", "/etc/passwd", false],
    ["a name with blanks", "my clip.mp4", false],
  ];
  it.each(addresses)("judges %s as stream address", (_, written, isAllowed) => {
    const { value, issues } = read(`<profile><stream_uri append_params="1">${written}</stream_uri></profile>`);
    expect(issues.length === 0).toBe(isAllowed);
    const uri = isAllowed ? written.replaceAll("&amp;", "&") : "";
    expect(value.profiles[0]?.streamUri).toStrictEqual({ uri, appendParams: true });
  });

  const rows: readonly (readonly [what: string, tag: string, written: string, expected: object | undefined])[] = [
    ["a MAC address with hyphens", "mac", "02-AB-cd-00-11-22", { mac: "02:ab:cd:00:11:22" }],
    ["a MAC address that is too short", "mac", "02:ab:cd", undefined],
    ["a public host", "public_address", "cam.example.org", { publicAddress: "cam.example.org" }],
    ["a public host and port", "public_address", "cam.example.org:8000", { publicAddress: "cam.example.org:8000" }],
    ["a public IPv6 address", "public_address", "[2001:db8::1]:80", { publicAddress: "[2001:db8::1]:80" }],
    ["a public URL", "public_address", "http://cam.example.org/", undefined],
    ["a host name with a domain", "hostname", "cam-1.example.org", { hostname: "cam-1.example.org" }],
    ["a host name that ends in a hyphen", "hostname", "cam-", undefined],
    ["port 0", "http_port", "0", { httpPort: 0 }],
    ["a scope", "scope", "onvif://www.onvif.org/name/a", { scopes: [{ uri: "onvif://www.onvif.org/name/a" }] }],
    ["a scope with blanks", "scope", "onvif://www.onvif.org/name/a b", undefined],
  ];
  it.each(rows)("reads %s", (_, tag, written, expected) => {
    const { value, issues } = read(`<${tag}>${written}</${tag}>`);
    expect(issues.length === 0).toBe(expected !== undefined);
    if (expected !== undefined) expect(value).toMatchObject(expected);
  });

  it("keeps what looks like a number as it is written", () => {
    expect(valueOf("<information><SerialNumber>00123</SerialNumber></information>").information.serialNumber).toBe(
      "00123",
    );
  });

  it("can hold a scope fixed", () => {
    expect(valueOf('<scope fixed="1">a:b</scope><scope fixed="0">a:c</scope>').scopes).toStrictEqual([
      { uri: "a:b", fixed: true },
      { uri: "a:c", fixed: false },
    ]);
  });

  it("has a meaning and an effect for every tag", () => {
    const check = (member: Member, inherited: Member["affects"]): void => {
      const affects = member.affects.length > 0 ? member.affects : inherited;
      expect([member.tag, affects.length > 0]).toEqual([member.tag, true]);
      if (member.place !== "text") expect(member.doc).toMatch(/^[A-Z0-9][^]*\.$/);
      for (const inner of Object.values(member.members)) check(inner, affects);
    };
    check(onvifCfg, []);
  });
});
