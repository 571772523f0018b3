import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalAws } from "../../local/local-aws.ts";
import { makeReporter, type Reporter } from "../../report/reporter.ts";
import { databasesFolder, localFolder } from "../../session/environment.ts";
import { stateFolder } from "../../session/home.ts";
import { folderHome } from "../../state/file.ts";
import type { ResetOptions, ShowOptions, StartOptions } from "../commands/local.ts";
import { confirm, requireAnswerable } from "../confirm.ts";
import { exitCodes } from "../exit.ts";
import { type CommonOptions, folderOf } from "../options.ts";
import type { World } from "../world.ts";

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

/** Runs `tap local start`. @returns the exit code */
export async function runStart<Aws>(world: World<Aws>, options: StartOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const { startLocalAws } = await load();
  const at = options.port === undefined ? {} : { port: options.port };
  reporter.say(describe(await startLocalAws({ ...optionsOf(world, options, reporter), ...at })));
  return exitCodes.done;
}

/** Runs `tap local stop`. @returns the exit code */
export async function runStop<Aws>(world: World<Aws>, options: CommonOptions): Promise<number> {
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

/** Runs `tap local status`. @returns the exit code */
export async function runShow<Aws>(world: World<Aws>, options: ShowOptions): Promise<number> {
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

/** Runs `tap local reset`. @returns the exit code */
export async function runReset<Aws>(world: World<Aws>, options: ResetOptions): Promise<number> {
  const { yes = false } = options;
  requireAnswerable(world, yes);
  const reporter = makeReporter({ ...world, json: false });
  const home = folderHome(stateFolder(folderOf(world, options)), true);
  const environments = await home.environments();
  const what = environments.length === 0 ? "everything on the local AWS" : `the local ${environments.join(", ")}`;
  if (!yes && !(await confirm(world, reporter, `Throw away ${what}?`))) {
    reporter.warn("Nothing was changed.");
    return exitCodes.failed;
  }
  const locks = [];
  try {
    for (const environment of environments) {
      locks.push(await home.of(environment).lock({ command: "tap local reset", clock: world.clock }));
    }
    const { resetLocalAws } = await load();
    const databases = databasesFolder(folderOf(world, options));
    await stopDatabases(databases);
    await rm(databases, { recursive: true, force: true });
    await resetLocalAws(optionsOf(world, options, reporter));
    // Unread: one that is damaged is thrown away like the others.
    for (const environment of environments) await home.of(environment).text().remove();
  } finally {
    for (const lock of locks) await lock.release();
  }
  reporter.say("The local AWS is empty.");
  return exitCodes.done;
}
