import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import type { Files } from "#host/files";
import { CodedError, messageOf } from "#util/errors";
import { checkOnvif, checkPorts, checkRtsp, type Complain } from "./checks.js";
import { completeOnvif, completeRtsp } from "./complete.js";
import { formatIssue, hasErrors, inFileOrder, type Issue } from "./issues.js";
import { type OnvifConfig, onvifCfg } from "./onvif-cfg.js";
import { type CfgFile, locate, readCfg, type TagPath } from "./read.js";
import { type RtspConfig, rtspCfg } from "./rtsp-cfg.js";
import { type RunConfig, runCfg } from "./run-cfg.js";
import { defaultsOf, type Member, type Severity } from "./schema.js";
import { MAX_CFG_BYTES } from "./xml-file.js";

export const ONVIF_CFG = "onvif.cfg";
export const RTSP_CFG = "rtsp.cfg";
export const RUN_CFG = "onvifrun.cfg";

export interface LoadOptions {
  /** Where a relative `<media_folder>` is looked for if it is not beside the cfg files. */
  readonly programFolder?: string;
  /** Leaves `onvifrun.cfg` out of account (`--defaults`). */
  readonly ignoreRunFile?: boolean;
}

/** What the cfg files of a folder say. With an error among the issues nothing may be started. */
export interface Loaded {
  readonly onvif: OnvifConfig;
  readonly rtsp: RtspConfig;
  /** The kept state; undefined when there is none, or none that can be read. */
  readonly run: RunConfig | undefined;
  /** SHA-256 of `onvif.cfg`, for `<base_digest>` of a run file that is made from it. */
  readonly onvifDigest: string;
  /** `<media_folder>`, found. */
  readonly mediaFolder: string;
  readonly issues: readonly Issue[];
}

/** Reads both cfg files and the run file of `folder`; collects all problems. Changes nothing on the disk. */
export async function loadConfig(files: Files, folder: string, options: LoadOptions = {}): Promise<Loaded> {
  const onvif = await readFile(files, folder, ONVIF_CFG, onvifCfg);
  const rtsp = await readFile(files, folder, RTSP_CFG, rtspCfg);
  checkOnvif(onvif.value, complainIn(onvif));
  checkRtsp(rtsp.value, complainIn(rtsp));
  const run = options.ignoreRunFile ? undefined : await readRunFile(files, join(folder, RUN_CFG));
  const kept = run?.value && { ...run, value: run.value };
  const inForce = kept ?? onvif;
  const names = { onvif: kept ? RUN_CFG : ONVIF_CFG, rtsp: RTSP_CFG };
  checkPorts(inForce.value, rtsp.value, names, (file, path, message) =>
    complainIn(file === "onvif" ? inForce : rtsp)("error", path, message),
  );
  const edited = kept && editedSince(kept.value, onvif);
  const mediaFolder = await findMediaFolder(files, folder, rtsp, options.programFolder);
  const certified = <T extends Certified>(source: Named<T>, value: T): Promise<T> =>
    withoutMissingCertificate(files, folder, source, value);
  return {
    onvif: await certified(onvif, completeOnvif(onvif.value)),
    rtsp: await certified(rtsp, completeRtsp(rtsp.value)),
    run: kept && (await certified(kept, kept.value)),
    onvifDigest: onvif.digest,
    mediaFolder,
    issues: [
      ...inFileOrder([...onvif.issues, ...(edited ? [edited] : [])]),
      ...inFileOrder(rtsp.issues),
      ...inFileOrder(run?.issues ?? []),
    ],
  };
}

interface Named<T> extends CfgFile<T> {
  readonly file: string;
}

interface Source<T> extends Named<T> {
  readonly digest: string;
}

/** A cfg file that has to be there. */
async function readFile<T>(files: Files, folder: string, name: string, schema: Member<T>): Promise<Source<T>> {
  const file = join(folder, name);
  try {
    const bytes = await readBounded(files, file);
    return { file, digest: digestOf(bytes), ...readCfg(file, bytes, schema) };
  } catch (error) {
    const message =
      codeOf(error) === "ENOENT"
        ? "there is no such file; ready samples are in the folder config/ of the program, -c names another folder"
        : messageOf(error);
    const issue: Issue = { severity: "error", file, line: 0, column: 0, tag: "", message };
    return { file, digest: "", value: defaultsOf(schema), root: undefined, issues: [issue] };
  }
}

/** A run file that was read: no value when it is damaged. */
export interface RunFile {
  readonly file: string;
  readonly value: RunConfig | undefined;
  readonly root: CfgFile<RunConfig>["root"];
  readonly issues: Issue[];
}

