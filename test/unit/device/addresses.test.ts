import { describe, expect, it } from "vitest";
import { isDnsName, isIpv4, isIpv6, isMulticast } from "#device/addresses";

describe("addresses", () => {
  it.each([
    ["0.0.0.0", true],
    ["255.255.255.255", true],
    ["192.0.2.1", true],
    ["10.1.1", false],
    ["10.1.1.1.1", false],
    ["256.1.1.1", false],
    ["01.1.1.1", false],
    ["1.1.1.1 ", false],
    ["1.1.1.-1", false],
    ["", false],
  ])("%s as IPv4: %s", (text, is) => expect(isIpv4(text)).toBe(is));

  it.each([
    ["::", true],
    ["::1", true],
    ["1::", true],
    ["2001:db8::8:800:200c:417a", true],
    ["2001:0db8:0000:0000:0008:0800:200C:417A", true],
    ["::ffff:192.0.2.1", true],
    ["64:ff9b::192.0.2.33", true],
    ["1:2:3:4:5:6:192.0.2.1", true],
    ["1:2:3:4:5:6:7::", true],
    ["1:2:3:4:5:6:7:8::", false],
    ["1:2:3:4:5:6:7", false],
    ["1:2:3:4:5:6:7:8:9", false],
    ["1::2::3", false],
    [":::", false],
    [":1", false],
    ["12345::", false],
    ["g::", false],
    ["192.0.2.1::", false],
    ["fe80::1%eth0", false],
    ["", false],
  ])("%s as IPv6: %s", (text, is) => expect(isIpv6(text)).toBe(is));

  it.each([
    ["camera", true],
    ["Onvif-Test0-oNvif-Onv12", true],
    ["3com.example", true],
    ["Onvif_test1", false],
    ["-camera", false],
    ["camera-", false],
    ["a..b", false],
    ["a.", false],
    ["a".repeat(64), false],
    [`${"a.".repeat(126)}aa`, false],
    ["", false],
  ])("%s as DNS name: %s", (text, is) => expect(isDnsName(text)).toBe(is));

  it.each([
    ["ipv4", "224.0.0.1", true],
    ["ipv4", "239.255.255.255", true],
    ["ipv4", "240.0.0.1", false],
    ["ipv4", "192.0.2.1", false],
    ["ipv4", "ff02::1", false],
    ["ipv6", "ff02::1", true],
    ["ipv6", "fe80::1", false],
    ["ipv6", "224.0.0.1", false],
  ] as const)("%s %s as group: %s", (family, address, is) => expect(isMulticast({ family, address })).toBe(is));
});
