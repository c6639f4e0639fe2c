import { expect, it } from "vitest";
import { reachedAt } from "#http/reached-at";

const local = { address: "192.0.2.10", port: 8000 };

it.each([
  ["a name", "cam.example", "http://cam.example/"],
  ["a name and a port", "cam.example:81", "http://cam.example:81/"],
  ["our address and port", "192.0.2.10:8000", "http://192.0.2.10:8000/"],
  ["our address without the port", "192.0.2.10", "http://192.0.2.10:8000/"],
  ["another address without a port, as a forwarder on port 80", "198.51.100.1", "http://198.51.100.1/"],
  ["an IPv6 address", "[2001:db8::1]:8000", "http://[2001:db8::1]:8000/"],
  ["nothing", undefined, "http://192.0.2.10:8000/"],
  ["an empty text", "", "http://192.0.2.10:8000/"],
  ["a port out of range", "cam:70000", "http://192.0.2.10:8000/"],
  ["a path", "cam/evil", "http://192.0.2.10:8000/"],
])("follows a Host header of %s", (_, host, expected) => {
  expect(reachedAt("http", host, local).href).toBe(expected);
});

it("writes an IPv6 socket address in brackets", () => {
  expect(reachedAt("https", undefined, { address: "fe80::1%eth0", port: 8443 }).href).toBe("https://[fe80::1]:8443/");
});
