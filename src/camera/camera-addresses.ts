/**
 * The addresses under which cameras of well-known makers have their streams, as patterns of `config/alias-pattern`. They
 * are what recorders fill in when one chooses a maker. Of what fits several, the first counts.
 */
export const CAMERA_ADDRESSES: readonly (readonly [maker: string, ...patterns: string[]])[] = [
  [
    "Dahua, Amcrest, Lorex",
    "cam/realmonitor?channel={channel}&subtype={stream0}",
    "cam/realmonitor?channel={channel}",
    "cam/realmonitor",
  ],
  [
    "Hikvision, Annke, HiLook",
    "Streaming/Channels/{channel}{stream}",
    "ISAPI/Streaming/Channels/{channel}{stream}",
    "h26*/ch{channel}/{stream=main|sub}/av_stream",
    "Streaming/Channels/{channel}",
  ],
  ["Reolink", "*Preview_{channel}_{stream=main|sub|ext}"],
  [
    "Axis",
    "axis-media/media.amp?camera={channel}&streamprofile={stream}",
    "axis-media/media.amp?camera={channel}",
    "axis-media/media.amp",
    "mpeg4/{channel}/media.amp",
    "mpeg4/media.amp",
  ],
  ["Uniview, Sony", "unicast/c{channel}/s{stream0}/live", "media/video{stream}"],
  ["Hanwha, Samsung", "profile{stream}/media.smp", "onvif/profile{stream}/media.smp"],
  ["Bosch", "rtsp_tunnel?inst={stream}", "rtsp_tunnel"],
  ["Vivotek", "live{stream=|2|3|4}.sdp"],
  ["D-Link, Trendnet", "play{stream}.sdp"],
  ["TP-Link", "stream{stream}"],
  ["Foscam", "video{stream=Main|Sub}"],
  ["Panasonic", "MediaInput/h26*/stream_{stream}", "MediaInput/stream_{stream}"],
  ["Avigilon", "default{stream=Primary|Secondary}"],
  ["TVT, Provision", "profile{stream}"],
  [
    "XMeye",
    "user=*_password=*_channel={channel}_stream={stream0}.sdp*",
    "user=*&password=*&channel={channel}&stream={stream0}.sdp*",
  ],
  ["Thingino", "ch{channel0}_{stream0}.*", "ch{channel0}"],
  [
    "others",
    "live/ch{channel0}_{stream0}",
    "live/ch{channel}",
    "live/{stream=main|sub}",
    "live/{stream0}",
    "onvif{stream}",
    "{stream=main|sub|third}",
  ],
];
