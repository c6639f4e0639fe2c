import { xs } from "#xml/datatypes";
import { element, type Infer, optional, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, DeviceEntity, Rectangle, ReferenceToken } from "./common.js";
import { VideoResolution } from "./video-encoder.js";

/** Sockets for monitors, what they show where, and their configurations. */

/** Where on the monitor a pane is. */
export const PaneLayout = tt.sequence({ Pane: element(ReferenceToken), Area: element(Rectangle) }).open();
export interface PaneLayout extends Infer<typeof PaneLayout> {}

export const LayoutExtension = tt.sequence({}).open({ attributes: false });
export interface LayoutExtension extends Infer<typeof LayoutExtension> {}

export const Layout = tt
  .sequence({ PaneLayout: some(PaneLayout), Extension: optional(LayoutExtension) })
  .open({ elements: false });
export interface Layout extends Infer<typeof Layout> {}

export const VideoOutputExtension = tt.sequence({}).open({ attributes: false });
export interface VideoOutputExtension extends Infer<typeof VideoOutputExtension> {}

export const VideoOutput = tt
  .extend(DeviceEntity, {
    Layout: element(Layout),
    Resolution: optional(VideoResolution),
    RefreshRate: optional(xs.float),
    AspectRatio: optional(xs.float),
    Extension: optional(VideoOutputExtension),
  })
  .open({ elements: false });
export interface VideoOutput extends Infer<typeof VideoOutput> {}

export const VideoOutputConfiguration = tt.extend(ConfigurationEntity, { OutputToken: element(ReferenceToken) }).open();
export interface VideoOutputConfiguration extends Infer<typeof VideoOutputConfiguration> {}

export const VideoOutputConfigurationOptions = tt.sequence({}).open();
export interface VideoOutputConfigurationOptions extends Infer<typeof VideoOutputConfigurationOptions> {}
