import { actionNotSupported } from "../../faults.js";
import { accessPointToWire, associationToWire } from "../../mapping/dot11.js";
import type { Handlers } from "../../registry.js";
import type { dot11 as operations } from "../../schema/device/network.js";

export const dot11 = {
  GetDot11Capabilities: (_, { camera }) => {
    if (!camera.device.network.hasWireless)
      throw actionNotSupported("this camera has no wireless network", "InvalidDot11");
    return {
      Capabilities: {
        TKIP: true,
        ScanAvailableNetworks: true,
        MultipleConfiguration: true,
        AdHocStationMode: false,
        WEP: true,
      },
    };
  },

  GetDot11Status: ({ InterfaceToken }, { camera }) => ({
    Status: associationToWire(camera.device.network.association(InterfaceToken)),
  }),

  ScanAvailableDot11Networks: ({ InterfaceToken }, { camera }) => ({
    Networks: camera.device.network.wireless(InterfaceToken).accessPoints.map(accessPointToWire),
  }),
} satisfies Handlers<typeof operations>;
