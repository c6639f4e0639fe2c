import { type Handlers, notSupported } from "../../registry.js";
import type { dot11 as operations } from "../../schema/device/network.js";

const none = notSupported("this camera has no wireless network", "InvalidDot11");

export const dot11 = {
  GetDot11Capabilities: none,
  GetDot11Status: none,
  ScanAvailableDot11Networks: none,
} satisfies Handlers<typeof operations>;
