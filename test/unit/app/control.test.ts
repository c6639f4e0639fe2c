import { describe, expect, it } from "vitest";
import { command, type EventOrder, openControl } from "#app/control";
import { EXIT_NOT_RUNNING, EXIT_USAGE } from "#app/exit";
import { CodedError } from "#util/errors";
import { fakeHost } from "../../support/fake-host.js";

const PATH = "/cam/onvifrtspserver.sock";
const order: EventOrder = { topic: "VideoSource/MotionAlarm", items: [["State", "true\n=ü"]] };

const whatComesBack = async (text: string): Promise<string> => {
  const host = fakeHost();
  const control = await openControl(host, PATH, () => "done");
  const connection = await host.local.connect(PATH);
  let said = "";
  connection.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  connection.write(text);
  await host.clock.advance(6_000);
  await control.close();
  return connection.destroyed || connection.readableEnded ? said : "open";
};

describe("orders to the program that runs", () => {
  it("are carried out, and what it says comes back", async () => {
    const host = fakeHost();
    const obeyed: EventOrder[] = [];
    const control = await openControl(host, PATH, (one) => {
      obeyed.push(one);
      return "two\nlines";
    });
    expect(await command(host.local, host.clock, PATH, order)).toBe("two\nlines");
    expect(await command(host.local, host.clock, PATH, { items: [] })).toBe("two\nlines");
    expect(obeyed).toEqual([order, { items: [] }]);
    await control.close();
  });

  it("are refused with the reason", async () => {
    const host = fakeHost();
    const control = await openControl(host, PATH, () => {
      throw new CodedError("event-topic", "there is no such topic");
    });
    await expect(command(host.local, host.clock, PATH, order)).rejects.toMatchObject({
      status: EXIT_USAGE,
      message: "there is no such topic",
    });
    await control.close();
  });

  it("find nobody where nothing runs", async () => {
    const host = fakeHost();
    await expect(command(host.local, host.clock, PATH, order)).rejects.toMatchObject({ status: EXIT_NOT_RUNNING });
  });

  it("take the place of a socket that was left over", async () => {
    const host = fakeHost();
    host.files.set(PATH, "");
    const control = await openControl(host, PATH, () => "done");
    expect(host.files.text(PATH)).toBeUndefined();
    await control.close();
  });

  it.each([
    ["no JSON", "hello\n", /^\{"refused":/],
    ["another thing", "[1,2]\n", /not understood/],
    ["items that are none", '{"items":[["a",1]]}\n', /not understood/],
    ["a topic that is none", '{"topic":7,"items":[]}\n', /not understood/],
    ["no end of the line", "x".repeat(10), /^$/],
    ["a line without end", "x".repeat(2_000_000), /^$/],
  ])("that are wrong do no harm: %s", async (_, text, answer) => {
    expect(await whatComesBack(text)).toMatch(answer);
  });
});