/** Reads a run file; undefined when there is none. Its problems are warnings, since it never keeps the camera from starting. */
export async function readRunFile(files: Files, file: string): Promise<RunFile | undefined> {
  const warning = (message: string, line = 0, column = 0): Issue => ({
    severity: "warning",
    file,
    line,
    column,
    tag: "",
    message,
  });
  try {
    const { value, root, issues } = readCfg(file, await readBounded(files, file), runCfg);
    if (!hasErrors(issues)) return { file, value: completeOnvif(value), root, issues };
    const first = issues.find(({ severity }) => severity === "error");
    const message = `is damaged and set aside at the start; onvif.cfg counts (${first ? formatIssue(first) : ""})`;
    return { file, value: undefined, root: undefined, issues: [warning(message, first?.line, first?.column)] };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    return { file, value: undefined, root: undefined, issues: [warning(`cannot be read: ${messageOf(error)}`)] };
  }
}

/** The configuration in the text of a run file; undefined when anything is wrong with it. */
export function runConfigIn(text: string): RunConfig | undefined {
  const { value, issues } = readCfg(RUN_CFG, Buffer.from(text), runCfg);
  return hasErrors(issues) ? undefined : completeOnvif(value);
}

/** Tells which file wins when `onvif.cfg` was edited after the run file was begun. */
function editedSince(run: RunConfig, onvif: Source<OnvifConfig>): Issue | undefined {
  if (onvif.digest === "" || run.runtime.baseDigest === onvif.digest) return undefined;
  const message =
    `has been edited since ${RUN_CFG} was made from it, and ${RUN_CFG} wins. ` +
    `To take up the edited file, start with --defaults or delete ${RUN_CFG}; what clients have changed is then lost`;
  return { severity: "warning", file: onvif.file, line: 0, column: 0, tag: "", message };
}

interface Certified {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * The certificate files that the product of the manual came with (ssl.ca, ssl.key) need not be there: then a self-signed
 * certificate takes their place. Any other file that is named has to be there.
 */
async function withoutMissingCertificate<T extends Certified>(
  files: Files,
  folder: string,
  source: Named<T>,
  config: T,
): Promise<T> {
  if (config.certFile === "" || config.keyFile === "") return config;
  const names = [
    ["cert_file", config.certFile],
    ["key_file", config.keyFile],
  ] as const;
  const missing: (readonly [tag: string, name: string])[] = [];
  for (const named of names) if (!(await isFile(files, resolved(folder, named[1])))) missing.push(named);
  if (missing.length === 0) return config;
  const isShippedPair = /(^|[\\/])ssl\.ca$/.test(config.certFile) && /(^|[\\/])ssl\.key$/.test(config.keyFile);
  for (const [tag, name] of missing)
    complainIn(source)(
      isShippedPair ? "warning" : "error",
      [tag],
      `there is no file ${resolved(folder, name)}${isShippedPair ? "; a self-signed certificate is used" : ""}`,
    );
  return Object.freeze({ ...config, certFile: "", keyFile: "" });
}

async function findMediaFolder(
  files: Files,
  folder: string,
  source: Source<RtspConfig>,
  programFolder: string | undefined,
): Promise<string> {
  const named = source.value.mediaFolder;
  const places = [resolved(folder, named), ...(programFolder === undefined ? [] : [resolved(programFolder, named)])];
  for (const place of places) if (await isDirectory(files, place)) return place;
  complainIn(source)("warning", ["media_folder"], `there is no folder ${places.join(" or ")}: no file can be played`);
  return places[0] ?? named;
}

const resolved = (folder: string, name: string): string => (isAbsolute(name) ? name : join(folder, name));

/** Adds issues to those of a file, at the tag that a path leads to. */
const complainIn =
  ({ file, root, issues }: { file: string; root: CfgFile<unknown>["root"]; issues: Issue[] }): Complain =>
  (severity: Severity, path: TagPath, message: string) => {
    const node = locate(root, path);
    const tag = path.findLast((step) => typeof step === "string") ?? "";
    if (root) issues.push({ severity, file, line: node?.line ?? 0, column: node?.column ?? 0, tag, message });
  };

async function readBounded(files: Files, file: string): Promise<Buffer> {
  const { size, isFile } = await files.info(file);
  if (!isFile) throw new CodedError("cfg-not-a-file", "is not a file");
  if (size > MAX_CFG_BYTES) throw new CodedError("cfg-too-large", `is larger than ${MAX_CFG_BYTES} bytes`);
  return files.read(file);
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : "");

const isFile = (files: Files, path: string): Promise<boolean> =>
  files.info(path).then(
    (info) => info.isFile,
    () => false,
  );

const isDirectory = (files: Files, path: string): Promise<boolean> =>
  files.info(path).then(
    (info) => info.isDirectory,
    () => false,
  );
