import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import manifest from "../../package.json" with { type: "json" };
import { folded } from "../report/fold.ts";
import { makeStyle, wantsColours } from "../report/style.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downCommand } from "./commands/down.ts";
import { graphCommand } from "./commands/graph.ts";
import { localCommand } from "./commands/local.ts";
import { outputsCommand } from "./commands/outputs.ts";
import { policyCommand } from "./commands/policy.ts";
import { reportCommand } from "./commands/report.ts";
import { stateCommand } from "./commands/state.ts";
import { statusCommand } from "./commands/status.ts";
import { unlockCommand } from "./commands/unlock.ts";
import { planCommand, upCommand } from "./commands/up.ts";
import { exitCodeOf, exitCodes, explain } from "./exit.ts";
import type { Io } from "./io.ts";
import { type Runs, withExamples } from "./options.ts";

/**
 * Runs one command.
 *
 * @param args without the program's name
 * @returns the exit code; everything there is to say has been said
 */
export async function main<Aws>(args: readonly string[], io: Io<Aws>): Promise<number> {
  let code: number = exitCodes.done;
  const runs: Runs = (command, run) =>
    command.action(async (...given) => {
      code = await run(...given);
    });
  const program = makeProgram(io, runs, args[0]);
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    explain(io, error, args.includes("--verbose"));
    return exitCodeOf(error);
  }
}

const commands = {
  up: upCommand,
  plan: planCommand,
  status: statusCommand,
  outputs: outputsCommand,
  down: downCommand,
  doctor: doctorCommand,
  graph: graphCommand,
  report: reportCommand,
  config: configCommand,
  policy: policyCommand,
  state: stateCommand,
  unlock: unlockCommand,
  local: localCommand,
  completion: completionCommand,
} as const;

/**
 * The command line: every command with its options and help.
 *
 * @param only the word that the user's arguments begin with: the command of that name is made alone, since each costs
 *   start-up time. Completion is about all of them.
 */
export function makeProgram<Aws>(io: Io<Aws>, runs: Runs, only = ""): CommandUnknownOpts {
  const program = withExamples(
    new Command("tap")
      .description("Provisions the trading platform on AWS, reports on it, and takes it down again.")
      .version(manifest.version, "-V, --version"),
    [
      ["tap up --env dev --local --yes", "the whole platform on this machine"],
      ["tap status", "what is in sync and what is not, everywhere"],
      ["tap down --env dev --local --yes", "take it down again"],
    ],
  );
  const alone = only !== "completion" && Object.hasOwn(commands, only);
  for (const [name, make] of Object.entries(commands)) {
    if (!alone || name === only) program.addCommand(make(io, runs));
  }
  prepare(program, io);
  return program;
}

/** Lets nothing but `main` end the process or write, in any command. */
function prepare<Aws>(command: CommandUnknownOpts, io: Io<Aws>): void {
  const style = makeStyle(wantsColours(io.stderr, io.variables));
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => io.stdout.write(folded(text, io.stdout)),
      writeErr: (text) => io.stderr.write(folded(text, io.stderr)),
      outputError: (text, write) => write(text.replace(/^error:/, style.bad("error:"))),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    });
  for (const child of command.commands) prepare(child, io);
}
