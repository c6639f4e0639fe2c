/** What `-l` can list (manual, chapter 3). */
export const LIST_KINDS = ["device", "videodevice", "audiodevice", "window"] as const;
export type ListKind = (typeof LIST_KINDS)[number];

const TITLES: Readonly<Record<ListKind, readonly string[]>> = {
  device: ["Available video capture device :", "Available audio capture device :"],
  videodevice: ["Available video capture device :"],
  audiodevice: ["Available audio capture device :"],
  window: ["Available window name :"],
};

/** The listing of `-l`. This version captures nothing, so nothing is available. */
export const listDevices = (kind: ListKind): string =>
  TITLES[kind].map((title) => `${title}\n\nnone (this version cannot capture)\n`).join("\n");
