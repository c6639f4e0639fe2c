import { MAXIMUM_LOCATIONS } from "#device/geo-location";
import { MAXIMUM_STORAGE } from "#device/storage";
import { type BadInput, incomplete, row } from "./row.js";

const VALUE = "Sender InvalidArgVal";

const location = (attributes: string, inner = ""): string => `<tds:Location ${attributes}>${inner}</tds:Location>`;
const at = (lon: string, lat: string): string =>
  location('Entity="Device"', `<tt:GeoLocation lon="${lon}" lat="${lat}"/>`);
const setLocation = (content: string) => [{ operation: "SetGeoLocation", content }];

const data = (inner: string, type = "NFS"): string =>
  `<tds:StorageConfiguration type="${type}">${inner}</tds:StorageConfiguration>`;
const nfs = data("<tds:StorageUri>nfs://192.0.2.5/clips</tds:StorageUri>");
const change = (token: string, inner: string, type = "NFS"): string =>
  `<tds:StorageConfiguration token="${token}"><tds:Data type="${type}">${inner}</tds:Data></tds:StorageConfiguration>`;
const create = { operation: "CreateStorageConfiguration", content: nfs };
const token = (text: string): string => `<tds:Token>${text}</tds:Token>`;
const command = (text: string): string => `<tds:AuxiliaryCommand>${text}</tds:AuxiliaryCommand>`;

const wrongStorage: readonly (readonly [what: string, inner: string, type?: string])[] = [
  ["a kind that is none", "<tds:StorageUri>nfs://192.0.2.5/clips</tds:StorageUri>", "Tape"],
  ["neither path nor URI", ""],
  ["a URI that is none", "<tds:StorageUri>somewhere</tds:StorageUri>"],
  ["a login in the URI", "<tds:StorageUri>ftp://olga:secret@192.0.2.5/</tds:StorageUri>"],
  ["a long path", `<tds:LocalPath>/${"a".repeat(2_000)}</tds:LocalPath>`],
  [
    "renewal of credentials",
    "<tds:LocalPath>/mnt</tds:LocalPath><tds:ConfigurationRenewal><tds:RenewalEndpoint>https://192.0.2.5/</tds:RenewalEndpoint><tds:AuthorizationServer>a</tds:AuthorizationServer></tds:ConfigurationRenewal>",
  ],
];

const included = '<xop:Include href="cid:elsewhere"/>';
const backupFile = `<tds:BackupFiles><tt:Name>b</tt:Name><tt:Data>${included}</tt:Data></tds:BackupFiles>`;

/** System, auxiliary commands, places and storage (Core §8.3, §8.7, §8.8). */
export const deviceSystemRows: readonly BadInput[] = [
  ...incomplete("SetSystemFactoryDefault"),
  row("SetSystemFactoryDefault", "a kind that is none", "<tds:FactoryDefault>Firm</tds:FactoryDefault>", VALUE),

  ...incomplete("GetSystemLog"),
  row("GetSystemLog", "a log that is none", "<tds:LogType>Diary</tds:LogType>", VALUE),
  row("GetSystemLog", "nothing logged", "<tds:LogType>System</tds:LogType>", "Sender InvalidArgs SystemlogUnavailable"),
  row(
    "GetSystemLog",
    "nobody having called",
    "<tds:LogType>Access</tds:LogType>",
    "Sender InvalidArgs AccesslogUnavailable",
  ),
  ...incomplete("RestoreSystem"),
  row("RestoreSystem", "a part that has not come", backupFile, `${VALUE} InvalidBackupFile`),
  row("RestoreSystem", "two files", backupFile + backupFile, `${VALUE} InvalidBackupFile`),
  ...incomplete("UpgradeSystemFirmware"),
  row(
    "UpgradeSystemFirmware",
    "a part that has not come",
    `<tds:Firmware>${included}</tds:Firmware>`,
    "Sender InvalidArgs InvalidFirmware",
  ),
  ...incomplete("UpgradeFirmware"),
  row("UpgradeFirmware", "no version in it", "<tds:Version/>", VALUE),

  ...incomplete("SendAuxiliaryCommand"),
  row("SendAuxiliaryCommand", "a command that is none", command("tt:Horn|On"), `${VALUE} AuxiliaryDataNotSupported`),
  row("SendAuxiliaryCommand", "another spelling", command("tt:wiper|on"), `${VALUE} AuxiliaryDataNotSupported`),
  row("SendAuxiliaryCommand", "the name of a member", command("toString"), `${VALUE} AuxiliaryDataNotSupported`),
  row("SendAuxiliaryCommand", "a long command", command("a".repeat(129)), VALUE),

  ...incomplete("SetGeoLocation"),
  row("SetGeoLocation", "a longitude beyond the globe", at("180.1", "0"), VALUE),
  row("SetGeoLocation", "a latitude beyond the pole", at("0", "-90.5"), VALUE),
  row("SetGeoLocation", "a latitude that is no number", at("0", "NaN"), VALUE),
  row("SetGeoLocation", "a longitude that is a word", at("east", "0"), VALUE),
  row("SetGeoLocation", "an endless height", location("", '<tt:GeoLocation elevation="INF"/>'), VALUE),
  row("SetGeoLocation", "a long entity", location(`Entity="${"a".repeat(1_025)}"`), VALUE),
  row("SetGeoLocation", "a place found by itself", location('Entity="Device" AutoGeo="true"'), `${VALUE} NoAutoGeo`),
  row("SetGeoLocation", "a good place and a bad one", at("1", "1") + at("0", "91"), VALUE),
  row(
    "SetGeoLocation",
    "one place too many",
    Array.from({ length: MAXIMUM_LOCATIONS + 1 }, (_, n) => location(`Entity="VideoSource" Token="${n}"`)).join(""),
    "Receiver Action TooManyEntries",
  ),
  ...incomplete("DeleteGeoLocation"),
  row("DeleteGeoLocation", "a place that is not kept", location('Entity="Device"'), `${VALUE} NoConfig`),
  row(
    "DeleteGeoLocation",
    "a fixed place",
    location('Entity="Device"'),
    `${VALUE} Fixed`,
    setLocation(location('Entity="Device" Fixed="true"')),
  ),
  row(
    "DeleteGeoLocation",
    "a kept place and one that is not",
    location('Entity="Device"') + location('Entity="VideoSource"'),
    `${VALUE} NoConfig`,
    setLocation(at("1", "2")),
  ),

  ...incomplete("CreateStorageConfiguration"),
  ...wrongStorage.map(([what, inner, type]) => row("CreateStorageConfiguration", what, data(inner, type), VALUE)),
  row(
    "CreateStorageConfiguration",
    "no room left",
    nfs,
    "Receiver OperationProhibited MaxStorageConfigurations",
    Array.from({ length: MAXIMUM_STORAGE }, () => create),
  ),
  ...["GetStorageConfiguration", "DeleteStorageConfiguration"].flatMap((operation) => [
    ...incomplete(operation),
    row(operation, "an unknown token", token("storage_1"), `${VALUE} NoConfig`),
    row(operation, "a long token", token("a".repeat(65)), VALUE),
  ]),
  ...incomplete("SetStorageConfiguration"),
  row(
    "SetStorageConfiguration",
    "an unknown token",
    change("storage_9", "<tds:LocalPath>/mnt</tds:LocalPath>"),
    `${VALUE} NoConfig`,
    [create],
  ),
  ...wrongStorage.map(([what, inner, type]) =>
    row("SetStorageConfiguration", what, change("storage_1", inner, type), `${VALUE} ConfigModify`, [create]),
  ),
];
