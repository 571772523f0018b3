import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { PRESETS } from "../../config/presets.ts";
import { REGIONS } from "../../config/regions.ts";

/** A word to offer, and what it means. */
export interface Offer {
  readonly word: string;
  readonly what: string;
}

/** What the value of an option is completed from. */
export type Values = readonly string[] | "folders" | "files" | "nothing";

export interface CompletedOption extends Offer {
  /** The same in one letter: "-e". */
  readonly short?: string;
  /** Absent for an option without a value. */
  readonly values?: Values;
}

/** One command as a shell completes it. */
export interface CompletedCommand {
  /** "tap/state/show" */
  readonly path: string;
  /** Commands below it, and the words that its argument can be. */
  readonly commands: readonly Offer[];
  readonly options: readonly CompletedOption[];
}

/** Options whose values are known. The environments of a settings file are not: looking would slow each key down. */
const known: Readonly<Record<string, Values>> = {
  "--env": PRESETS,
  "--region": Object.keys(REGIONS),
  "--state": ["s3://"],
  "--dir": "folders",
};

/** Every command, from the definitions that the help is made of; the program itself first. */
export function completedCommands(command: CommandUnknownOpts, before = ""): CompletedCommand[] {
  const path = `${before}${command.name()}`;
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((child) => child.name() !== "help");
  const options = help.visibleOptions(command).map(({ long, short, required, optional, flags, description }) => {
    const word = long ?? flags;
    const values = known[word] ?? (/<(file|folder)>/.test(flags) ? "files" : "nothing");
    return { word, what: description, ...(short && { short }), ...((required || optional) && { values }) };
  });
  return [
    {
      path,
      commands: [
        ...commands.map((child) => ({ word: child.name(), what: help.subcommandDescription(child) })),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
          argChoices.map((word) => ({ word, what: word })),
        ),
      ],
      options,
    },
    ...commands.flatMap((child) => completedCommands(child, `${path}/`)),
  ];
}

/** The options that take values, with their short forms, once for all commands. */
export function valuedOptions(
  commands: readonly CompletedCommand[],
): { readonly words: string[]; readonly values: Values }[] {
  const all = new Map<string, { words: string[]; values: Values }>();
  for (const { word, short, values } of commands.flatMap(({ options }) => options)) {
    if (values !== undefined) all.set(word, { words: [word, ...(short === undefined ? [] : [short])], values });
  }
  return [...all.values()];
}
