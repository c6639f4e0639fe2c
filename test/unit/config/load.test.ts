import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatIssue } from "#config/issues";
import { type Loaded, type LoadOptions, loadConfig } from "#config/load";
import { fakeHost } from "../../support/fake-host.js";

const EMPTY = "<config/>";
const ADMIN = "<user><username>admin</username><password>admin</password><userlevel>Administrator</userlevel></user>";
const PROFILE = "<profile><video_source/><video_encoder/></profile>";

interface Folder {
  readonly onvif?: string | undefined;
  readonly rtsp?: string | undefined;
  readonly run?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** Loads a folder whose media folder is there; the files hold what stands between the root tags. */
function load(folder: Folder, options?: LoadOptions): Promise<Loaded> {
  const { files } = fakeHost();
  files.setFolder("/cam/media");
  const put = (name: string, text: string | undefined): void => {
    if (text !== undefined) files.set(`/cam/${name}`, text.startsWith("<config") ? text : `<config>${text}</config>`);
  };
  put("onvif.cfg", "onvif" in folder ? folder.onvif : PROFILE);
  put("rtsp.cfg", "rtsp" in folder ? folder.rtsp : EMPTY);
  put("onvifrun.cfg", folder.run);
  for (const [name, text] of Object.entries(folder.more ?? {})) files.set(`/cam/${name}`, text);
  return loadConfig(files, "/cam", options);
}

const told = async (folder: Folder, options?: LoadOptions): Promise<readonly string[]> =>
  (await load(folder, options)).issues.map((issue) => formatIssue(issue).replace("/cam/", ""));

describe("loadConfig", () => {
  it("reads both files", async () => {
    const { onvif, rtsp, run, issues, mediaFolder, onvifDigest } = await load({
      onvif: `<http_port>9000</http_port>${PROFILE}`,
      rtsp: "<serverport>9554</serverport>",
    });
    expect(issues).toEqual([]);
    expect([onvif.httpPort, rtsp.serverPort, run, mediaFolder]).toEqual([9000, 9554, undefined, "/cam/media"]);
    const bytes = `<config><http_port>9000</http_port>${PROFILE}</config>`;
    expect(onvifDigest).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("fills in what more than one tag decides", async () => {
    const { onvif } = await load({
      onvif:
        "<profile><video_source><width>800</width><height>600</height></video_source><video_encoder/></profile><scope/>",
    });
    expect(onvif.profiles[0]?.videoEncoder).toMatchObject({ width: 800, height: 600 });
    expect(onvif.scopes).toEqual([]);
  });

  it("tells all problems of both files at once, in their order", async () => {
    expect(
      await told({
        onvif: `<config>
  <http_port>80000</http_port>
  <htps_port>8443</htps_port>
  <profile><video_source/><video_encoder><encoding>VP9</encoding></video_encoder></profile>
  <need_auth>1</need_auth>
</config>`,
        rtsp: "<config>\n<serverport>x</serverport>\n<need_auth>1</need_auth></config>",
      }),
    ).toEqual([
      'onvif.cfg:2:3: error: <http_port> "80000" is not allowed; expected 1 to 65535, or 0 for any free one',
      "onvif.cfg:3:3: warning: <htps_port> is not known inside <config>; it is ignored. Did you mean <https_port>?",
      'onvif.cfg:4:42: error: <encoding> "VP9" is not allowed; expected H264, H265, JPEG or MPEG4',
      "onvif.cfg:5:3: error: <need_auth> is 1, but no <user> has the level Administrator",
      'rtsp.cfg:2:1: error: <serverport> "x" is not allowed; expected 1 to 65535, or 0 for any free one',
      "rtsp.cfg:3:1: error: <need_auth> is 1, but there is no <user>",
    ]);
  });

  it("names a file that is missing and the samples", async () => {
    const issues = await told({ onvif: undefined, rtsp: undefined });
    expect(issues).toHaveLength(2);
    expect(issues[0]).toMatch(/^onvif\.cfg: error: there is no such file.*config\//);
    expect(issues[1]).toMatch(/^rtsp\.cfg: error: there is no such file/);
  });

  it("says when a file cannot be read", async () => {
    const { files } = fakeHost();
    files.set("/cam/onvif.cfg", EMPTY);
    files.setFolder("/cam/rtsp.cfg");
    files.failNext("read", "EACCES", "/cam/onvif.cfg");
    const { issues } = await loadConfig(files, "/cam");
    expect(issues.map(formatIssue)).toEqual(
      expect.arrayContaining(["/cam/onvif.cfg: error: EACCES: /cam/onvif.cfg", "/cam/rtsp.cfg: error: is not a file"]),
    );
  });

  type Row = readonly [what: string, folder: Folder, expected: readonly RegExp[]];
  const rows: readonly Row[] = [
    ["no profile", { onvif: "" }, [/^onvif\.cfg:1:1: warning: there is no <profile>/]],
    [
      "no way to the services",
      { onvif: `<http_enable>0</http_enable><https_enable>0</https_enable>${PROFILE}` },
      [/<http_enable> neither HTTP nor HTTPS/],
    ],
    ["an administrator where one is needed", { onvif: `<need_auth>1</need_auth>${ADMIN}${PROFILE}` }, []],
    ["a user without a name", { onvif: `<user/>${PROFILE}` }, [/error: <user> has no <username>/]],
    [
      "a user name used twice",
      { onvif: `${ADMIN}\n${ADMIN}${PROFILE}` },
      [/:2:7: error: <username> is the name of another/],
    ],
    [
      "a token used twice",
      { onvif: "<profile><token>a</token><audio_source/></profile><profile><token>a</token><audio_source/></profile>" },
      [/error: <token> "a" is the token of another profile/],
    ],
    ["a profile without anything", { onvif: "<profile/>" }, [/warning: <profile> has neither/]],
    [
      "an encoder without its source",
      { onvif: "<profile><video_encoder/><audio_source/></profile>" },
      [/<video_encoder> has no <video_source>/],
    ],
    [
      "an audio encoder without its source",
      { onvif: "<profile><audio_encoder/><video_source/></profile>" },
      [/<audio_encoder> has no <audio_source>/],
    ],
    [
      "H265 alone",
      { onvif: "<profile><video_source/><video_encoder><encoding>H265</encoding></video_encoder></profile>" },
      [/<profile> no profile has H264/, /<encoding> H265 shows in the Media2 service only/],
    ],
    [
      "an encoder larger than its source",
      { onvif: "<profile><video_source/><video_encoder><width>1920</width></video_encoder></profile>" },
      [/<video_encoder> is larger than its <video_source>/],
    ],
    [
      "a password in a stream address",
      { onvif: "<profile><audio_source/><stream_uri>rtsp://a:b@c/d</stream_uri></profile>" },
      [/warning: <stream_uri> has a password in it/],
    ],
    [
      "a certificate without its key",
      { onvif: `<cert_file>a.pem</cert_file>${PROFILE}` },
      [/error: <key_file> certificate and key belong together/],
    ],
    [
      "a certificate that is not there",
      { onvif: `<cert_file>a.pem</cert_file><key_file>a.key</key_file>${PROFILE}`, more: { "a.key": "" } },
      [/error: <cert_file> there is no file \/cam\/a\.pem$/],
    ],
    [
      "a certificate that is there",
      { onvif: `<cert_file>a.pem</cert_file><key_file>a.key</key_file>${PROFILE}`, more: { "a.pem": "", "a.key": "" } },
      [],
    ],
    [
      "the certificate of the manual, which is not there",
      { rtsp: "<cert_file>ssl.ca</cert_file><key_file>ssl.key</key_file>" },
      [/warning: <cert_file> there is no file .*ssl\.ca; a self-signed certificate is used/, /warning: <key_file>/],
    ],
    [
      "a port used twice in one file",
      { onvif: `<https_port>8000</https_port>${PROFILE}` },
      [/error: <https_port> 8000 is also the <http_port> of onvif\.cfg/],
    ],
    [
      "a port used in both files",
      { rtsp: "<serverport>8000</serverport>" },
      [/^rtsp\.cfg:1:9: error: <serverport> 8000 is also the <http_port> of onvif\.cfg/],
    ],
    [
      "one port for the web server and for RTSP through HTTP",
      { onvif: PROFILE, rtsp: "<http_port>8000</http_port><https_port>8443</https_port>" },
      [],
    ],
    [
      "one port for HTTP and for HTTPS of the other side",
      { onvif: PROFILE, rtsp: "<https_port>8000</https_port>" },
      [/error: <https_port> 8000 is also the <http_port> of onvif\.cfg/],
    ],
    [
      "one port for the web server on one address, and for RTSP through HTTP on all",
      { onvif: `<server_ip>192.0.2.1</server_ip>${PROFILE}`, rtsp: "<http_port>8000</http_port>" },
      [/error: <http_port> 8000 is also the <http_port> of onvif\.cfg/],
    ],
    [
      "RTSP with TLS on the port of RTSP",
      { rtsp: "<rtsps_enable>1</rtsps_enable><rtsps_port>554</rtsps_port>" },
      [/error: <rtsps_port> 554 is also the <serverport> of rtsp\.cfg/],
    ],
    ["a port used twice that is off", { rtsp: "<rtsp_over_http>0</rtsp_over_http><http_port>8000</http_port>" }, []],
    [
      "a port used on two addresses",
      {
        onvif: `<server_ip>192.0.2.1</server_ip>${PROFILE}`,
        rtsp: "<serverip>192.0.2.2</serverip><serverport>8000</serverport>",
      },
      [],
    ],
    [
      "port 0 everywhere",
      { onvif: `<http_port>0</http_port><https_port>0</https_port>${PROFILE}`, rtsp: "<serverport>0</serverport>" },
      [],
    ],
    [
      "a pusher on the port of the server",
      { rtsp: "<pusher><suffix>a</suffix><video/><transfer><mode>TCP</mode><vport>554</vport></transfer></pusher>" },
      [/error: <vport> 554 is also the <serverport> of rtsp\.cfg/],
    ],
    [
      "two pushers over UDP on one port",
      {
        rtsp: ["a", "b"]
          .map((name) => `<pusher><suffix>${name}</suffix><video/><transfer><mode>UDP</mode></transfer></pusher>`)
          .join(""),
      },
      [/error: <vport> 50001 is also the <vport> of rtsp\.cfg/],
    ],
    [
      "a pusher over UDP and one over TCP on one port",
      {
        rtsp: ["UDP", "TCP"]
          .map((mode) => `<pusher><suffix>${mode}</suffix><video/><transfer><mode>${mode}</mode></transfer></pusher>`)
          .join(""),
      },
      [],
    ],
    [
      "a pusher that brings nothing",
      { rtsp: "<pusher><suffix>a</suffix><transfer><mode>UDP</mode></transfer></pusher>" },
      [/warning: <pusher> has neither <video> nor <audio>: nothing is received/],
    ],
    [
      "an output behind one for everything",
      { rtsp: "<output/><output><url>*.mp4</url></output>" },
      [/:1:18: warning: <output> never counts/],
    ],
    ["a proxy without a suffix", { rtsp: "<proxy><url>rtsp://a/b</url></proxy>" }, [/error: <proxy> needs a <suffix>/]],
    [
      "a proxy without an address",
      { rtsp: "<proxy><suffix>a</suffix><url/></proxy>" },
      [/warning: <url> is empty: this proxy does nothing/],
    ],
    [
      "a proxy of an original that cannot be fetched yet",
      { rtsp: "<proxy><suffix>a</suffix><url>srt://u:secret@a</url></proxy>" },
      [/warning: <url> RTMP and SRT are not there yet: this proxy does nothing$/],
    ],
    [
      "a proxy of something that is no stream",
      { rtsp: "<proxy><suffix>a</suffix><url>a.mp4</url></proxy>" },
      [/error: <url> is no address of a stream; one is rtsp:\/\/host:port\/path$/],
    ],
    [
      "an access point without an SSID",
      { onvif: `<wireless><access_point/></wireless>${PROFILE}` },
      [/error: <access_point> needs an <ssid>/],
    ],
    [
      "an SSID of 33 octets",
      { onvif: `<wireless><access_point><ssid>${"ä".repeat(16)}a</ssid></access_point></wireless>${PROFILE}` },
      [/error: <access_point> needs an <ssid>/, /error: <ssid> .* is not allowed; expected up to 32 octets/],
    ],
    [
      "a short passphrase, which it does not tell",
      {
        onvif: `<wireless><access_point><ssid>a</ssid><passphrase>hush</passphrase></access_point></wireless>${PROFILE}`,
      },
      [/error: <passphrase> the value is not allowed; expected 8 to 63 printable characters/],
    ],
    [
      "a suffix used twice",
      { rtsp: "<proxy><suffix>a</suffix><url>rtsp://a/b</url></proxy><pusher><suffix>a</suffix></pusher>" },
      [/error: <suffix> "a" is the suffix of another stream/],
    ],
    [
      "stereo G726",
      { rtsp: "<output><audio><codec>G726</codec><channels>2</channels></audio></output>" },
      [/warning: <channels> G726 is mono: 1 is taken/],
    ],
    ["an odd UDP port", { rtsp: "<udp_base_port>22001</udp_base_port>" }, [/warning: <udp_base_port> is odd/]],
    [
      "a media folder that is not there",
      { rtsp: "<media_folder>films</media_folder>" },
      [/^rtsp\.cfg:1:9: warning: <media_folder> there is no folder \/cam\/films/],
    ],
  ];
  it.each(rows)("judges %s", async (_, folder, expected) => {
    const issues = await told(folder);
    expect(issues).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(issues[index]).toMatch(pattern);
  });

  it("goes on without the manual's certificate where it is not there", async () => {
    const { onvif } = await load({ onvif: `<cert_file>ssl.ca</cert_file><key_file>ssl.key</key_file>${PROFILE}` });
    expect(onvif).toMatchObject({ certFile: "", keyFile: "" });
  });

  it("looks for the media folder in the program's folder too", async () => {
    const { files } = fakeHost();
    files.set("/cam/onvif.cfg", `<config>${PROFILE}</config>`);
    files.set("/cam/rtsp.cfg", EMPTY);
    files.setFolder("/opt/program/media");
    const { mediaFolder, issues } = await loadConfig(files, "/cam", { programFolder: "/opt/program" });
    expect([mediaFolder, issues]).toEqual(["/opt/program/media", []]);
  });

  describe("with a run file", () => {
    const digest = createHash("sha256").update(`<config>${PROFILE}</config>`).digest("hex");
    const runtime = (of: string): string => `<runtime><base_digest>${of}</base_digest></runtime>`;

    it("reads it and says nothing while onvif.cfg is as it was", async () => {
      const { run, issues } = await load({ run: `<http_port>9000</http_port>${PROFILE}${runtime(digest)}` });
      expect(issues).toEqual([]);
      expect(run).toMatchObject({ httpPort: 9000, runtime: { baseDigest: digest } });
    });

    it("says which file wins when onvif.cfg was edited, and how to change that", async () => {
      const issues = await told({ run: `${PROFILE}${runtime("0".repeat(64))}` });
      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatch(
        /^onvif\.cfg: warning: has been edited .*onvifrun\.cfg wins.*--defaults or delete onvifrun\.cfg/,
      );
    });

    it("leaves it out of account when told to", async () => {
      const { run, issues } = await load({ run: `${PROFILE}${runtime("x")}` }, { ignoreRunFile: true });
      expect([run, issues]).toEqual([undefined, []]);
    });

    it("warns of a damaged one and tells where", async () => {
      const { run, issues } = await load({ run: "<config><http_port>9000</http_port>" });
      expect(run).toBeUndefined();
      expect(issues).toMatchObject([{ severity: "warning", file: "/cam/onvifrun.cfg", line: 1 }]);
      expect(issues[0]?.message).toMatch(/damaged and set aside/);
    });

    it("wants the certificate that it names", async () => {
      const certificate = "<cert_file>a.pem</cert_file><key_file>a.pem</key_file>";
      const issues = await told({ run: `${PROFILE}${certificate}${runtime(digest)}` });
      expect(issues).toHaveLength(2);
      expect(issues[0]).toMatch(/^onvifrun\.cfg:1:\d+: error: <cert_file> there is no file/);
    });

    it("checks the ports that are in force", async () => {
      const issues = await told({
        run: `<http_port>9000</http_port>${PROFILE}${runtime(digest)}`,
        rtsp: "<serverport>9000</serverport>",
      });
      expect(issues).toEqual(["rtsp.cfg:1:9: error: <serverport> 9000 is also the <http_port> of onvifrun.cfg"]);
    });
  });
});
