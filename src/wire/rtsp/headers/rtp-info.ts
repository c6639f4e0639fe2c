/** One track in an RTP-Info header (RFC 2326 §12.33): where its packets start. */
export interface RtpInfo {
  readonly url: string;
  /** 0…65535. */
  readonly sequence?: number | undefined;
  /** 0…2^32−1. */
  readonly rtpTime?: number | undefined;
}

export const formatRtpInfo = (entries: readonly RtpInfo[]): string =>
  entries
    .map(({ url, sequence, rtpTime }) => {
      const seq = sequence === undefined ? "" : `;seq=${sequence}`;
      return `url=${url}${seq}${rtpTime === undefined ? "" : `;rtptime=${rtpTime}`}`;
    })
    .join(",");

/** What can be read of the header; entries without a URL and fields that make no sense are left out. */
export function parseRtpInfo(value: string): RtpInfo[] {
  // A URL may hold commas and semicolons, so an entry starts only at `url=`.
  return value.split(/(?:^|,)\s*url\s*=\s*/i).flatMap((text) => {
    const entry = text.trim();
    if (entry === "") return [];
    const fields = /((?:;\s*(?:seq|rtptime|ssrc)\s*=\s*[0-9a-f]*\s*)*),?$/i.exec(entry)?.[1] ?? "";
    const url = entry.slice(0, entry.length - fields.length).replace(/,$/, "");
    const number = (name: string, limit: number): number | undefined => {
      const digits = new RegExp(`;\\s*${name}\\s*=\\s*(\\d{1,10})`, "i").exec(fields)?.[1];
      return digits !== undefined && Number(digits) < limit ? Number(digits) : undefined;
    };
    return [{ url, sequence: number("seq", 2 ** 16), rtpTime: number("rtptime", 2 ** 32) }];
  });
}
