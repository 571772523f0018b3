import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseS3Location, S3_LOCATION } from "../config/location.ts";
import { logCalls, showCalls } from "../report/calls.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import type { World } from "./world.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly dir?: string;
  readonly verbose?: true;
}

/** Options of what may call AWS. */
export interface CallOptions extends CommonOptions {
  readonly debugLog?: string;
}

/** Options that say where states and locks are. */
export interface StateOptions extends CallOptions {
  readonly local?: true;
  readonly state?: string;
}

/** Options that name an environment. */
export interface EnvironmentOptions extends StateOptions {
  readonly env?: string;
  readonly suffix?: string;
  readonly region?: string;
}

/** Options of what changes AWS. */
export interface ChangeOptions extends EnvironmentOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly concurrency?: number;
  readonly json?: true;
  /** False: without what it costs. */
  readonly cost?: boolean;
  /** Only of `up`: start with an empty database, whatever snapshots there are. */
  readonly fresh?: true;
}

export const withCommon = (command: Command): Command =>
  command
    .option("--dir <folder>", "the project's folder, with tap.yaml and state/ (default: the working folder)")
    .option("--verbose", "show each call to AWS, and where an unexpected error happened");

/** `--debug-log`, for every command that may call AWS. */
export const debugLogOption = (): Option =>
  new Option("--debug-log <file>", "append each call to AWS to a file, as a JSON line; no content, no secrets");

export const withEnvironment = (command: Command): Command =>
  withPlace(command.option("-e, --env <name>", "the environment: dev, staging, prod, or one of tap.yaml"));

/** For a command that works on several environments at once. */
export const withEnvironments = (command: Command): Command =>
  withPlace(
    command.option("-e, --env <names>", "the environment: dev, staging, prod, or one of tap.yaml; several with commas"),
  );

const withPlace = (command: Command): Command =>
  command
    .option("--suffix <suffix>", "an independent copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--region <region>", "the AWS region (or AWS_REGION)")
    .option("--local", "on the local AWS, on this machine; needs no credentials")
    .addOption(stateOption())
    .addOption(debugLogOption());

/** `--state`, for every command that looks at a state or a lock. */
export const stateOption = (): Option =>
  new Option("--state <place>", "where state and lock are shared: s3://bucket/prefix (or state in tap.yaml)")
    .conflicts("local")
    .argParser((text) => {
      if (parseS3Location(text) === undefined) throw new InvalidArgumentError(`expected ${S3_LOCATION}.`);
      return text;
    });

export const withChange = (command: Command): Command =>
  command
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show the plan and change nothing")
    .option(
      "--concurrency <n>",
      "changing calls in flight, 1 to 64; eight times as many reads (default: 8)",
      concurrency,
    )
    .option("--json", "one JSON event a line, the last one being the summary")
    .option("--no-cost", "leave the estimate of the monthly cost out of the plan");

function concurrency(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < 1 || n > 64) throw new InvalidArgumentError("expected a whole number from 1 to 64.");
  return n;
}

/** Examples at the end of a command's help. */
export const withExamples = (command: Command, examples: readonly (readonly [command: string, what: string])[]) => {
  const longest = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(longest)}   ${what}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
};

/**
 * Which environment the options mean, and who is to be told of calls to AWS.
 *
 * @throws {InputError} when the debug log cannot be written
 */
export function requestOf<Aws>(world: World<Aws>, options: EnvironmentOptions): EnvironmentRequest {
  const { env, suffix, region, state, local = false } = options;
  const onCall = tellOf(world, options);
  return {
    dir: folderOf(world, options),
    ...(env === undefined ? {} : { env }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(region === undefined ? {} : { region }),
    local,
    ...(state === undefined ? {} : { state }),
    variables: world.variables,
    ...(onCall && { onCall }),
  };
}

function tellOf<Aws>(world: World<Aws>, { verbose, debugLog }: CallOptions): EnvironmentRequest["onCall"] {
  const shown = verbose && showCalls(world.stderr, world.variables);
  const trouble = (text: string) => void world.stderr.write(`${text}\n`);
  const logged = debugLog === undefined ? undefined : logCalls(resolve(world.cwd, debugLog), trouble);
  if (!shown && !logged) return undefined;
  return (call) => {
    shown?.(call);
    logged?.(call);
  };
}

/** The project's folder. */
export const folderOf = <Aws>(world: World<Aws>, { dir = "." }: CommonOptions): string => resolve(world.cwd, dir);

/** The command as the lock shows it: "tap up --env dev". */
export function commandLine(name: string, { env, suffix, local }: EnvironmentOptions): string {
  const flags = [env === undefined ? "" : ` --env ${env}`, suffix === undefined ? "" : ` --suffix ${suffix}`];
  return `tap ${name}${flags.join("")}${local ? " --local" : ""}`;
}
