import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { nodeHost } from "#host/node";
import { messageOf } from "#util/errors";
import { daemonStatus, lastLogLines, startDaemon, stopDaemon } from "./daemon.js";
import { listDevices, type ListKind, LIST_KINDS } from "./list-devices.js";
import { configFolder, programVersion } from "./paths.js";
import { Exit, EXIT_CONFIG, issuesText, loadOrExit, run } from "./run.js";

interface Options {
  readonly config?: string;
  readonly list?: ListKind;
  readonly defaults?: boolean;
  readonly asDaemon?: boolean;
}

/** The command line. Returns the exit status; the program lives on while it serves. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await commands().parseAsync([...argv], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    if (error instanceof Exit) return failed(error.message, error.status);
    return failed(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, 1);
  }
}

function failed(message: string, status: number): number {
  process.stderr.write(`onvifrtspserver: ${message}\n`);
  // A daemon's starter waits for this.
  process.send?.({ failed: message, status });
  process.exitCode = status;
  return status;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function commands(): Command {
  const program = new Command("onvifrtspserver")
    .description("A virtual ONVIF camera with its RTSP server. Without a command it runs in the foreground.")
    .version(programVersion())
    .option(
      "-c, --config <DIR>",
      "folder of onvif.cfg and rtsp.cfg (default: this folder if it has them, else the program's)",
    )
    .addOption(new Option("-l, --list <KIND>", "list what can be captured").choices(LIST_KINDS))
    .option("--defaults", "start from onvif.cfg and leave onvifrun.cfg out of account")
    .addOption(new Option("--as-daemon").hideHelp())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const options = (): Options => program.opts<Options>();
  const folder = (): string => configFolder(options().config);

  program.action(async () => {
    const { list, defaults = false, asDaemon = false } = options();
    if (list !== undefined) return print(listDevices(list));
    await serve({ folder: folder(), defaults, toFile: asDaemon });
  });
  program
    .command("check")
    .description(`check the cfg files and exit (status ${EXIT_CONFIG} when there is an error)`)
    .action(async () => {
      const loaded = await loadOrExit(nodeHost(), { folder: folder(), defaults: options().defaults ?? false });
      if (loaded.issues.length > 0) print(issuesText(loaded.issues));
      print(`the cfg files of ${folder()} are good: ${loaded.onvif.profiles.length} profiles`);
    });
  program
    .command("start")
    .description("start the camera as a daemon")
    .action(async () => print(await startDaemon(folder(), options().defaults ?? false)));
  program
    .command("stop")
    .description("stop the daemon")
    .action(async () => print(await stopDaemon(folder())));
  program
    .command("restart")
    .description("stop the daemon and start it anew")
    .action(async () => {
      print(await stopDaemon(folder()));
      print(await startDaemon(folder(), options().defaults ?? false));
    });
  program
    .command("status")
    .description("say whether the daemon runs (status 3 when it does not)")
    .action(() => print(daemonStatus(folder())));
  program
    .command("logs")
    .description("show the end of the daemon's log")
    .option("-n, --lines <N>", "how many lines", positive, 50)
    .action(({ lines }: { lines: number }) => print(lastLogLines(folder(), lines)));
  return program;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new InvalidArgumentError("1 to 100000 lines");
  return value;
}

/** Runs until a signal ends it. */
async function serve(options: { folder: string; defaults: boolean; toFile: boolean }): Promise<void> {
  const running = await run(nodeHost(), options);
  if (process.send) {
    process.send({ ready: running.summary });
    process.disconnect();
  } else print(running.summary);
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  process.on("SIGHUP", () => {
    running.reload().catch((error: unknown) => process.stderr.write(`reload failed: ${messageOf(error)}\n`));
  });
  // Listening sockets keep the process alive; this does when all listeners are off.
  const alive = setInterval(() => {}, 1 << 30);
  await ended;
  clearInterval(alive);
  await running.stop();
}
