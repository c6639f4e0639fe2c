/**
 * Parameter sets as real encoders write them: x264 and x265 on FFmpeg's `testsrc2`, sizes, rates and options as the
 * names say.
 */
const hex = (text: string): Buffer => Buffer.from(text, "hex");

export const h264Sets = {
  high1080p2997: { sps: hex("67640028acd940780227e5c04400000fa40003a9803c60c658"), pps: hex("68ebe3cb22c0") },
  interlaced1080: { sps: hex("67640028acd94078044fde0220000003002000000643e2c5b2c0"), pps: hex("68fba3cb22c0") },
  baselineCif: { sps: hex("6742c00cd9016096c044000003000400000300783c50a920"), pps: hex("68cb83cb20") },
  high444Odd: { sps: hex("67f4000c919b282a10f1f1f80880000003008000000a078a14cb"), pps: hex("68ebe3c44844") },
  high422Matrices: { sps: hex("677a001fb6cd940a02ff89c044000003000400000301903c60c658"), pps: hex("68ebe3cb3002c0") },
} as const;

export const h265Sets = {
  main1080p25: {
    vps: hex("40010c01ffff016000000300900000030000030078959809"),
    sps: hex("420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84"),
    pps: hex("4401c172b46240"),
  },
  main10TemporalLayers: {
    vps: hex("40010c02ffff02200000030090000003000003003f00009598acc048"),
    sps: hex("42010202200000030090000003000003003f0000a005120171c923659598acd249caf01680800001f480003a9804"),
    pps: hex("4401c172b46240"),
  },
  main444HighTier: {
    vps: hex("40010c01ffff2408000003009e08000003000099959809"),
    sps: hex("4201012408000003009e0800000300009990014901f39e7cb2b349265780b4040000030004000003003020"),
    pps: hex("4401c172860c4624"),
  },
} as const;
