import { type CompletedCommand, type Values, valuedOptions } from "./commands.ts";

/** The completion of bash (3.2 and newer), which needs no other package. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => path);
  const offers = commands.map(({ path, commands: below, options }) => {
    const words = [...below, ...options].map(({ word }) => word);
    return `    ${path}) words="${words.join(" ")}" ;;`;
  });
  const values = valuedOptions(commands).map(
    ({ words, values }) => `    ${words.join("|")}) ${reply(values)}; return ;;`,
  );
  return `# bash completion of tap. For this shell: eval "$(tap completion bash)"
_tap() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path=tap words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path/\${COMP_WORDS[i]}" in
      ${paths.join("|")}) path="$path/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join("\n")}
  esac
  case "$path" in
${offers.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _tap tap
`;
}

function reply(values: Values): string {
  if (values === "nothing") return "true";
  const what = values === "folders" ? "-d" : values === "files" ? "-f" : `-W "${values.join(" ")}"`;
  return `COMPREPLY=($(compgen ${what} -- "$word"))`;
}
