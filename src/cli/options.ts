import { statSync } from "node:fs";
import { resolve } from "node:path";
import {
  Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { InputError } from "../config/errors.ts";
import { parseS3Location, S3_LOCATION } from "../config/location.ts";
import { logCalls, showCalls } from "../report/calls.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import type { Io } from "./io.ts";

/** Gives a command what it does: what that resolves to becomes the exit code. */
export type Runs = <A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  run: (...given: [...A, O, Command<A, O>]) => Promise<number>,
) => CommandUnknownOpts;

/** The options that flags stand for. */
export type OptionsOf<Flags extends () => Pick<Command, "opts">> = ReturnType<ReturnType<Flags>["opts"]>;

/** The options that commands share; each command has some of them. */
export type SharedOptions = Partial<OptionsOf<typeof everyShared>>;
const everyShared = () => withCommon(withChange(withEnvironment(new Command())));

export const withCommon = <A extends unknown[], O extends OptionValues>(command: Command<A, O>) =>
  command
    .option("--dir <folder>", "the project's folder, with tap.yaml and state/ (default: the working folder)")
    .option("--verbose", "show each call to AWS, and where an unexpected error happened");

/** `--debug-log`, for every command that may call AWS. */
export const debugLogOption = () =>
  new Option("--debug-log <file>", "append each call to AWS to a file, as a JSON line; no content, no secrets");

export const withEnvironment = <A extends unknown[], O extends OptionValues>(command: Command<A, O>) =>
  withPlace(
    command.addOption(
      new Option("-e, --env <name>", "the environment: dev, staging, prod, or one of tap.yaml").argParser((text) => {
        if (text.includes(",")) throw new InvalidArgumentError("expected one only.");
        return text;
      }),
    ),
  );

/** For a command that works on several environments at once. */
export const withEnvironments = <A extends unknown[], O extends OptionValues>(command: Command<A, O>) =>
  withPlace(
    command.option("-e, --env <names>", "the environment: dev, staging, prod, or one of tap.yaml; several with commas"),
  );

const withPlace = <A extends unknown[], O extends OptionValues>(command: Command<A, O>) =>
  command
    .option("--suffix <suffix>", "an independent copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--region <region>", "the AWS region (or AWS_REGION)")
    .option("--local", "on the local AWS, on this machine; needs no credentials")
    .addOption(stateOption())
    .addOption(debugLogOption());

/** `--state`, for every command that looks at a state or a lock. */
export const stateOption = () =>
  new Option("--state <place>", "where state and lock are shared: s3://bucket/prefix (or state in tap.yaml)")
    .conflicts("local")
    .argParser((text): string => {
      if (parseS3Location(text) === undefined) throw new InvalidArgumentError(`expected ${S3_LOCATION}.`);
      return text;
    });

export const withChange = <A extends unknown[], O extends OptionValues>(command: Command<A, O>) =>
  command
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show the plan and change nothing")
    .option(
      "--concurrency <n>",
      "changing calls in flight, 1 to 64; eight times as many reads (default: 8)",
      wholeNumber("a whole number from 1 to 64", 1, 64),
    )
    .option("--json", "one JSON event a line, the last one being the summary")
    .option("--no-cost", "leave the estimate of the monthly cost out of the plan");

/** Reads a number. @param expected what it has to be, for messages */
export const wholeNumber =
  (expected: string, least: number, most: number) =>
  (text: string): number => {
    const n = Number(text);
    if (!/^\d+$/.test(text) || n < least || n > most) throw new InvalidArgumentError(`expected ${expected}.`);
    return n;
  };

/** Examples at the end of a command's help. */
export const withExamples = <A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  examples: readonly (readonly [command: string, what: string])[],
) => {
  const longest = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(longest)}   ${what}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
};

/**
 * Which environment the options mean, and who is to be told of calls to AWS.
 *
 * @param signal aborted when the user asks to stop
 * @throws {InputError} when the project's folder is not there, or the debug log cannot be written
 */
export function requestOf<Aws>(io: Io<Aws>, options: SharedOptions, signal?: AbortSignal): EnvironmentRequest {
  const { env, suffix, region, state, local = false } = options;
  const onCall = tellOf(io, options);
  return {
    dir: folderOf(io, options),
    ...(env === undefined ? {} : { env }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(region === undefined ? {} : { region }),
    local,
    ...(state === undefined ? {} : { state }),
    variables: io.variables,
    ...(onCall && { onCall }),
    ...(signal && { signal }),
  };
}

/** Whether the user has named an environment. */
export const isNamed = ({ env, suffix, variables }: EnvironmentRequest): boolean =>
  env !== undefined || suffix !== undefined || Boolean(variables["ENVIRONMENT_SUFFIX"]);

/** For a command that is about dev when the user names no environment. */
export const orDev = (request: EnvironmentRequest): EnvironmentRequest =>
  isNamed(request) ? request : { ...request, env: "dev" };

function tellOf<Aws>(io: Io<Aws>, { verbose, debugLog }: SharedOptions): EnvironmentRequest["onCall"] {
  const shown = verbose && showCalls(io.stderr, io.variables);
  const trouble = (text: string) => void io.stderr.write(`${text}\n`);
  const logged = debugLog === undefined ? undefined : logCalls(resolve(io.cwd, debugLog), trouble);
  if (!shown && !logged) return undefined;
  return (call) => {
    shown?.(call);
    logged?.(call);
  };
}

/** The project's folder. @throws {InputError} when it is none */
export function folderOf<Aws>(io: Io<Aws>, { dir }: SharedOptions): string {
  if (dir === undefined) return io.cwd;
  const folder = resolve(io.cwd, dir);
  if (isFolder(folder)) return folder;
  throw new InputError([{ path: "--dir", value: dir, expected: "a folder that is there" }]);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The command as the lock shows it: "tap up --env dev". */
export function commandLine(name: string, { env, suffix, local }: SharedOptions): string {
  const flags = [env === undefined ? "" : ` --env ${env}`, suffix === undefined ? "" : ` --suffix ${suffix}`];
  return `tap ${name}${flags.join("")}${local ? " --local" : ""}`;
}
