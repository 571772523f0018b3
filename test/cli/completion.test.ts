import { execFileSync } from "node:child_process";
import { Command } from "@commander-js/extra-typings";
import { describe, expect, test } from "vitest";
import { completedCommands } from "../../src/cli/completion/commands.ts";
import { fishScript } from "../../src/cli/completion/fish.ts";
import { zshScript } from "../../src/cli/completion/zsh.ts";
import { Terminal } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

const script = async (shell: string) => (await new Terminal({ cloud: new ToyCloud() }).run("completion", shell)).stdout;

describe("in bash", () => {
  /** What a TAB after these words leads to; the last one may be unfinished. */
  async function completed(...words: string[]): Promise<string[]> {
    const press = `eval "$SCRIPT"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tap; printf "%s\\n" "\${COMPREPLY[@]}"`;
    const env = { PATH: process.env["PATH"], SCRIPT: await script("bash") };
    const said = execFileSync("bash", ["--norc", "-c", press, "bash", ...words], { env, encoding: "utf8" });
    return said.split("\n").filter((word) => word !== "");
  }

  test.each([
    ["tap stat", ["status", "state"]],
    ["tap statu", ["status"]],
    ["tap local st", ["start", "stop", "status"]],
    ["tap state sh", ["show"]],
    ["tap status --ex", ["--exit-code"]],
    ["tap local status --ex", []],
    ["tap up --env ", ["dev", "staging", "prod"]],
    ["tap up -e st", ["staging"]],
    ["tap up --env prod --dry", ["--dry-run"]],
    ["tap plan --region us-w", ["us-west-2"]],
    ["tap up --suffix ", []],
    ["tap completion f", ["fish"]],
  ])("%s", async (line, words) => {
    expect(await completed(...line.split(" "))).toEqual(words);
  });
});

/** A small program, with everything in it that needs care. */
const program = () => {
  const up = new Command("up")
    .summary("what's new")
    .option("-e, --env <name>", "which one: dev")
    .option("--json", "lines");
  const log = new Command("log")
    .description("show it")
    .option("--out <file>", "a file")
    .option("--dir <folder>", "where");
  return new Command("tap").helpOption(false).addCommand(up.helpOption(false)).addCommand(log.helpOption(false));
};

test("the script for zsh", () => {
  expect(zshScript(completedCommands(program()))).toMatchInlineSnapshot(`
    "#compdef tap
    # zsh completion of tap. For this shell, after compinit: eval "$(tap completion zsh)"
    _tap() {
      local at=tap word
      local -a below flags
      for word in "\${(@)words[2,CURRENT-1]}"; do
        case "$at/$word" in
          tap/up|tap/log) at="$at/$word" ;;
        esac
      done
      case "\${words[CURRENT-1]}" in
        --env|-e) compadd -- dev staging prod; return ;;
        --out) _files; return ;;
        --dir) _files -/; return ;;
      esac
      case "$at" in
        tap) below=(
          'up:what'\\''s new'
          'log:show it'
        ) flags=(
        ) ;;
        tap/up) below=(
        ) flags=(
          '--env:which one: dev'
          '--json:lines'
        ) ;;
        tap/log) below=(
        ) flags=(
          '--out:a file'
          '--dir:where'
        ) ;;
      esac
      _describe tap below
      _describe -o tap flags
    }
    if [[ "\${funcstack[1]}" == _tap ]]; then _tap "$@"; else compdef _tap tap; fi
    "
  `);
});

test("the script for fish", () => {
  expect(fishScript(completedCommands(program()))).toMatchInlineSnapshot(`
    "# fish completion of tap. For this shell: tap completion fish | source
    function __tap_at
      set -l at tap
      for word in (commandline -opc)[2..-1]
        if contains -- "$at/$word" tap/up tap/log
          set at "$at/$word"
        end
      end
      test "$at" = $argv[1]
    end
    complete -c tap -f
    complete -c tap -n '__tap_at tap' -a up -d 'what\\'s new'
    complete -c tap -n '__tap_at tap' -a log -d 'show it'
    complete -c tap -n '__tap_at tap/up' -l env -s e -x -a 'dev staging prod' -d 'which one: dev'
    complete -c tap -n '__tap_at tap/up' -l json -d 'lines'
    complete -c tap -n '__tap_at tap/log' -l out -r -F -d 'a file'
    complete -c tap -n '__tap_at tap/log' -l dir -x -a '(__fish_complete_directories)' -d 'where'
    "
  `);
});

test("an unknown shell is refused", async () => {
  const ran = await new Terminal({ cloud: new ToyCloud() }).run("completion", "tcsh");
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
});
