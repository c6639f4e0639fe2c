import { expect, it } from "vitest";
import { watchInterfaces } from "#fleet/interfaces";
import { fakeHost } from "../../support/fake-host.js";

it("tells that the host's addresses have changed, and nothing while the host cannot tell them", async () => {
  const { net, clock } = fakeHost();
  const [first] = net.interfaces();
  if (!first) throw new Error("no interface");
  let shown = [first];
  let fails = false;
  const interfaces = () => {
    if (fails) throw new Error("EMFILE");
    return shown;
  };
  let changes = 0;
  const watch = watchInterfaces(
    Object.assign(Object.create(net) as typeof net, { interfaces }),
    clock,
    () => changes++,
  );
  fails = true;
  await clock.advance(60_000);
  expect(changes).toBe(0);
  fails = false;
  await clock.advance(5_000);
  expect(changes).toBe(0);
  shown = [first, { ...first, address: "192.0.2.11" }];
  await clock.advance(5_000);
  expect(changes).toBe(1);
  await watch.close();
  expect(clock.pendingTimers).toBe(0);
});
