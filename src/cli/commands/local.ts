import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { LocalAws } from "../../local/local-aws.ts";
import { makeReporter, type Reporter } from "../../report/reporter.ts";
import { databasesFolder, localFolder } from "../../session/environment.ts";
import { stateFolder } from "../../session/home.ts";
import { listEnvironments } from "../../state/file.ts";
import { acquireLock } from "../../state/lock.ts";
import { openState } from "../../state/store.ts";
import { confirm, requireAnswerable } from "../confirm.ts";
import { exitCodes } from "../exit.ts";
import { type CommonOptions, folderOf, withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

interface StartOptions extends CommonOptions {
  readonly port?: number;
}
interface ShowOptions extends CommonOptions {
  readonly json?: true;
}
interface ResetOptions extends CommonOptions {
  readonly yes?: true;
}

/** `tap local start|stop|status|reset` */
export function localCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const start = new Command("start")
    .description("Installs the local AWS if need be, and starts it in the background.")
    .option("--port <port>", "to listen on (default: a free one)", port)
    .action(async (options: StartOptions) => exits(await runStart(world, options)));
  const stop = new Command("stop")
    .description("Stops the local AWS. What it holds is kept for the next start.")
    .action(async (options: CommonOptions) => exits(await runStop(world, options)));
  const status = new Command("status")
    .description("Shows whether the local AWS runs, and where.")
    .option("--json", "as JSON")
    .action(async (options: ShowOptions) => exits(await runShow(world, options)));
  const reset = new Command("reset")
    .description("Empties the local AWS and forgets every environment on it.")
    .option("-y, --yes", "do not ask")
    .action(async (options: ResetOptions) => exits(await runReset(world, options)));
  withExamples(withCommon(start), [["tap local start --port 4566", "on a port of your choice"]]);
  withExamples(withCommon(stop), [["tap local stop", "until the next --local command"]]);
  withExamples(withCommon(status), [["tap local status --json", "its endpoint, for a script"]]);
  withExamples(withCommon(reset), [["tap local reset --yes", "begin anew"]]);
  const command = new Command("local")
    .summary("start, stop, show or reset the local AWS")
    .description("The local AWS: an emulator on this machine that --local works with.");
  for (const one of [start, stop, status, reset]) command.addCommand(one);
  withExamples(command, [
    ["tap local status", "whether it runs, and where"],
    ["tap local stop", "stop it; what it holds is kept"],
  ]);
  return command;
}

function port(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < 1 || n > 65_535) throw new InvalidArgumentError("expected a port: 1 to 65535.");
  return n;
}

/** The emulator's code is loaded only by commands that need it. */
const load = () => import("../../local/local-aws.ts");

/** Stops the databases that stand in for local clusters; their data stays. */
async function stopDatabases(folder: string): Promise<void> {
  const { stopDatabase } = await import("../../local/database.ts");
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map((name) => stopDatabase(join(folder, name))));
}

const optionsOf = <Aws>(world: World<Aws>, options: CommonOptions, reporter: Reporter) => ({
  dir: localFolder(folderOf(world, options)),
  onProgress: (text: string) => reporter.warn(text),
});

const describe = ({ endpoint, pid, version, log }: LocalAws): string =>
  `The local AWS (ministack ${version}) runs on ${endpoint} (process ${pid}).\nIts log is ${log}.`;

async function runStart<Aws>(world: World<Aws>, options: StartOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const { startLocalAws } = await load();
  const at = options.port === undefined ? {} : { port: options.port };
  reporter.say(describe(await startLocalAws({ ...optionsOf(world, options, reporter), ...at })));
  return exitCodes.done;
}

async function runStop<Aws>(world: World<Aws>, options: CommonOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const { stopLocalAws } = await load();
  await stopDatabases(databasesFolder(folderOf(world, options)));
  const texts = {
    stopped: "The local AWS has stopped. What it holds is kept for the next start.",
    killed: "The local AWS did not stop by itself and was ended. What it held is lost.",
    "not-running": "The local AWS is not running.",
  } as const;
  reporter.say(texts[await stopLocalAws(optionsOf(world, options, reporter))]);
  return exitCodes.done;
}

async function runShow<Aws>(world: World<Aws>, options: ShowOptions): Promise<number> {
  const { json = false } = options;
  const reporter = makeReporter({ ...world, json });
  const { localAwsStatus } = await load();
  const status = await localAwsStatus(optionsOf(world, options, reporter));
  if (json) reporter.data({ schema: 1, status: status.is, ...(status.is === "running" ? status.aws : {}) });
  else if (status.is === "running") reporter.say(describe(status.aws));
  else if (status.is === "hung") {
    reporter.say(`The local AWS (process ${status.pid}) does not answer. Its log is ${status.log}.`);
  } else {
    const kept = status.accountKept ? " What it holds is kept for the next start." : "";
    reporter.say(`The local AWS is not ${status.installed === undefined ? "installed" : "running"}.${kept}`);
  }
  return exitCodes.done;
}

async function runReset<Aws>(world: World<Aws>, options: ResetOptions): Promise<number> {
  const { yes = false } = options;
  requireAnswerable(world, yes);
  const reporter = makeReporter({ ...world, json: false });
  const dir = stateFolder(folderOf(world, options));
  const environments = await listEnvironments(dir, true);
  const what = environments.length === 0 ? "everything on the local AWS" : `the local ${environments.join(", ")}`;
  if (!yes && !(await confirm(world, reporter, `Throw away ${what}?`))) {
    reporter.warn("Nothing was changed.");
    return exitCodes.failed;
  }
  const locks = [];
  try {
    for (const environment of environments) {
      locks.push(await acquireLock({ dir, environment, local: true, command: "tap local reset" }));
    }
    const { resetLocalAws } = await load();
    const databases = databasesFolder(folderOf(world, options));
    await stopDatabases(databases);
    await rm(databases, { recursive: true, force: true });
    await resetLocalAws(optionsOf(world, options, reporter));
    for (const environment of environments) await (await openState({ dir, environment, local: true })).remove();
  } finally {
    for (const lock of locks) await lock.release();
  }
  reporter.say("The local AWS is empty.");
  return exitCodes.done;
}
