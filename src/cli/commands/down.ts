import { Command } from "commander";
import { type ChangeOptions, withChange, withCommon, withEnvironments, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap down` takes. */
export interface RemovalOptions extends ChangeOptions {
  readonly purge?: boolean;
  readonly confirm?: string;
}

/** `tap down` */
export function downCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("down")
    .summary("take everything down, in reverse")
    .description(
      "Takes the whole environment down, in reverse, and searches the account afterwards for anything left. Shows what will be removed and asks first. What an environment protects is kept: a final snapshot of the database, backups, objects, logs, the hosted zone and the key that encrypts them.",
    )
    .option("--purge", "destroy the protected data as well; asks for the environment's name")
    .option("--confirm <name>", "the environment's name, instead of typing it for --purge");
  withCommon(withChange(withEnvironments(command)));
  withExamples(command, [
    ["tap down --env dev --local --yes", "the platform on this machine"],
    ["tap down --env dev", "show what will be removed, ask, and do it"],
    ["tap down --env dev --suffix pr-42", "only that copy"],
    ["tap down --env prod", "keep the data: `tap up` restores it"],
    ["tap down --env prod --purge", "destroy the data, too"],
  ]);
  return command.action(async (options: RemovalOptions) => {
    const { runDown } = await import("../actions/down.ts");
    exits(await runDown(world, options));
  });
}
