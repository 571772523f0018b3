import type { CompletedCommand, Values } from "./commands.ts";

/** The completion of fish, to be sourced, or to be put into ~/.config/fish/completions as tap.fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => path);
  const lines = commands.flatMap(({ path, commands: below, options }) => {
    const at = `complete -c tap -n '__tap_at ${path}'`;
    return [
      ...below.map(({ word, what }) => `${at} -a ${word} -d ${quoted(what)}`),
      ...options.map(({ word, short, what, values }) => {
        const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
        return `${at} -l ${word.slice(2)}${letter}${taken(values)} -d ${quoted(what)}`;
      }),
    ];
  });
  return `# fish completion of tap. For this shell: tap completion fish | source
function __tap_at
  set -l at tap
  for word in (commandline -opc)[2..-1]
    if contains -- "$at/$word" ${paths.join(" ")}
      set at "$at/$word"
    end
  end
  test "$at" = $argv[1]
end
complete -c tap -f
${lines.join("\n")}
`;
}

function taken(values: Values | undefined): string {
  if (values === undefined) return "";
  if (values === "nothing") return " -x";
  if (values === "files") return " -r -F";
  return values === "folders" ? " -x -a '(__fish_complete_directories)'" : ` -x -a '${values.join(" ")}'`;
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
