import { Command, InvalidArgumentError } from "commander";
import { type CommonOptions, withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap local start` takes. */
export interface StartOptions extends CommonOptions {
  readonly port?: number;
}
/** What `tap local status` takes. */
export interface ShowOptions extends CommonOptions {
  readonly json?: true;
}
/** What `tap local reset` takes. */
export interface ResetOptions extends CommonOptions {
  readonly yes?: true;
}

const load = () => import("../actions/local.ts");

/** `tap local start|stop|status|reset` */
export function localCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const start = new Command("start")
    .description("Installs the local AWS if need be, and starts it in the background.")
    .option("--port <port>", "to listen on (default: a free one)", port)
    .action(async (options: StartOptions) => exits(await (await load()).runStart(world, options)));
  const stop = new Command("stop")
    .description("Stops the local AWS. What it holds is kept for the next start.")
    .action(async (options: CommonOptions) => exits(await (await load()).runStop(world, options)));
  const status = new Command("status")
    .description("Shows whether the local AWS runs, and where.")
    .option("--json", "as JSON")
    .action(async (options: ShowOptions) => exits(await (await load()).runShow(world, options)));
  const reset = new Command("reset")
    .description("Empties the local AWS and forgets every environment on it.")
    .option("-y, --yes", "do not ask")
    .action(async (options: ResetOptions) => exits(await (await load()).runReset(world, options)));
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
