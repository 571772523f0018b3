import { PassThrough } from "node:stream";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Io } from "../../src/cli/io.ts";
import { makeProgram } from "../../src/cli/main.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { fenced } from "./sections.ts";

const title = `# Commands

The help of every command, as \`npx tap <command> --help\` prints it. Written by \`scripts/write-docs.ts\` from the command
line itself.`;

/** The whole of docs/commands.md. */
export function commandsDocument(): string {
  const written: string[] = [];
  const program = makeProgram(mute(written), (command) => command);
  const sections = everyCommand(program, "tap").map(({ command, line }) => {
    written.length = 0;
    command.outputHelp();
    return `## \`${line}\`\n\n${fenced("text", written.join(""))}`;
  });
  return `${[title, ...sections].join("\n\n")}\n`;
}

interface Named {
  readonly command: CommandUnknownOpts;
  /** How it is typed. */
  readonly line: string;
}

function everyCommand(command: CommandUnknownOpts, line: string): Named[] {
  const below = command.commands.flatMap((child) => everyCommand(child, `${line} ${child.name()}`));
  return [{ command, line }, ...below];
}

/** A io in which help can be printed, 80 columns wide, and nothing else. */
function mute(written: string[]): Io<never> {
  return {
    cwd: "/",
    variables: {},
    stdin: new PassThrough(),
    stdout: { write: (text) => written.push(text) },
    stderr: { write: () => undefined },
    clock: wallClock,
    signals: { on: () => undefined, off: () => undefined },
    open: () => Promise.reject(new Error("help opens nothing")),
    page: async () => false,
    exit: () => undefined,
  };
}
