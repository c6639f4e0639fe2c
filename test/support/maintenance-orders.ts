import { refusal } from "#device/refusal";
import type { CameraMaintenance } from "#onvif/call";

/** Takes the orders that concern the camera as a whole, and does nothing about them. */
export class MaintenanceOrders implements CameraMaintenance {
  readonly downTimeMs = 6_000;
  readonly paths = { systemLog: "/s", accessLog: "/a", supportInformation: "/i", backup: "/b" };
  /** What was ordered, in order. */
  readonly orders: string[] = [];
  /** What the logs hold. */
  readonly logs = { System: "", Access: "" };

  reboot(): void {
    this.orders.push("reboot");
  }

  factoryDefault(kind: "Hard" | "Soft"): void {
    this.orders.push(`factory default ${kind}`);
  }

  log(kind: "System" | "Access"): string {
    return this.logs[kind];
  }

  supportInformation(): string {
    return "all is well";
  }

  backup(): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from("a backup\r\n--of many bytes"));
  }

  restore(backup: Uint8Array): Promise<void> {
    if (Buffer.from(backup).toString() !== "a backup\r\n--of many bytes")
      return Promise.reject(refusal("invalid-backup-file", "not this one"));
    this.orders.push("restore");
    return Promise.resolve();
  }

  upgrade(image: Uint8Array): void {
    const version = Buffer.from(image).toString();
    if (version === "") throw refusal("invalid-firmware", "nothing in it");
    this.orders.push(`upgrade ${version}`);
  }

  upgradeTo(version: string): void {
    if (version === "") throw refusal("invalid-argument", "no version");
    this.orders.push(`upgrade to ${version}`);
  }

  openUpload(kind: "backup" | "firmware"): string {
    return `/upload/${kind}`;
  }
}
