import { element, type Infer, many, optional } from "#xml/schema";
import { tt } from "../namespaces.js";
import { Config, ConfigurationEntity } from "./common.js";

/** The analytics part of a profile: modules that look at the picture and rules that judge what they find. */

export const AnalyticsEngineConfigurationExtension = tt.sequence({}).open({ attributes: false });
export interface AnalyticsEngineConfigurationExtension extends Infer<typeof AnalyticsEngineConfigurationExtension> {}

export const AnalyticsEngineConfiguration = tt
  .sequence({
    AnalyticsModule: many(Config),
    Extension: optional(AnalyticsEngineConfigurationExtension),
  })
  .open({ elements: false });
export interface AnalyticsEngineConfiguration extends Infer<typeof AnalyticsEngineConfiguration> {}

export const RuleEngineConfigurationExtension = tt.sequence({}).open({ attributes: false });
export interface RuleEngineConfigurationExtension extends Infer<typeof RuleEngineConfigurationExtension> {}

export const RuleEngineConfiguration = tt
  .sequence({
    Rule: many(Config),
    Extension: optional(RuleEngineConfigurationExtension),
  })
  .open({ elements: false });
export interface RuleEngineConfiguration extends Infer<typeof RuleEngineConfiguration> {}

export const VideoAnalyticsConfiguration = tt
  .extend(ConfigurationEntity, {
    AnalyticsEngineConfiguration: element(AnalyticsEngineConfiguration),
    RuleEngineConfiguration: element(RuleEngineConfiguration),
  })
  .open();
export interface VideoAnalyticsConfiguration extends Infer<typeof VideoAnalyticsConfiguration> {}
