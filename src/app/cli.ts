import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { loadConfig } from "#config/load";
import { nodeHost } from "#host/node";
import { daemonStatus, lastLogLines, startDaemon, stopDaemon } from "./daemon.js";
import { command } from "./control.js";
import { Exit, EXIT_CONFIG, EXIT_NOT_RUNNING, EXIT_UNAVAILABLE, EXIT_USAGE } from "./exit.js";
import { listDevices, type ListKind, LIST_KINDS } from "./list-devices.js";
import { logFile } from "./logs.js";
import { configFolder, programFolder, programVersion, stateFiles } from "./paths.js";
import { issuesText, loadOrExit } from "./load.js";
import { sayWhy } from "./say-why.js";

interface Options {
  readonly config?: string;
  readonly list?: ListKind;
  readonly defaults?: boolean;
  readonly asDaemon?: boolean;
}

/** The option by which `start` tells the process that it makes to be the daemon. */
const AS_DAEMON = "--as-daemon";

/** The command line. Returns the exit status, after the end where it serves. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await commands().parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    return sayWhy(error, argv.includes(AS_DAEMON));
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const STATUSES = `
Exit status: ${EXIT_NOT_RUNNING} status: it does not run; ${EXIT_USAGE} called wrongly; ${EXIT_UNAVAILABLE} a port or file cannot be had; ${EXIT_CONFIG} a cfg file is wrong.
SIGHUP makes it read the cfg files again.`;

function commands(): Command {
  const program = new Command("onvifrtspserver")
    .description("A virtual ONVIF camera with its RTSP server. Without a command it runs in the foreground.")
    .version(programVersion())
    .option(
      "-c, --config <DIR>",
      "folder of onvif.cfg and rtsp.cfg (default: this folder if it has them, else the program's)",
    )
    .addOption(new Option("-l, --list <KIND>", "list what can be captured").choices(LIST_KINDS))
    .option("--defaults", "delete onvifrun.cfg, which holds what clients have changed, and start from onvif.cfg")
    .addOption(new Option(AS_DAEMON).hideHelp())
    .addHelpText("after", STATUSES)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const options = (): Options => program.opts<Options>();
  const folder = (): string => configFolder(options().config);

  program.action(async () => {
    const [unknown] = program.args;
    if (unknown !== undefined) program.error(`error: unknown command '${unknown}'; --help lists those that there are`);
    const { list, defaults = false, asDaemon = false } = options();
    if (list !== undefined) return print(listDevices(list));
    // What serves is most of the program, and nothing else here needs it.
    const { serve } = await import("./serve.js");
    await serve(nodeHost(), { folder: folder(), defaults, toFile: asDaemon });
  });
  program
    .command("check")
    .description(`examine the cfg files and start nothing (status ${EXIT_CONFIG} when there is an error)`)
    .action(async () => {
      const { defaults = false } = options();
      const checked = { folder: folder(), programFolder: programFolder(), defaults };
      const { issues, onvif, run } = await loadOrExit(nodeHost(), checked);
      if (issues.length > 0) print(issuesText(issues));
      const { profiles } = run ?? onvif;
      print(
        `the cfg files of ${folder()} are good: ${profiles.length} ${profiles.length === 1 ? "profile" : "profiles"}`,
      );
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
      // What runs goes on when the new cfg files are wrong.
      await loadOrExit(nodeHost(), { folder: folder(), programFolder: programFolder(), defaults: true });
      print(await stopDaemon(folder()));
      print(await startDaemon(folder(), options().defaults ?? false));
    });
  program
    .command("status")
    .description(`say whether the daemon runs (status ${EXIT_NOT_RUNNING} when it does not)`)
    .action(async () => print(daemonStatus(folder(), await daemonLog(folder()))));
  program
    .command("logs")
    .description("show the end of the daemon's log")
    .option("-n, --lines <N>", "how many lines", positive, 50)
    .action(async ({ lines }: { lines: number }) => print(lastLogLines(await daemonLog(folder()), lines)));
  program
    .command("event")
    .description("have the camera that runs raise an event; without a topic, list those that it has")
    .argument("[TOPIC]", "such as tns1:VideoSource/MotionAlarm")
    .argument("[NAME=VALUE...]", "items of the message; others are as they were told last")
    .action(async (topic: string | undefined, items: readonly string[]) => {
      const { local, clock } = nodeHost();
      const order = { ...(topic !== undefined && { topic }), items: items.map(itemOf) };
      print(await command(local, clock, stateFiles(folder()).socket, order));
    });
  // A word that is no command arrives as an argument; commands that are made after this would take any too.
  return program.allowExcessArguments();
}

/** `State=true` in its two parts. */
function itemOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Exit(EXIT_USAGE, `${text} is not of the form NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new InvalidArgumentError("1 to 100000 lines");
  return value;
}

/** The log file of a daemon with these cfg files. */
async function daemonLog(folder: string): Promise<string> {
  const { rtsp } = await loadConfig(nodeHost().files, folder, { ignoreRunFile: true });
  return logFile(rtsp.logFile, folder, true) ?? stateFiles(folder).log;
}
