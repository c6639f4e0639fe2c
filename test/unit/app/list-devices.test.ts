import { describe, expect, it } from "vitest";
import { LIST_KINDS, listDevices } from "#app/list-devices";

describe("the listing of -l", () => {
  it.each(LIST_KINDS)("says that there is nothing to capture as a %s", (kind) => {
    expect(listDevices(kind)).toMatch(/^Available /);
    expect(listDevices(kind)).toContain("none");
  });

  it("has video and audio devices for device, under the headings of the manual", () => {
    const text = listDevices("device");
    expect(text).toContain("Available video capture device :");
    expect(text).toContain("Available audio capture device :");
    expect(listDevices("window")).toContain("Available window name :");
  });
});
