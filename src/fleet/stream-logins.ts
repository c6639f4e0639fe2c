import type { Camera } from "#camera/create";
import type { CameraLogins } from "#camera/logins";
import type { RtspConfig } from "#config/rtsp-cfg";
import type { RtspAuthentication } from "#rtsp/server/options";
import { ALL_RIGHTS, type StreamRights } from "#rtsp/server/rights";

type Actions = NonNullable<ReturnType<CameraLogins["streamActions"]>>;

/**
 * How clients of RTSP log in, and what they may do then: the users of rtsp.cfg, with the rights that stand there, and those
 * of the ONVIF side, as the camera's access policy says. Undefined where nobody has to log in.
 */
export function streamAuthentication(
  rtsp: RtspConfig,
  cameras: readonly Pick<Camera, "logins">[],
  realm: string,
): RtspAuthentication | undefined {
  if (!rtsp.needAuth) return undefined;
  const firstOf = <T>(ask: (logins: CameraLogins) => T | undefined): T | undefined =>
    cameras.map(({ logins }) => ask(logins)).find((found) => found !== undefined);
  const own = (username: string): RtspConfig["users"][number] | undefined =>
    rtsp.users.find((one) => one.username === username);
  return {
    realm,
    password: (name) => own(name)?.password ?? firstOf((logins) => logins.password(name)),
    isUser: (name) => own(name) !== undefined || firstOf((logins) => logins.streamActions(name)) !== undefined,
    rights: (name) => {
      const user = own(name);
      if (user) return user.read.length + user.publish.length === 0 ? ALL_RIGHTS : user;
      return rightsTo(
        firstOf((logins) => logins.streamActions(name)),
        rtsp,
      );
    },
    anonymous: () =>
      both(
        rtsp.anonymous,
        rightsTo(
          firstOf((logins) => logins.streamActions(undefined)),
          rtsp,
        ),
      ),
    ...loginKindsOf(rtsp, () => cameras[0]?.logins.digestAlgorithms() ?? []),
    ...(rtsp.bearerAuth && {
      bearer: () => {
        const check = firstOf((logins) => logins.tokens());
        return (
          check &&
          ((token) => {
            const verdict = check(token);
            return verdict.outcome === "refused" ? verdict : { ...verdict, rights: rightsTo(verdict.actions, rtsp) };
          })
        );
      },
    }),
    ...(rtsp.certificateAuth && {
      certificatesNameUsers: () => firstOf((logins) => logins.certificatesNameUsers()) === true,
    }),
    guard: {
      isLocked: (name, from) => cameras.some(({ logins }) => logins.guard.isLocked(name, from)),
      failed: (name, from) => {
        for (const { logins } of cameras) logins.guard.failed(name, from);
      },
    },
  };
}

/** The access policy knows no single streams. */
function rightsTo(actions: Actions | undefined, { talkAccess }: Pick<RtspConfig, "talkAccess">): StreamRights {
  const which = (isAllowed: boolean | undefined): readonly string[] => (isAllowed ? ["*"] : []);
  const rights = { read: which(actions?.read), publish: which(actions?.publish) };
  return { ...rights, talk: talkAccess === "ACTUATE" ? rights.publish : rights.read };
}

/** What either gives. */
const both = (one: StreamRights | undefined, other: StreamRights): StreamRights => ({
  read: [...(one?.read ?? []), ...other.read],
  talk: [...(one?.talk ?? one?.read ?? []), ...(other.talk ?? other.read)],
  publish: [...(one?.publish ?? []), ...other.publish],
});

/**
 * The kinds of password login that rtsp.cfg offers, in the order that clients take: ffmpeg gives up where MD5 comes first.
 * Hashes that a client has chosen take the place of those.
 */
const loginKindsOf = (
  rtsp: RtspConfig,
  chosen: CameraLogins["digestAlgorithms"],
): Pick<RtspAuthentication, "algorithms" | "basic"> => ({
  algorithms: () => {
    const isOffered = { "SHA-256": rtsp.digestSha256, MD5: rtsp.digestMd5 };
    return (["SHA-256", "MD5"] as const).filter((one) =>
      chosen().length > 0 ? chosen().includes(one) : isOffered[one],
    );
  },
  basic: rtsp.basicAuth,
});
