import { schemaNamespace } from "#xml/schema";

/** The namespaces of ONVIF and of what it builds on, under the prefixes that the specifications use. */
export const tt = schemaNamespace("http://www.onvif.org/ver10/schema", "tt");
export const tds = schemaNamespace("http://www.onvif.org/ver10/device/wsdl", "tds");
/** Names the type of video transmitters in WS-Discovery (Core §7.3.2.1); it has no messages. */
export const dn = schemaNamespace("http://www.onvif.org/ver10/network/wsdl", "dn");
export const trt = schemaNamespace("http://www.onvif.org/ver10/media/wsdl", "trt");
export const tr2 = schemaNamespace("http://www.onvif.org/ver20/media/wsdl", "tr2");
export const tas = schemaNamespace("http://www.onvif.org/ver10/advancedsecurity/wsdl", "tas");
export const tmd = schemaNamespace("http://www.onvif.org/ver10/deviceIO/wsdl", "tmd");
export const tev = schemaNamespace("http://www.onvif.org/ver10/events/wsdl", "tev");
/** The topics that ONVIF defines; it has no messages. Clients know them by this prefix, which they look for in texts. */
export const tns1 = schemaNamespace("http://www.onvif.org/ver10/topics", "tns1");
export const wsnt = schemaNamespace("http://docs.oasis-open.org/wsn/b-2", "wsnt");
/** The port types of WS-BaseNotification; their messages are of `wsnt`. */
export const wsntw = schemaNamespace("http://docs.oasis-open.org/wsn/bw-2", "wsntw");
export const wstop = schemaNamespace("http://docs.oasis-open.org/wsn/t-1", "wstop");
/** Faults of WS-BaseFaults 1.2 and WS-Resource 1.2, which have no messages here. */
export const wsrfBf = schemaNamespace("http://docs.oasis-open.org/wsrf/bf-2", "wsrf-bf");
export const wsrfR = schemaNamespace("http://docs.oasis-open.org/wsrf/r-2", "wsrf-r");
export const wsa = schemaNamespace("http://www.w3.org/2005/08/addressing", "wsa");
export const xmime = schemaNamespace("http://www.w3.org/2005/05/xmlmime", "xmime");
export const xop = schemaNamespace("http://www.w3.org/2004/08/xop/include", "xop");
