/*
 * What XML costs in a request: `npm run build && node test/bench/xml.mjs`. It measures the built program, because the
 * test runner's module transform costs more than the reader. Prints the best and the median of many short runs, which
 * a busy machine disturbs least.
 */
import { XMLParser } from "fast-xml-parser";
import { Media } from "#onvif/schema/media/service";
import { decode, encodeElement } from "#xml/codec";
import { readXml } from "#xml/reader";

const WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
const request = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"><s:Header><o:Security s:mustUnderstand="1" xmlns:o="${WSS}-wssecurity-secext-1.0.xsd" xmlns:u="${WSS}-wssecurity-utility-1.0.xsd"><o:UsernameToken><o:Username>admin</o:Username><o:Password Type="${WSS}-username-token-profile-1.0#PasswordDigest">dGhlIGRpZ2VzdCBvZiBpdA==</o:Password><o:Nonce EncodingType="${WSS}-soap-message-security-1.0#Base64Binary">AAECAwQFBgcICQoLDA0ODw==</o:Nonce><u:Created>2026-11-21T10:00:00.000Z</u:Created></o:UsernameToken></o:Security></s:Header><s:Body><trt:GetProfile><trt:ProfileToken>Profile_1</trt:ProfileToken></trt:GetProfile></s:Body></s:Envelope>`;
const indented = request.replaceAll("><", ">\n  <");

const { GetOSDs, SetVideoEncoderConfiguration } = Media.operations;
const configuration = readXml(
  `<trt:SetVideoEncoderConfiguration xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"><trt:Configuration token="V0"><tt:Name>V0</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1280</tt:Width><tt:Height>720</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>25</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>239.0.0.1</tt:IPv4Address></tt:Address><tt:Port>5000</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></trt:Configuration><trt:ForcePersistence>true</trt:ForcePersistence></trt:SetVideoEncoderConfiguration>`,
);
const value = decode(SetVideoEncoderConfiguration.request, configuration, { strict: true });
const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false });

const RUNS = 300;
const ROUNDS = 300;
let consumed = 0;

function measure(what, once) {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    for (let round = 0; round < ROUNDS; round++) consumed += once() === undefined ? 0 : 1;
    times.push(((performance.now() - start) * 1000) / ROUNDS);
  }
  times.sort((a, b) => a - b);
  const [best] = times;
  const median = times[RUNS / 2];
  process.stdout.write(`${best.toFixed(2).padStart(8)} µs best ${median.toFixed(2).padStart(8)} µs median  ${what}\n`);
}

measure(`reading a request of ${request.length} characters`, () => readXml(request));
measure(`reading it indented, ${indented.length} characters`, () => readXml(indented));
measure("the same with fast-xml-parser, without checks and namespaces", () => parser.parse(request));
measure("decoding SetVideoEncoderConfiguration", () => decode(SetVideoEncoderConfiguration.request, configuration));
measure("encoding it", () =>
  encodeElement(Media.namespace, "SetVideoEncoderConfiguration", SetVideoEncoderConfiguration.request, value),
);
measure("decoding an empty request", () => decode(GetOSDs.request, configuration.child("ForcePersistence")));
if (consumed === 0) process.stdout.write("nothing was measured\n");
