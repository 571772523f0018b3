import { type CompletedCommand, type Offer, type Values, valuedOptions } from "./commands.ts";

/** The completion of zsh, to be sourced, or to be put into a folder of `fpath` as `_tap`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => path);
  const offers = commands.map(({ path, commands: below, options }) => {
    const list = (name: string, offers: readonly Offer[]) =>
      `${name}=(\n${offers.map((offer) => `      ${described(offer)}\n`).join("")}    )`;
    return `    ${path}) ${list("below", below)} ${list("flags", options)} ;;`;
  });
  const values = valuedOptions(commands).map(
    ({ words, values }) => `    ${words.join("|")}) ${reply(values)}; return ;;`,
  );
  return `#compdef tap
# zsh completion of tap. For this shell, after compinit: eval "$(tap completion zsh)"
_tap() {
  local at=tap word
  local -a below flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at/$word" in
      ${paths.join("|")}) at="$at/$word" ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  case "$at" in
${offers.join("\n")}
  esac
  _describe tap below
  _describe -o tap flags
}
if [[ "\${funcstack[1]}" == _tap ]]; then _tap "$@"; else compdef _tap tap; fi
`;
}

function reply(values: Values): string {
  if (values === "nothing") return "true";
  if (values === "folders") return "_files -/";
  return values === "files" ? "_files" : `compadd -- ${values.join(" ")}`;
}

/** In quotes; a colon ends the word, so the description's are nothing special. */
const described = ({ word, what }: Offer): string => `'${`${word}:${what}`.replaceAll("'", "'\\''")}'`;
