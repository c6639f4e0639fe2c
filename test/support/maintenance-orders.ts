import type { CameraMaintenance } from "#onvif/call";

/** Takes the orders that concern the camera as a whole, and does nothing about them. */
export class MaintenanceOrders implements CameraMaintenance {
  readonly downTimeMs = 6_000;
  /** What was ordered, in order. */
  readonly orders: string[] = [];

  reboot(): void {
    this.orders.push("reboot");
  }

  factoryDefault(kind: "Hard" | "Soft"): void {
    this.orders.push(`factory default ${kind}`);
  }
}
