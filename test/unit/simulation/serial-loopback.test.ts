import { describe, expect, it } from "vitest";
import type { SerialExchange } from "#device/io/serial-line";
import { SerialLoopback } from "#simulation/serial-loopback";
import { aDevice, codeOf, withIo } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const looped = () => {
  const clock = new FakeClock();
  const { device } = aDevice(withIo);
  const line = new SerialLoopback(device.io.serialPorts, clock);
  const call = (
    { data, delimiter, ...rest }: Omit<SerialExchange, "data" | "delimiter"> & { data?: string; delimiter?: string },
    signal = new AbortController().signal,
  ): Promise<string> =>
    line
      .exchange(
        undefined,
        { ...rest, data: data && Buffer.from(data), delimiter: delimiter && Buffer.from(delimiter) } as SerialExchange,
        signal,
      )
      .then(text);
  /** What a call answers after exactly that time. */
  const after = async (ms: number, answer: Promise<string>): Promise<string> => {
    let isOver = false;
    void answer.then(() => (isOver = true));
    if (ms > 0) {
      await clock.advance(ms - 1);
      expect(isOver).toBe(false);
      await clock.advance(1);
    } else await clock.settle();
    expect(isOver).toBe(true);
    return answer;
  };
  return { clock, line, call, after };
};

describe("a serial port with its lines joined", () => {
  it("gives back what was sent, to the call itself when it waits", async () => {
    const { call, after } = looped();
    expect(await after(0, call({ data: "hello\rrest", timeoutMs: 5_000, delimiter: "\r" }))).toBe("hello\r");
    expect(await after(0, call({ timeoutMs: 0 }))).toBe("rest");
    expect(await after(0, call({ data: "ok" }))).toBe("ok");
  });

  it("keeps what a call sends that does not wait, for the next one", async () => {
    const { call, after } = looped();
    expect(await after(0, call({ data: "one", timeoutMs: 0 }))).toBe("");
    expect(await after(0, call({ data: "two", timeoutMs: 0 }))).toBe("");
    expect(await after(0, call({ dataLength: 4 }))).toBe("onet");
    expect(await after(0, call({ timeoutMs: 0 }))).toBe("wo");
  });

  it("answers at the end of the time with what there is", async () => {
    const { call, after } = looped();
    expect(await after(61_000, call({ timeoutMs: 61_000 }))).toBe("");
    expect(await after(2_000, call({ data: "abc", timeoutMs: 2_000, dataLength: 9 }))).toBe("abc");
  });

  it.each([undefined, -1_000])("is held for five seconds at most without an end (%s)", async (timeoutMs) => {
    const { call, after } = looped();
    expect(await after(5_000, call({ timeoutMs }))).toBe("");
  });

  it("serves who waits longest first", async () => {
    const { clock, call, after } = looped();
    const first = call({ timeoutMs: 10_000, dataLength: 2 });
    const second = call({ timeoutMs: 10_000, dataLength: 2 });
    await clock.advance(10);
    expect(await after(0, call({ data: "abcd", timeoutMs: 0 }))).toBe("");
    expect(await Promise.all([first, second])).toEqual(["ab", "cd"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("gives nothing to one who has gone, and all to the next", async () => {
    const { call, after } = looped();
    const gone = new AbortController();
    const first = call({ timeoutMs: 10_000, dataLength: 1 }, gone.signal);
    gone.abort();
    expect(await first).toBe("");
    expect(await after(0, call({ data: "a", timeoutMs: 10_000, dataLength: 1 }))).toBe("a");
  });

  it("refuses the seventeenth that waits", () => {
    const { call, line, clock } = looped();
    for (let count = 0; count < 16; count++) void call({ timeoutMs: 10_000 });
    const another = (): unknown => line.exchange("serial_port_1", { timeoutMs: 1 }, new AbortController().signal);
    expect(codeOf(another)).toBe("serial-port-busy");
    expect(clock.pendingTimers).toBe(16);
  });

  it("ends what waits when it is closed", async () => {
    const { call, line, clock } = looped();
    const waiting = call({ timeoutMs: 10_000 });
    await line.close();
    expect([await waiting, clock.pendingTimers]).toEqual(["", 0]);
  });
});
