import { Argument, Command } from "commander";
import { withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** The shells that there is a completion for. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** `tap completion` */
export function completionCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("completion")
    .summary("print the completion of commands and options for a shell")
    .description("Prints a script that makes a shell complete tap's commands and options. Asks AWS nothing.")
    .addArgument(new Argument("<shell>", "whose completion").choices(shells));
  withCommon(command);
  withExamples(command, [
    ['eval "$(tap completion bash)"', "in ~/.bashrc"],
    ['eval "$(tap completion zsh)"', "in ~/.zshrc, after compinit"],
    ["tap completion fish | source", "in ~/.config/fish/config.fish"],
  ]);
  return command.action(async (shell: Shell) => {
    const { runCompletion } = await import("../actions/completion.ts");
    exits(runCompletion(world, shell, command.parent ?? command));
  });
}
