import { describe, expect, it } from "vitest";
import { literalAddress, mayCallBack } from "#http/callback-address";

describe("an address that a client names", () => {
  it.each<[address: string, subscriber: string, may: boolean]>([
    ["192.0.2.99", "192.0.2.99", true],
    ["192.0.2.50", "192.0.2.99", true],
    ["198.51.100.1", "192.0.2.99", true],
    ["2001:db8::5", "192.0.2.99", true],
    ["127.0.0.1", "192.0.2.99", false],
    ["127.9.9.9", "192.0.2.99", false],
    ["::1", "2001:db8::5", false],
    ["::ffff:127.0.0.1", "192.0.2.99", false],
    ["::ffff:7f00:1", "192.0.2.99", false],
    ["0:0:0:0:0:0:0:1", "192.0.2.99", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "::1", true],
    ["::1", "127.0.0.1", true],
    ["169.254.169.254", "192.0.2.99", false],
    ["169.254.169.254", "127.0.0.1", false],
    ["::ffff:169.254.169.254", "192.0.2.99", false],
    ["fe80::1", "2001:db8::5", false],
    ["fe80::1%eth0", "2001:db8::5", false],
    ["febf::1", "2001:db8::5", false],
    ["169.254.7.7", "169.254.7.7", true],
    ["fe80::1%eth0", "fe80::1", true],
    ["0.0.0.0", "192.0.2.99", false],
    ["::", "192.0.2.99", false],
    ["239.1.2.3", "192.0.2.99", false],
    ["255.255.255.255", "192.0.2.99", false],
    ["ff02::1", "192.0.2.99", false],
    ["consumer.example", "192.0.2.99", false],
    ["", "", false],
  ])("may be called: %s by %s, %s", (address, subscriber, may) => {
    expect(mayCallBack(address, subscriber)).toBe(may);
  });

  it.each([
    ["http://192.0.2.99:81/x", "192.0.2.99"],
    ["http://[2001:db8::5]:81/x", "2001:db8::5"],
    ["http://0x7f.1/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://consumer.example/", undefined],
    ["http://localhost/", undefined],
  ])("is literal or a name: %s", (url, literal) => {
    expect(literalAddress(new URL(url))).toBe(literal);
  });
});
