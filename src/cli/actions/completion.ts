import type { Command } from "commander";
import type { Shell } from "../commands/completion.ts";
import { bashScript } from "../completion/bash.ts";
import { completedCommands } from "../completion/commands.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import { exitCodes } from "../exit.ts";
import type { World } from "../world.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Runs `tap completion`. @returns the exit code */
export function runCompletion<Aws>({ stdout }: World<Aws>, shell: Shell, program: Command): number {
  stdout.write(scripts[shell](completedCommands(program)));
  return exitCodes.done;
}
