import type { Entitled } from "#device/access/access";
import type { AccessClass } from "#device/access/access-policy";
import type { Device } from "#device/device";
import type { Route } from "#http/router";
import { plain, type WebAnswer, WebError, type WebHandler, type WebRequest } from "#http/web";
import { messageOf, Refusal } from "#util/errors";
import { MAX_BACKUP_BYTES } from "./backup.js";
import type { Maintenance } from "./maintenance.js";
import { UPLOAD_PATH, type UploadKind } from "./uploads.js";
import type { GuardedHandler, WebLogins } from "./web-logins.js";

/** Longest firmware image, in bytes. */
const MAX_FIRMWARE_BYTES = 32 << 20;
const LIMITS: Readonly<Record<UploadKind, number>> = { backup: MAX_BACKUP_BYTES, firmware: MAX_FIRMWARE_BYTES };

/**
 * Logs, support information, backup, and where files are uploaded (Core §8.3.2, §8.3.5, §8.3.9). All of it is the
 * administrators', as it is by SOAP, or of those whom the access policy puts beside them; everybody's where nobody has to log in.
 */
export function systemRoutes(
  maintenance: Maintenance,
  device: Device,
  logins: WebLogins | undefined,
): readonly Route[] {
  const isAdministrator = (who: Entitled): boolean => {
    const has = (accessClass: AccessClass): boolean => device.access.mayCall(who, accessClass, []);
    return has("READ_SYSTEM_SECRET") && has("UNRECOVERABLE");
  };
  const guarded = (handler: GuardedHandler): WebHandler =>
    logins?.guard(handler, isAdministrator) ?? ((request) => handler(request));
  const download = (path: string, fileName: string, content: () => string | Promise<Uint8Array>): Route => ({
    path,
    methods: ["GET"],
    handler: guarded(async ({ peer }, user) => {
      maintenance.accessed({ peer, user, operation: `GET ${path}` });
      return file(fileName, await content());
    }),
  });
  const { systemLog, accessLog, supportInformation, backup } = maintenance.paths;
  return [
    download(systemLog, "system.log", () => maintenance.log("System") || "nothing yet\n"),
    download(accessLog, "access.log", () => maintenance.log("Access") || "nothing yet\n"),
    download(supportInformation, "support.txt", () => maintenance.supportInformation()),
    download(backup, "backup.xml", () => maintenance.backup()),
    {
      path: `${UPLOAD_PATH}*`,
      methods: ["POST"],
      handler: guarded((request, user) => takeUpload(maintenance, request, user)),
    },
  ];
}

const file = (name: string, body: string | Uint8Array): WebAnswer => ({
  status: 200,
  headers: {
    "Content-Type": typeof body === "string" ? "text/plain; charset=utf-8" : "application/octet-stream",
    "Content-Disposition": `attachment; filename="${name}"`,
    "Cache-Control": "no-store",
  },
  body,
});

/** 415 for a file that is not what was asked for, 500 where the camera is to blame (Core §8.3.5, §8.3.9). */
async function takeUpload(maintenance: Maintenance, request: WebRequest, user?: string): Promise<WebAnswer> {
  const kind = maintenance.uploads.kindOf(request.path);
  if (!kind) throw new WebError(404, "no file is expected here (any more); ask for a new address");
  const access = { peer: request.peer, user, operation: `upload of ${kind}` };
  const data = await request.body(LIMITS[kind]);
  try {
    if (kind === "backup") await maintenance.restore(data);
    else maintenance.upgrade(data);
  } catch (error) {
    maintenance.accessed({ ...access, refused: messageOf(error) });
    if (error instanceof Refusal) throw new WebError(415, messageOf(error));
    throw error;
  }
  maintenance.accessed(access);
  maintenance.uploads.close(kind);
  return plain(200, `taken; the camera restarts and is back in ${Math.ceil(maintenance.downTimeMs / 1000)} seconds`);
}
