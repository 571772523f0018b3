import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { type Runs, withCommon, withExamples } from "../options.ts";

/** The shells that there is a completion for, and what writes it. */
const scripts = {
  bash: async () => (await import("../completion/bash.ts")).bashScript,
  zsh: async () => (await import("../completion/zsh.ts")).zshScript,
  fish: async () => (await import("../completion/fish.ts")).fishScript,
};

/** `tap completion` */
export function completionCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("completion")
    .summary("print the completion of commands and options for a shell")
    .description("Prints a script that makes a shell complete tap's commands and options. Asks AWS nothing.")
    .addArgument(new Argument("<shell>", "whose completion").choices(["bash", "zsh", "fish"]));
  const command = withExamples(withCommon(flags), [
    ['eval "$(tap completion bash)"', "in ~/.bashrc"],
    ['eval "$(tap completion zsh)"', "in ~/.zshrc, after compinit"],
    ["tap completion fish | source", "in ~/.config/fish/config.fish"],
  ]);
  return runs(command, async (shell) => {
    const [{ completedCommands }, script] = await Promise.all([import("../completion/commands.ts"), scripts[shell]()]);
    io.stdout.write(script(completedCommands(command.parent ?? command)));
    return exitCodes.done;
  });
}
