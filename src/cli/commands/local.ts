import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { LocalAws } from "../../local/local-aws.ts";
import { makeReporter, type Reporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { folderOf, type Runs, type SharedOptions, wholeNumber, withCommon, withExamples } from "../options.ts";

/** `tap local start|stop|status|reset` */
export function localCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const command = withExamples(
    new Command("local")
      .summary("start, stop, show or reset the local AWS")
      .description("The local AWS: an emulator on this machine that --local works with."),
    [
      ["tap local status", "whether it runs, and where"],
      ["tap local stop", "stop it; what it holds is kept"],
    ],
  );
  for (const make of [startCommand, stopCommand, statusCommand, resetCommand]) command.addCommand(make(io, runs));
  return command;
}

/** The emulator's code is loaded only by commands that need it. */
const load = () => import("../../local/local-aws.ts");

/** Where it is, and who is told what takes long. */
async function optionsOf<Aws>(io: Io<Aws>, options: SharedOptions, reporter: Reporter) {
  const { localFolder } = await import("../../session/environment.ts");
  return { dir: localFolder(folderOf(io, options)), onProgress: (text: string) => reporter.warn(text) };
}

const describe = ({ endpoint, pid, version, log }: LocalAws): string =>
  `The local AWS (ministack ${version}) runs on ${endpoint} (process ${pid}).\nIts log is ${log}.`;

/** Stops the databases that stand in for local clusters; their data stays. @returns the folder that they are in */
async function stopDatabases<Aws>(io: Io<Aws>, options: SharedOptions): Promise<string> {
  const [{ databasesFolder }, { stopDatabase }] = await Promise.all([
    import("../../session/environment.ts"),
    import("../../local/database.ts"),
  ]);
  const folder = databasesFolder(folderOf(io, options));
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map((name) => stopDatabase(join(folder, name))));
  return folder;
}

function startCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("start")
    .description("Installs the local AWS if need be, and starts it in the background.")
    .option(
      "--port <port>",
      "to listen on (default: the one of the last start, or a free one)",
      wholeNumber("a port: 1 to 65535", 1, 65_535),
    );
  const command = withExamples(withCommon(flags), [["tap local start --port 4566", "on a port of your choice"]]);
  return runs(command, async ({ port, ...options }) => {
    const reporter = makeReporter({ ...io, json: false });
    const { startLocalAws } = await load();
    const at = port === undefined ? {} : { port };
    reporter.say(describe(await startLocalAws({ ...(await optionsOf(io, options, reporter)), ...at })));
    return exitCodes.done;
  });
}

function stopCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("stop").description("Stops the local AWS. What it holds is kept for the next start.");
  const command = withExamples(withCommon(flags), [["tap local stop", "until the next --local command"]]);
  return runs(command, async (options) => {
    const reporter = makeReporter({ ...io, json: false });
    const { stopLocalAws } = await load();
    await stopDatabases(io, options);
    const texts = {
      stopped: "The local AWS has stopped. What it holds is kept for the next start.",
      killed: "The local AWS did not stop by itself and was ended. What it held is lost.",
      "not-running": "The local AWS is not running.",
    } as const;
    reporter.say(texts[await stopLocalAws(await optionsOf(io, options, reporter))]);
    return exitCodes.done;
  });
}

function statusCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("status")
    .description("Shows whether the local AWS runs, and where.")
    .option("--json", "as JSON");
  const command = withExamples(withCommon(flags), [["tap local status --json", "its endpoint, for a script"]]);
  return runs(command, async ({ json = false, ...options }) => {
    const reporter = makeReporter({ ...io, json });
    const { localAwsStatus } = await load();
    const status = await localAwsStatus(await optionsOf(io, options, reporter));
    if (json) {
      // All but the credentials: they are a secret.
      const { credentials: _, ...aws } = status.is === "running" ? status.aws : { credentials: undefined };
      reporter.data({ schema: 1, status: status.is, ...aws });
    } else if (status.is === "running") reporter.say(describe(status.aws));
    else if (status.is === "hung") {
      reporter.say(`The local AWS (process ${status.pid}) does not answer. Its log is ${status.log}.`);
    } else {
      const kept = status.accountKept ? " What it holds is kept for the next start." : "";
      reporter.say(`The local AWS is not ${status.installed === undefined ? "installed" : "running"}.${kept}`);
    }
    return exitCodes.done;
  });
}

function resetCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("reset")
    .description("Empties the local AWS and forgets every environment on it.")
    .option("-y, --yes", "do not ask");
  const command = withExamples(withCommon(flags), [["tap local reset --yes", "begin anew"]]);
  return runs(command, async ({ yes = false, ...options }) => {
    const [{ stateFolder }, { folderBackend }, { confirm, requireAnswerable }] = await Promise.all([
      import("../../session/backend.ts"),
      import("../../state/file.ts"),
      import("../confirm.ts"),
    ]);
    requireAnswerable(io, yes);
    const reporter = makeReporter({ ...io, json: false });
    const backend = folderBackend(stateFolder(folderOf(io, options)), true);
    const environments = await backend.environments();
    const what = environments.length === 0 ? "everything on the local AWS" : `the local ${environments.join(", ")}`;
    if (!yes && !(await confirm(io, reporter, `Throw away ${what}?`))) {
      reporter.warn("Nothing was changed.");
      return exitCodes.failed;
    }
    const locks = [];
    try {
      for (const environment of environments) {
        locks.push(await backend.of(environment).lock({ command: "tap local reset", clock: io.clock }));
      }
      const { resetLocalAws } = await load();
      await rm(await stopDatabases(io, options), { recursive: true, force: true });
      await resetLocalAws(await optionsOf(io, options, reporter));
      // Unread: one that is damaged is thrown away like the others.
      for (const environment of environments) await backend.of(environment).text().remove();
    } finally {
      for (const lock of locks) await lock.release();
    }
    reporter.say("The local AWS is empty.");
    return exitCodes.done;
  });
}
