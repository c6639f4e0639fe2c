import type { Media } from "#device/media/media";
import type { Configuration, ConfigurationKind, ConfigurationScope } from "#device/media/types";
import type { ConfigurationEntity } from "../schema/tt/common.js";

/** What the types of all configurations begin with. */
export const entityToWire = (
  kind: ConfigurationKind,
  { token, name }: Configuration,
  media: Media,
): ConfigurationEntity => ({ token, Name: name, UseCount: media.profiles.useCount(kind, token) });

/** Which configurations a request asks about. */
export const scopeFromWire = (request: {
  readonly ConfigurationToken?: string | undefined;
  readonly ProfileToken?: string | undefined;
}): ConfigurationScope => ({ configurationToken: request.ConfigurationToken, profileToken: request.ProfileToken });
