import { describe, expect, it } from "vitest";
import type { AskedSettings } from "#device/interface-settings";
import { aDeviceSetup } from "../../support/a-device.js";
import {
  contentFilter,
  createPullPoint,
  eventProperties,
  messageIn,
  pulled,
  topicFilter,
  topicsIn,
} from "../../support/event-client.js";
import { aCamera, type TestCamera } from "../../support/soap.js";

const TOPIC = "tns1:Monitoring/LinkStatus";
const LINK = { autoNegotiation: true, speed: 1000, duplex: "Full" } as const;

/** A camera with two interfaces. */
function cameraWithTwo(): TestCamera {
  const { network } = aDeviceSetup();
  const [eth0] = network.interfaces;
  if (!eth0) throw new Error("the camera has no interface");
  const eth1 = { ...eth0, token: "eth1", name: "eth1" };
  return aCamera({ setup: { network: { ...network, interfaces: [eth0, eth1] } } });
}

const set = ({ device }: TestCamera, settings: AskedSettings): void => void device.network.setInterface(settings);

/** What a pull brings: `eth1 Changed true 100 Half`. */
async function told(camera: TestCamera, address: string): Promise<readonly string[]> {
  const { NotificationMessage = [] } = await pulled(camera, address, { timeoutMs: 0 });
  return NotificationMessage.map((one) => {
    const message = messageIn(one);
    const items = message.child("Data")?.children ?? [];
    const members = items.flatMap((item) => item.child("NetworkInterfaceConnectionSetting")?.children ?? []);
    const token = message.child("Source")?.child("SimpleItem")?.attribute("Value");
    return [token, message.attribute("PropertyOperation"), ...members.map(({ text }) => text)].join(" ");
  });
}

describe("the status of links", () => {
  it("is described as an element", async () => {
    const description = topicsIn((await eventProperties(cameraWithTwo())).TopicSet.Any).get(TOPIC);
    expect(description?.attribute("IsProperty")).toBe("true");
    expect(description?.child("Source")?.child("SimpleItemDescription")?.attribute("Name")).toBe("Token");
    const data = description?.child("Data")?.child("ElementItemDescription");
    expect([data?.attribute("Name"), data?.attribute("Type")]).toEqual([
      "Link",
      "tt:NetworkInterfaceConnectionSetting",
    ]);
  });

  it("is told from when a client has set it, as long as the interface is enabled", async () => {
    const camera = cameraWithTwo();
    const address = await createPullPoint(camera, topicFilter(TOPIC));
    set(camera, { token: "eth1", mtu: 1400 });
    expect(await told(camera, address)).toEqual([]);
    set(camera, { token: "eth1", link: LINK });
    set(camera, { token: "eth0", link: LINK });
    expect(await told(camera, address)).toEqual(["eth1 Initialized true 1000 Full", "eth0 Initialized true 1000 Full"]);
    set(camera, { token: "eth1", mtu: 1300 });
    set(camera, { token: "eth1", link: { autoNegotiation: false, speed: 100, duplex: "Half" } });
    expect(await told(camera, address)).toEqual(["eth1 Changed false 100 Half"]);
    set(camera, { token: "eth1", enabled: false });
    expect(await told(camera, address)).toEqual(["eth1 Deleted"]);
    const later = await createPullPoint(camera, topicFilter(TOPIC));
    expect(await told(camera, later)).toEqual(["eth0 Initialized true 1000 Full"]);
    set(camera, { token: "eth1", enabled: true });
    expect(await told(camera, address)).toEqual(["eth1 Initialized false 100 Half"]);
  });

  it("passes filters that name its element", async () => {
    const camera = cameraWithTwo();
    const address = await createPullPoint(camera, contentFilter('boolean(//tt:ElementItem[@Name="Link"])'));
    set(camera, { token: "eth0", link: LINK });
    expect(await told(camera, address)).toEqual(["eth0 Initialized true 1000 Full"]);
  });
});
