import type { PathLease, Paths } from "#media/path";
import type { StreamDirectory, StreamLease, StreamRequest, StreamRules } from "#rtsp/server/directory";
import type { TransportStreams } from "#sources/transport-streams";
import { Refusal } from "#util/errors";

export interface StreamParts {
  readonly paths: Paths;
  readonly transportStreams: TransportStreams;
  /** What is offered of a stream to who asks for it so. */
  readonly offered: (request: StreamRequest, lease: PathLease) => StreamLease;
  readonly rules: (name: string) => StreamRules | undefined;
  /** Where clients of a stream talk to, where that is not the camera's speaker. */
  readonly backChannel: (name: string) => Promise<StreamLease["backChannel"]>;
}

/** Parameter of a URL that asks for the stream as an MPEG transport stream. */
const PARAMETER = "mpegts";

/** Where streams come from: as they are, or as transport streams where `?mpegts` stands behind the address. */
export function streamDirectory(parts: StreamParts): Required<Pick<StreamDirectory, "open" | "transportStream">> {
  const { paths, transportStreams, offered, rules, backChannel } = parts;
  const transportStream = async ({ name }: StreamRequest): Promise<StreamLease | undefined> => {
    const lease = await transportStreams.open(name);
    const { transports, ...others } = rules(name) ?? {};
    const { udp = true, tcp = true } = transports ?? {};
    // The groups of the stream are for its tracks.
    return lease && { ...lease, rules: { ...others, transports: { udp, tcp } } };
  };
  return {
    transportStream,
    open: async (asked) => {
      const { name, parameters } = asked;
      if ((parameters.get(PARAMETER) ?? "0") !== "0") {
        const lease = await transportStream(asked);
        if (lease) return lease;
        throw new Refusal("path-not-found", `nothing of ${name} can be had in a transport stream`, { path: name });
      }
      const [opened, own] = await Promise.all([paths.open(name), backChannel(name)]);
      const lease = offered(asked, opened);
      const rule = rules(lease.path.name);
      return { ...lease, ...(rule && { rules: rule }), ...(own && { backChannel: own }) };
    },
  };
}
