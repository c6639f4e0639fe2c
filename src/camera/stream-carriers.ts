import type { RtspConfig } from "#config/rtsp-cfg";

/** What may carry RTSP on ports that speak HTTP, too. */
export interface StreamCarriers {
  readonly tunnels: boolean;
  readonly webSockets: boolean;
}

/** The carriers that rtsp.cfg wants, with TLS or without. */
export function streamCarriers(rtsp: RtspConfig, isSecure: boolean): StreamCarriers {
  const tunnels = isSecure ? rtsp.rtspOverHttps : rtsp.rtspOverHttp;
  return { tunnels, webSockets: rtsp.rtspOverWebSocket ?? tunnels };
}
